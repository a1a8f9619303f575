import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds, languages, mailOf } from '../../local/preview/mails.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** What a phone of 390 × 844 shows of a mail, in CSS pixels: the rest is the mail client's. */
const viewport = { width: 390, height: 664 };

/** What, whose account, when, by whom; was it you, was it not, the reference. */
const answers = [
  'h1',
  ...[1, 2, 3].map((row) => `.facts tr:nth-child(${row})`),
  ...[1, 2, 3].map((paragraph) => `.answers p:nth-of-type(${paragraph})`),
];

describe.skipIf(!existsSync(executablePath))('on a phone’s first screen', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath });
    page = await browser.newPage({ viewport, javaScriptEnabled: false, offline: true });
  });
  afterAll(() => browser?.close());

  test.each(languages)(
    'are what, whose account, when, by whom, and what to do, of every kind in %s',
    { timeout: 300_000 },
    async (language) => {
      const below: string[] = [];
      for (const kind of kinds) {
        await page.setContent((await mailOf(kind, language)).html);
        const ends = await page.evaluate<number[]>(`${JSON.stringify(answers)}.map((selector) => {
          const box = document.querySelector(selector)?.getBoundingClientRect();
          return box?.height ? box.bottom : 1e9;
        })`);
        for (const [index, end] of ends.entries()) {
          if (end > viewport.height)
            below.push(`${kind.name}: ${answers[index]} ends at ${end} px`);
        }
      }
      expect(below).toEqual([]);
    },
  );

  test('a telephone number and a reference stand in one line', async () => {
    for (const language of languages) {
      for (const kind of kinds.slice(0, 1)) {
        await page.setContent((await mailOf(kind, language)).html);
      }
      const number = page.locator('.answers p').nth(1).locator('strong').last();
      for (const whole of [number, page.locator('.answers p').nth(2)]) {
        const { height = 99 } = (await whole.boundingBox()) ?? {};
        expect(height, language).toBeLessThanOrEqual(26);
      }
    }
  });
});
