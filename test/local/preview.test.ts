import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerPreview } from '../../local/preview/live.ts';
import { kinds, languages, mailOf } from '../../local/preview/mails.ts';
import { chosen } from '../../local/preview/options.ts';

const [first] = kinds;
if (!first) throw new Error('there is no kind');
const somebodyElse = 'AlexW@contoso.example';

describe('the mails', () => {
  test.each(languages)(
    'are one of each kind, whose subject names the account alone: %s',
    async (language) => {
      for (const kind of kinds) {
        const mail = await mailOf(kind, language);
        const other = await mailOf(kind, language, somebodyElse);
        const same = other.subject.replaceAll('AlexW', '').replaceAll('AdeleV', '');
        expect([kind.name, same]).toEqual([kind.name, mail.subject.replace(/AdeleV|LidiaH/g, '')]);
        expect(mail.preheader).not.toBe('');
        expect(mail.html).toContain(`lang="${language}"`);
        expect(other.text === mail.text).toBe(kind.name === 'bulk-summary');
      }
    },
    120_000,
  );

  test('are the same bytes each time', async () => {
    for (const kind of kinds) {
      const [one, other] = [await mailOf(kind, 'en'), await mailOf(kind, 'en')];
      expect(one.raw === other.raw, kind.name).toBe(true);
    }
  }, 30_000);

  test('have names for files, each once', () => {
    const names = kinds.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  const recipients = async (name: string) => {
    const kind = kinds.find((one) => one.name === name) ?? first;
    const { to, cc } = await PostalMime.parse((await mailOf(kind, 'en')).raw);
    return [...(to ?? []), ...(cc ?? [])].map(({ address }) => address);
  };

  test('go to whom the app tells', async () => {
    const [adele, miriam] = ['AdeleV@contoso.example', 'MiriamG@contoso.example'];
    const security = 'soc@contoso.example';
    expect(await recipients('passkey-added')).toEqual([adele, miriam]);
    expect(await recipients('pass-by-administrator')).toEqual([adele, miriam, security]);
    expect(await recipients('pass-for-new-starter')).toEqual(['LeeG@contoso.example', security]);
    expect(await recipients('security-team-only')).toEqual([security]);
    expect(await recipients('bulk-summary')).toEqual([security]);
    expect(await recipients('hostile-names')).toEqual([adele, miriam, security]);
  });

  test('that have hostile names hold no markup but their own', async () => {
    const kind = kinds.find(({ name }) => name === 'hostile-names') ?? first;
    const { html, headers } = await mailOf(kind, 'en');
    expect(html.replace(/<!--.*?-->/gs, '')).not.toMatch(/<script|<img|<b>|<h1>Approved/i);
    expect(html).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
    expect(headers).not.toMatch(/^(bcc|x-evil):/im);
    expect(html.length).toBeLessThan(30_000);
  });
});

describe('the options', () => {
  const choice = { kinds, languages };

  test('leave nothing out unless told to', () => {
    const out = 'there';
    expect(chosen({ out }, choice)).toEqual({ ...choice, out });
    expect(chosen({ kinds: `${first.name}, late`, out }, choice)).toMatchObject({
      kinds: [{ name: first.name }, { name: 'late' }],
      languages,
      out,
    });
  });

  test.each([
    [{ languages: 'en,xx' }, '--languages has "xx". Allowed are'],
    [{ languages: '' }, `--languages is empty. Allowed are ${languages.join(', ')}`],
    [{ kinds: 'passkeys' }, `--kinds has "passkeys". Allowed are ${first.name}, `],
    [{ out: '' }, '--out is empty. Give the folder to write to'],
  ])('%j are refused with what is allowed', (asked, problem) => {
    expect(() => chosen({ out: 'there', ...asked }, choice)).toThrow(problem);
  });
});

describe('the live page', () => {
  const bodyOf = async (path: string) => {
    const answer = await answerPreview(path);
    return 'body' in answer ? { ...answer, body: String(answer.body) } : answer;
  };

  test('offers every mail and every language', async () => {
    expect(await bodyOf('')).toMatchObject({ kind: 'document', type: 'text/html; charset=utf-8' });
    const gallery = await bodyOf('gallery.js');
    for (const { name } of kinds)
      expect(gallery).toMatchObject({ body: expect.stringContaining(name) });
    const captions = await bodyOf(`captions/${languages[0]}.js`);
    const { subject } = await mailOf(first, languages[0] ?? '');
    expect(captions).toMatchObject({ body: expect.stringContaining(JSON.stringify(subject)) });
  });

  test('shows a mail as a mail: in a sandbox, in the scheme that is asked for', async () => {
    const at = `mails/en/${first.name}`;
    const [light, dark, inverted] = await Promise.all(
      ['light', 'dark', 'inverted'].map((scheme) => bodyOf(`${at}.${scheme}.html`)),
    );
    expect(light).toMatchObject({ kind: 'mail', body: expect.stringContaining('(max-width: 0)') });
    expect(dark).toMatchObject({ kind: 'mail', body: expect.stringContaining('(min-width: 0)') });
    expect(inverted).toMatchObject({ kind: 'mail', body: expect.stringContaining('invert(1)') });
    expect(await bodyOf(`${at}.html`)).toEqual(light);
    expect(await bodyOf(`${at}.txt`)).toMatchObject({ type: 'text/plain; charset=utf-8' });
    expect(await bodyOf(`${at}.eml`)).toMatchObject({ type: 'message/rfc822' });
  });

  test.each([
    'nothing',
    'captions/xx.js',
    `mails/xx/${first.name}.html`,
    'mails/en/nothing.html',
    `mails/en/${first.name}`,
    `mails/en/${first.name}.sepia.html`,
    `mails/en/${first.name}.light.html/more`,
    '../inbox/answer.ts',
    'constructor',
  ])('has no %s', async (path) => {
    await expect(answerPreview(path)).rejects.toMatchObject({ status: 404 });
  });
});

describe('the command', { timeout: 60_000 }, () => {
  const script = join(import.meta.dirname, '..', '..', 'local', 'preview', 'main.ts');
  const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium';
  let out: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'preview-'));
  });
  afterEach(() => rmSync(out, { recursive: true }));

  const run = (args: readonly string[], CHROMIUM = executablePath) =>
    promisify(execFile)(process.execPath, [script, ...args, '--out', out], {
      env: { ...process.env, CHROMIUM },
    });
  const two = ['--languages', 'en', '--kinds', `${first.name},late`];

  test.skipIf(!existsSync(executablePath))(
    'writes pictures of a mail, and a page that shows them',
    async () => {
      const { stdout } = await run(two);
      expect(stdout).toContain('1 of 1: en, 2 mails, 12 pictures');
      expect(readdirSync(join(out, 'mails', 'en'))).toHaveLength(6);
      const pictures = readdirSync(join(out, 'pictures', 'en'));
      expect(pictures).toContain(`${first.name}.inverted-390.jpg`);
      expect(pictures).toHaveLength(14);

      const browser = await chromium.launch({ executablePath });
      try {
        const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(String(error)));
        await page.goto(/file:\S+/.exec(stdout)?.[0] ?? '');
        const title = page.getByRole('heading', { level: 2 });
        expect(await title.textContent()).toBe((await mailOf(first, 'en')).subject);
        expect(await page.locator('img').count()).toBe(6);
        await page.getByLabel('Scheme').selectOption('dark');
        await page.getByLabel('Width').selectOption('390');
        await page.getByRole('button', { name: 'Next' }).press('Enter');
        const picture = page.getByRole('img');
        expect(await picture.getAttribute('src')).toBe('pictures/en/late.dark-390.jpg');
        await page.waitForFunction('document.images[0].naturalWidth === 390');
        const wider = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
        expect(await page.evaluate(wider)).toBe(false);
        await page.goto(`file://${join(out, 'first-screens.html')}`);
        expect(await page.evaluate(wider)).toBe(false);
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );

  test.skipIf(!existsSync(executablePath))(
    'gives a mail all of a wide screen, and as much height as it takes',
    async () => {
      const { stdout } = await run(['--languages', 'en', '--kinds', first.name]);
      const browser = await chromium.launch({ executablePath });
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
        await page.goto(/file:\S+/.exec(stdout)?.[0] ?? '');
        await page.locator('img').first().waitFor();
        const cut = `(({ clientHeight, scrollHeight }) => scrollHeight - clientHeight)(document.querySelector('.sheet'))`;
        for (const width of ['all', '700']) {
          await page.getByLabel('Width').selectOption(width);
          const box = await page.locator('.sheet').boundingBox();
          expect(box?.width, width).toBeGreaterThan(width === 'all' ? 1200 : 600);
          expect(await page.evaluate(cut), width).toBe(0);
        }
      } finally {
        await browser.close();
      }
    },
  );

  test('shows frames where there is no Chromium, and says how to get it', async () => {
    const { stdout } = await run(two, join(out, 'none'));
    expect(stdout).toContain('apt-get install chromium, or CHROMIUM=/path/to/it.');
    expect(readFileSync(join(out, 'captions', 'en.js'), 'utf8')).toContain('"pictures":{}');
    const mails = readdirSync(join(out, 'mails', 'en'));
    expect(mails).toContain('late.inverted.html');
    expect(mails).toHaveLength(12);
    expect(existsSync(join(out, 'pictures'))).toBe(false);
  });

  test('ends with what is wrong about its options', async () => {
    const failure = {
      code: 2,
      stderr: expect.stringMatching(/^--kinds has "x". Allowed are .+\n$/),
    };
    await expect(run(['--kinds', 'x'])).rejects.toMatchObject(failure);
  });
});
