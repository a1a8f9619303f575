import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { registration } from './campaign.ts';
import { coverageRows } from './coverage.ts';
import { mailRows } from './mails.ts';
import { bursts, pacingRows } from './pacing.ts';
import { idleRows } from './polls.ts';
import { campaignOf, recorded } from './recording.ts';
import { type BenchRow, printed } from './row.ts';
import { renewal } from './tokens.ts';

// The counts of `npm run bench`, on less: a change that makes the app ask for more is noticed here.

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => azurite.stop());

const missed = (rows: readonly BenchRow[]) => rows.filter(({ met }) => met === false);

test('an idle poll asks Graph and storage once each, and writes nothing', async () => {
  expect(missed(await idleRows(azurite))).toEqual([]);
});

test('a mail takes two requests to Graph, three to the table, one message', async () => {
  expect(missed(await mailRows(azurite, 10))).toEqual([]);
});

test('nobody waits while a token is renewed, and one request does it', async () => {
  // No timer ends here: whoever waits for the renewal, however shortly, waits for ever.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  expect(await renewal()).toMatchObject({ answered: 1_000, requests: 1 });
}, 60_000);

test('a look at who has what asks once for 990 people', async () => {
  expect(missed(await coverageRows([1_000, 20_000]))).toEqual([]);
}, 60_000);

test('a burst leaves at Exchange’s pace, however many processes come up for it', async () => {
  const small = bursts.filter(({ mails }) => mails === 500);
  expect(small.map(({ instances }) => instances)).toEqual([1, 8, 40, 1, 8, 40]);
  expect(missed(await pacingRows(small))).toEqual([]);
}, 180_000);

test('a thousand rows more take at most twenty transactions more', async () => {
  const [some = 0, more = 0] = await Promise.all(
    [1_000, 2_000].map(async (rows) => {
      const campaign = campaignOf(registration, rows);
      return (await recorded(campaign, azurite.connectionString, 'delete')).requests;
    }),
  );
  expect(more - some).toBeLessThanOrEqual(20);
});

test('a table line says what was missed', () => {
  const row = { what: 'a', target: '≤ 1', measured: '2' };
  const lines = printed([
    { ...row, met: false },
    { ...row, met: true },
    { ...row, met: undefined },
  ]).split('\n');
  expect(lines.map((line) => line.split('|').at(-2)?.trim())).toEqual([
    'verdict',
    '---------',
    'MISSED',
    'met',
    '',
  ]);
});

test('a flag that there is not is an error with the flags that there are', () => {
  const args = [join(import.meta.dirname, 'main.ts'), '--scael'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/--scael[\s\S]*npm run bench/);
});
