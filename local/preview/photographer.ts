import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inverted, type Scheme, schemes, widths } from './looks.ts';
import type { PreviewMail } from './mails.ts';

/** One picture of a mail; `src` is relative to the index page. */
export interface Picture {
  /** `dark-390` */
  readonly look: string;
  readonly src: string;
  readonly width: number;
  readonly height: number;
}

/** Takes pictures of mails, one mail at a time. */
export interface Photographer {
  /** Pictures in every scheme and width, and a phone's first screen, written below `folder`. */
  take(mail: PreviewMail, folder: string): Promise<Picture[]>;
}

/** What a phone of 390 × 844 shows of a mail before it is scrolled, in CSS pixels. */
const firstScreen = { width: 390, height: 664 };

/** The picture of it, relative to the index page. */
export const firstScreenOf = ({ language, name }: Pick<PreviewMail, 'language' | 'name'>): string =>
  `pictures/${language}/${name}.first.jpg`;

/** Where Chromium is: where CHROMIUM says, or where Debian puts it. */
export const chromiumPath = (): string => process.env['CHROMIUM'] || '/usr/bin/chromium';

/** Starts Chromium; undefined where there is none. Throws what a broken one throws. */
export async function openChromium(): Promise<Browser | undefined> {
  const executablePath = chromiumPath();
  return existsSync(executablePath) ? chromium.launch({ executablePath }) : undefined;
}

/** One more photographer with a window of its own, in which no mail runs scripts or loads anything. */
export async function hirePhotographer(browser: Browser): Promise<Photographer> {
  const page = await browser.newPage({ javaScriptEnabled: false, offline: true });
  return {
    async take(mail, folder) {
      const pictures: Picture[] = [];
      await mkdir(join(folder, 'pictures', mail.language), { recursive: true });
      for (const scheme of schemes) {
        await dress(page, mail, scheme);
        for (const width of widths) {
          pictures.push(await shoot(page, mail, scheme, width, folder));
        }
      }
      await dress(page, mail, 'light');
      await page.setViewportSize(firstScreen);
      const src = firstScreenOf(mail);
      await page.screenshot({ path: join(folder, src), type: 'jpeg', quality: 80 });
      return pictures;
    },
  };
}

async function dress(page: Page, { html }: PreviewMail, scheme: Scheme) {
  await page.emulateMedia({ colorScheme: scheme === 'dark' ? 'dark' : 'light' });
  await page.setContent(scheme === 'inverted' ? inverted(html) : html);
}

async function shoot(
  page: Page,
  { language, name }: PreviewMail,
  scheme: Scheme,
  width: number,
  folder: string,
): Promise<Picture> {
  await page.setViewportSize({ width, height: 600 });
  // Smaller than PNG, and taken in half the time: there is much text, whose edges are smoothed.
  const jpeg = await page.screenshot({ fullPage: true, type: 'jpeg', quality: 80 });
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  const look = `${scheme}-${width}`;
  const src = `pictures/${language}/${name}.${look}.jpg`;
  await writeFile(join(folder, src), jpeg);
  return { look, src, width, height };
}
