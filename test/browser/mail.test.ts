import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { write } from '../../functions/mail/render.ts';
import { widePng } from '../fixtures/logo.ts';
import { cases, settings } from '../mail/cases.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = readdirSync(join(import.meta.dirname, '..', '..', 'templates', 'words')).map((file) =>
  file.replace('.json', ''),
);
const patient = { timeout: 30_000 };
const logo = widePng();
const shown = ['three-changes', 'manager-only', 'hostile-names'] as const;

/** The mail in full: with a report to make, a logo, a note to the manager, and many facts. */
const mail = (name: (typeof shown)[number], language: string) =>
  write(
    { ...cases[name], language },
    {
      ...settings,
      report: { kind: 'mailbox', address: 'security@contoso.com' },
      logo: { content: logo, contentType: 'image/png' },
    },
  ).html.replace('cid:logo', `data:image/png;base64,${logo.toString('base64')}`);

describe.skipIf(!existsSync(executablePath))('the mail in a browser', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath });
    page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  });
  afterAll(() => browser?.close());

  describe.each(tags)('in %s', (language) => {
    test('is accessible to all and rich in contrast, in light and dark', patient, async () => {
      for (const name of shown) {
        await page.setContent(mail(name, language));
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await violations(page), `${name}, ${colorScheme}`).toEqual([]);
        }
      }
    });

    test('fits, from 320 to 720 pixels', patient, async () => {
      for (const name of shown) {
        await page.setContent(mail(name, language));
        for (const width of [320, 390, 720]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await overflow(page), `${name}, ${width} px`).toEqual([]);
        }
      }
    });
  });

  test('is read in order: what happened, the facts, the answers, what to do', async () => {
    await page.setContent(mail('manager-only', 'en'));
    const order = await page
      .locator('h1, h2, th, li, .answers')
      .evaluateAll((all) => all.map(({ tagName }) => tagName).join(' '));
    expect(order).toMatch(/^H1( TH)+ DIV( TH)+ H2( LI)+ H2$/);
  });

  test.each(['ar', 'he', 'en'])('runs from its own side to the other in %s', async (language) => {
    await page.setContent(mail('three-changes', language));
    const [label = 0, value = 0] = await page
      .locator('.facts')
      .first()
      .locator('th, td')
      .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().x));
    expect(label > value).toBe(language !== 'en');
  });
});

/** What axe-core finds wrong, its rules of AAA for contrast (7:1) included. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(() => {
    const { axe: loaded } = globalThis as unknown as {
      axe: { run: (o: object) => Promise<unknown> };
    };
    return loaded.run({ rules: { 'color-contrast-enhanced': { enabled: true } } });
  });
  return (found as AxeResults).violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary}`),
  );
}

/** What sticks out of the page. */
const overflow = (page: Page): Promise<string[]> =>
  page.locator('body *').evaluateAll((all) => {
    const width = all[0]?.ownerDocument.documentElement.clientWidth ?? 0;
    return all
      .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && (box.left < -1 || box.right > width + 1);
      })
      .map((one) => `${one.tagName} ${one.textContent?.trim().slice(0, 40)}`);
  });
