import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isAlive } from '../../local/isAlive.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

/** A copy of what installs, and an npm that says who it is and does as it is told. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  mkdirSync(join(folder, 'tools'));
  cpSync(join(root, 'tools', 'install.mjs'), join(folder, 'tools', 'install.mjs'));
  writeFileSync(join(folder, 'package-lock.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const installed = (npm: string) => {
  const fake = join(folder, 'npm.cjs');
  writeFileSync(fake, npm);
  const child = spawn(process.execPath, [join(folder, 'tools', 'install.mjs')], {
    env: { ...process.env, npm_execpath: fake },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
};

const make = `require('node:fs').mkdirSync('node_modules/.bin', { recursive: true });
require('node:fs').writeFileSync('node_modules/.bin/node', '');`;

test('installs once, by npm ci', async () => {
  const count = `${make} require('node:fs').appendFileSync('asked', process.argv.slice(2).join(' ') + '\\n');`;
  expect((await installed(count).ended).code).toBe(0);
  expect((await installed(count).ended).code).toBe(0);
  const asked = readFileSync(join(folder, 'asked'), 'utf8');
  expect(asked).toBe('ci --no-audit --no-fund --loglevel=error\n');
});

test('says so where npm fails, and tries again the next time', async () => {
  const { code, said } = await installed('process.exit(7)').ended;
  expect(code).toBe(1);
  expect(said).toContain('npm ci ended with exit code 7');
  expect((await installed(make).ended).code).toBe(0);
});

test.skipIf(process.platform === 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'stopped by %s it leaves no npm behind, which would take away what the next one installs',
  async (signal, code) => {
    const { child, ended } = installed(`process.on('${signal}', () => {});
      require('node:fs').writeFileSync('pid', String(process.pid));
      setInterval(() => {}, 1000);`);
    const file = join(folder, 'pid');
    await vi.waitFor(
      () => expect(existsSync(file) && readFileSync(file, 'utf8')).toMatch(/^\d+$/),
      20_000,
    );
    child.kill(signal);
    expect((await ended).code).toBe(code);
    await vi.waitFor(() => expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(false), 5_000);
  },
  30_000,
);
