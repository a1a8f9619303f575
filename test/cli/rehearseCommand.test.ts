import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readSince } from '../../cli/rehearse/options.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { World } from '../integration/world.ts';

let azurite: Azurite;
let world: World | undefined;
const folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(async () => {
  await world?.close();
  world = undefined;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await azurite.stop();
});

describe('the options', () => {
  const now = new Date('2026-11-24T09:00:00Z');
  const since = (text: string) => readSince(text, now).toISOString();

  test('reach back hours, days or to a time', () => {
    expect(since('24h')).toBe('2026-11-23T09:00:00.000Z');
    expect(since('30d')).toBe('2026-10-25T09:00:00.000Z');
    expect(since('2026-11-20T08:00Z')).toBe('2026-11-20T08:00:00.000Z');
    expect(since('2026-11-20T08:00:30+01:00')).toBe('2026-11-20T07:00:30.000Z');
  });

  test.each([
    ['7', /is no time/],
    ['yesterday', /is no time/],
    ['2026-13-45', /is no time/],
    ['0d', /not in the past/],
    ['2027-01-01', /not in the past/],
    ['31d', /30 days at most/],
    ['999999d', /30 days at most/],
  ])('refuse %s', (text, problem) => {
    expect(() => since(text)).toThrow(problem);
  });
});

const run = promisify(execFile);
const main = join(import.meta.dirname, '..', '..', 'cli', 'rehearse', 'main.ts');

async function command(args: readonly string[], settings: Record<string, string>) {
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...args], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('the command', () => {
  test('needs no storage and no sender, and ends with 0 where all is well', async () => {
    world = await World.open(azurite);
    // The command runs on the real clock.
    world.advance((Date.now() - world.now().getTime()) / 1000 - 600);
    world.append('AdeleV');
    world.advance(600);
    const file = join(folder, 'command.html');
    const settings = { GRAPH_BASE_URL: world.simulator.url };
    const text = await command(['--since', '1h', '--html', file], settings);
    expect(text).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 mail about 1 person'),
    });
    expect(text.stderr).toContain('It holds personal data');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const json = await command(['--since', '1h', '--json', '--with-names'], settings);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      mails: { sent: 1 },
      list: [{ to: ['AdeleV@contoso.example'], copies: ['MiriamG@contoso.example'] }],
    });
    expect(world.simulator.counts.sendMail).toBe(0);
  }, 60_000);

  test('ends with 1 where something wants a look, and with 2 where it could not be done', async () => {
    world = await World.open(azurite);
    const settings = { GRAPH_BASE_URL: world.simulator.url };
    const empty = await command(['--since', '1h'], settings);
    expect(empty).toMatchObject({ code: 1, stdout: expect.stringContaining('no row that counts') });
    const wrong = await command(['--since', 'soon'], settings);
    expect(wrong).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('is no time'),
    });
    const signedOut = await command(['--since', '1h'], {});
    expect(signedOut).toMatchObject({ code: 2, stderr: expect.stringContaining('az login') });
    const badSetting = await command(['--since', '1h'], { ...settings, BULK_LIMIT: 'many' });
    expect(badSetting).toMatchObject({ code: 2, stderr: expect.stringContaining('BULK_LIMIT') });
  }, 60_000);
});
