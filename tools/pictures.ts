import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { commandOf, runProgram, UsageError } from '../cli/program.ts';
import { chromiumPath } from '../local/preview/photographer.ts';

const root = join(import.meta.dirname, '..');
const images = join(root, 'docs', 'images');

const program = commandOf({
  script: 'pictures',
  does:
    'Takes the pictures of the README anew, from the real page and a real mail: starts a tenant, has an ' +
    'administrator issue a Temporary Access Pass, and looks. Needs Chromium.',
});

program.action(async () => {
  if (!existsSync(chromiumPath())) {
    const fix = 'apt-get install chromium, or CHROMIUM=/path/to/it';
    throw new UsageError(`There is no Chromium at ${chromiumPath()}: ${fix}`);
  }
  const tenant = spawn(process.execPath, [join(root, 'local', 'start.ts'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await take(await addressOf(tenant));
  } finally {
    tenant.kill('SIGINT');
    await once(tenant, 'close');
  }
});

/** Waits until the tenant says where its page is. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout) {
    for await (const line of createInterface(stdout)) {
      const found = /http:\/\/localhost:\d+/.exec(line);
      // Whatever else it says is read and dropped, or it would stand still.
      if (found) {
        stdout.resume();
        return found[0];
      }
    }
  }
  throw new UsageError('The local tenant did not start; see above');
}

async function take(url: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: chromiumPath() });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript("localStorage.setItem('tour-seen', 'yes')");
    await page.goto(url);
    await page
      .getByRole('button', { name: 'An administrator issues a Temporary Access Pass' })
      .click();
    const frame = page.frameLocator('#viewer iframe');
    await frame.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('#story .steps .sent').waitFor();
    await page.screenshot({ path: join(images, 'inbox.png') });
    const address = await page.locator('#viewer iframe').getAttribute('src');
    const mail = await browser.newPage({
      viewport: { width: 480, height: 900 },
      deviceScaleFactor: 2,
    });
    await mail.goto(new URL(address ?? '', url).href);
    await mail.screenshot({ path: join(images, 'mail.png') });
    console.log('docs/images/inbox.png and docs/images/mail.png are taken anew.');
  } finally {
    await browser.close();
  }
}

await runProgram(program);
