import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const missing = !existsSync(executablePath);
if (missing) {
  console.warn(`Skipped: there is no Chromium at ${executablePath}. Set CHROMIUM to its path.`);
}

const script = join(import.meta.dirname, '..', '..', 'local', 'start.ts');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const patient = { timeout: 45_000 };

describe.skipIf(missing)('the inbox page', { timeout: 30_000 }, () => {
  let tenant: ChildProcess;
  let browser: Browser;
  let page: Page;
  let url = '';
  let complaints = '';
  const errors: string[] = [];

  beforeAll(async () => {
    tenant = spawn(process.execPath, [script, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    tenant.stdout?.on('data', (text) => {
      said += text;
    });
    tenant.stderr?.on('data', (text) => {
      complaints += text;
    });
    url = await vi.waitFor(() => {
      const found = /http:\/\/localhost:\d+/.exec(said);
      if (!found) throw new Error(`no address yet: ${said}${complaints}`);
      return found[0];
    }, patient);
    browser = await chromium.launch({ executablePath });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    tenant?.kill('SIGKILL');
  });

  const frame = () => page.frameLocator('#viewer iframe');
  const mail = (name: string) => page.locator('[data-mail]', { hasText: name });

  test('a Temporary Access Pass leads to a mail, and to a copy for the manager', async () => {
    await page
      .getByRole('button', { name: 'An administrator issues a Temporary Access Pass' })
      .click();
    // Nothing else is pressed: the mail opens by itself, with its story beside it.
    const heading = frame().getByRole('heading', { level: 1 });
    await heading.waitFor(patient);
    expect(await heading.textContent()).toContain('Temporary Access Pass');
    expect(await page.locator('#hint').textContent()).toMatch(/told by mail after \d+ seconds?/);
    await page.locator('[data-inbox="Miriam Graham"]').click();
    expect(await mail('Megan Bowen').textContent()).toContain('in copy');
    expect(await page.locator('#viewer .mail-head').textContent()).toContain(
      'MiriamG@contoso.example',
    );
  }, 60_000);

  test('the frame of the mail ends where the mail ends', async () => {
    const measure = 'document.documentElement.scrollHeight - innerHeight';
    const rest = async () => {
      const element = await page.locator('#viewer iframe').elementHandle();
      return (await element?.contentFrame())?.evaluate(measure);
    };
    await vi.waitFor(async () => expect(await rest()).toBe(0));
  });

  test('the tour has three steps, and is over for good when it was seen', async () => {
    const tour = page.getByRole('complementary', { name: 'Tour' });
    // Something was pressed, which is what the first asks for.
    expect(await tour.textContent()).toContain('2 of 3');
    await page.reload();
    await page.getByText('running').waitFor(patient);
    expect(await tour.textContent()).toContain('1 of 3');
    await tour.getByRole('button', { name: 'Next' }).click();
    await tour.getByRole('button', { name: 'Next' }).click();
    await tour.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page.getByText('running').waitFor(patient);
    expect(await tour.isVisible()).toBe(false);
  });

  test('the keyboard comes to a mail by a link and an arrow', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('What can happen');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.dataset.mail')).toBeTruthy();
    await page.keyboard.press('Enter');
    await frame().getByRole('heading', { level: 1 }).waitFor(patient);
    await page.locator('[data-inbox="All mail"]').focus();
    await page.keyboard.press('End');
    expect(await page.evaluate('document.activeElement.dataset.inbox')).not.toBe('All mail');
  });

  test('beside the mail stands why it was sent', async () => {
    await page.locator('#story .steps .sent').waitFor(patient);
    const story = page.locator('#story');
    expect(await story.locator('.audits > li').count()).toBeGreaterThan(0);
    const reference = await story.locator('.facts code').textContent();
    expect(reference).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(await frame().locator('body').textContent()).toContain(reference);
    const opened = async (title: string) => {
      const part = story.locator('details').filter({ hasText: title }).first();
      await part.locator('summary').click();
      return part.locator('pre').textContent();
    };
    expect(await opened('How it was understood')).toContain('"temporaryAccessPass"');
    expect(await opened('Record as Graph gives it')).toContain('"activityDisplayName"');
  });

  test('each view shows the same mail', async () => {
    // Runs in the page, whose types this project does not have.
    const color = 'getComputedStyle(document.querySelector(".card")).backgroundColor';
    const ground = async () => {
      const element = await page.locator('#viewer iframe').elementHandle();
      return (await element?.contentFrame())?.evaluate(color);
    };
    await frame().locator('.card').first().waitFor(patient);
    const light = await ground();
    await page.getByRole('tab', { name: 'Dark' }).click();
    await vi.waitFor(async () => expect(await ground()).not.toBe(light));
    await page.getByRole('tab', { name: 'Dark' }).press('ArrowRight');
    expect(await page.getByRole('tabpanel').textContent()).toContain('Temporary Access Pass');
    await page.getByRole('tab', { name: 'Raw' }).click();
    expect(await page.getByRole('tabpanel').textContent()).toContain('Message-ID: <');
    await page.getByRole('tab', { name: 'Phone' }).click();
    await vi.waitFor(async () => {
      const box = await page.locator('#viewer iframe').boundingBox();
      expect(box?.width).toBe(392);
    });
  });

  test('a name with markup in it stays text', async () => {
    await page.getByRole('button', { name: 'Someone with a hostile name' }).click();
    await page.locator('[data-inbox="All mail"]').click();
    await mail('Grady').waitFor(patient);
    expect(await mail('Grady').textContent()).toContain('<b onmouseover=alert(1)>');
    await mail('Grady').click();
    await frame().getByRole('heading', { level: 1 }).waitFor(patient);
    expect(await page.locator('[onmouseover]').count()).toBe(0);
    expect(await frame().locator('[onmouseover]').count()).toBe(0);
  }, 60_000);

  test('a fault is switched on, seen and cleared', async () => {
    await page.getByText('What can go wrong').focus();
    await page.keyboard.press('Enter');
    await vi.waitFor(async () => {
      const { y = 0 } = (await page.getByText('Looking people up').first().boundingBox()) ?? {};
      expect(y).toBeLessThan(900);
    });
    await page
      .getByRole('combobox', { name: 'Looking people up', exact: true })
      .selectOption('503');
    await page.getByRole('button', { name: /^Switch off: Looking people up/ }).waitFor(patient);
    await page.getByRole('button', { name: 'Clear all faults' }).click();
    await page.locator('.chip').waitFor({ ...patient, state: 'detached' });
  });

  test('a method without a row is pressed by keyboard, and said where it is told of', async () => {
    await page.getByRole('button', { name: /^A method without a row/ }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#hint').getByText('The audit log says nothing').waitFor(patient);
  });

  test('the log is searched by reference and level', async () => {
    await page.locator('.log summary').click();
    const reference = (await page.locator('#story .facts code').textContent()) ?? '';
    await page.getByRole('searchbox').fill(reference);
    await vi.waitFor(async () => {
      const lines = await page.locator('#log li').allTextContents();
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.every((line) => line.includes(reference))).toBe(true);
    });
    await page.getByRole('searchbox').fill('');
  });

  test.each([
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 390, 844],
    ['dark', 390, 844],
  ] as const)('nothing is out of reach, in %s at %i × %i', async (colorScheme, width, height) => {
    // With the log and what can go wrong open, a mail, and its story.
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await page.locator('details[open]').count()).toBeGreaterThanOrEqual(2);
    await page.evaluate(axe);
    const { violations } = await page.evaluate<{ violations: { id: string; nodes: object[] }[] }>(
      `axe.run(document, { iframes: false })`,
    );
    expect(violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes[0])}`)).toEqual([]);
  });

  test.each([1280, 390])('nothing is wider than the page at %i px', async (width) => {
    await page.setViewportSize({ width, height: 844 });
    const { scrollWidth, clientWidth } = await page.evaluate<Record<string, number>>(
      '(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)',
    );
    expect(scrollWidth).toBe(clientWidth);
  });

  test('it ends on SIGINT with exit code 0 and leaves no process behind', async () => {
    expect(errors).toEqual([]);
    const pids = execFileSync('pgrep', ['-P', String(tenant.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
    expect(pids).toHaveLength(1);
    const ended = once(tenant, 'close');
    tenant.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(complaints).toBe('');
    await page.getByText('The tenant has stopped.').waitFor(patient);
  }, 30_000);
});
