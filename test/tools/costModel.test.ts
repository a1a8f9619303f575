import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

// The cost model of docs/scale.md, reckoned anew from what the same page says was measured.

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'scale.md'), 'utf8');

const costs = page.slice(page.indexOf('## What it costs'));

/** The number in a match's first group, with its thousands parted. */
function number(pattern: RegExp): number {
  const found = pattern.exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/scale.md has no ${pattern}`);
  return Number(found.replaceAll(',', ''));
}

/** The cells of a row of a table, by its first. */
function cells(first: string, part = page): string[] {
  const row = part.split('\n').find((line) => line.startsWith(`| ${first} `));
  if (!row) throw new Error(`docs/scale.md has no row ${first}`);
  return row.split('|').map((cell) => cell.trim());
}

/** Table transactions of one, as `npm run bench` counted them. */
function transactionsOf(what: string): number {
  const [, reads, writes] = /([\d.]+) reads, ([\d.]+) writes/.exec(cells(what)[3] ?? '') ?? [];
  return Number(reads) + Number(writes);
}

const measured = (what: string): number => Number(cells(what)[3]);
const polls = number(/([\d,]+) polls,/);
const sweeps = number(/([\d,]+) sweeps,/);
const ticks = number(/([\d,]+) ticks of the coverage check/);
const fixed = number(/storage {3}= \(([\d,]+) \+ 10 M\)/);

describe('the cost model', () => {
  test('counts what a poll and a sweep were measured to take', () => {
    const poll = transactionsOf('a poll in a quiet hour, average');
    const sweep = transactionsOf('every other sweep of it');
    expect([number(/([\d.]+) a poll, \d+ a sweep/), number(/a poll, (\d+) a sweep/)]).toEqual([
      poll,
      sweep,
    ]);
    const firsts = 30 * (transactionsOf('the first sweep of a quiet day') - sweep);
    const sum = polls * poll + sweeps * sweep + ticks;
    const said = number(/1 a tick: ([\d,]+);/);
    expect(Math.abs(said - sum)).toBeLessThan(1000);
    const looks = number(/a look for 50,000 people: ([\d,]+)/);
    const day = cells('50,000 people, that day: reads, writes of the state row')[3]?.split(', ');
    const look = (day ?? []).map(Number).reduce((total, one) => total + one, 0);
    expect(
      30 * (look + measured('50,000 people, a day with 250 changed rows, transactions')),
    ).toBeLessThanOrEqual(looks);
    const queues = number(/looks at two queues every two seconds at most: ([\d,]+)/);
    const timers = number(/the runtime's timers \(\*assumed\*\) \| ([\d,]+)/);
    expect(Math.abs(fixed - (said + firsts + looks + queues + timers))).toBeLessThan(5000);
  });

  test('counts what a mail was measured to take', () => {
    const sent = measured('each of 500 at once, the same with looks at the plan');
    const recorded = measured('one change, table transactions to record it, alone');
    expect(Math.ceil(sent)).toBe(number(/at most (\d) to send it/));
    expect(recorded).toBe(number(/to send it and (\d) to record it/));
    expect(number(/= \([\d,]+ \+ (\d+) M\)/)).toBe(Math.ceil(sent) + recorded + 3);
  });

  test.each([
    [1_000, 17],
    [50_000, 21],
    [500_000, 57],
  ])('makes the table for %i users, and no more than with a poll a minute', (users, before) => {
    const mails = 0.6 * users;
    const seconds = number(/functions = \(([\d,]+) \+ M \+ 0\.15 U/) + mails + 0.15 * users;
    const runs = polls + sweeps + ticks + mails;
    const gb = 0.8 + (mails * 5.3) / 1e6;
    const storage =
      ((fixed + 10 * mails) * 0.004) / 10_000 + 0.05 + ((3 * mails * 3.2) / 1e6) * 0.045;
    const cost = (free: 0 | 1) => {
      const functions =
        Math.max(0, seconds - free * 100_000) * 0.000026 +
        (Math.max(0, runs - free * 250_000) * 0.4) / 1_000_000;
      return { functions, log: Math.max(0, gb - free * 5) * 2.3 };
    };
    const [granted, paid] = [cost(1), cost(0)];
    const alerts = 15;
    const together = granted.functions + storage + granted.log + alerts;
    const [, , mailsSaid, ...said] = cells(users.toLocaleString('en'), costs);
    expect(Number(mailsSaid?.replaceAll(',', ''))).toBe(mails);
    expect(said.slice(0, 6)).toEqual([
      granted.functions === 0 ? '0' : granted.functions.toFixed(2),
      storage.toFixed(2),
      granted.log === 0 ? '0' : granted.log.toFixed(2),
      `${alerts}`,
      `**${Math.round(together)}**`,
      `${Math.round(paid.functions + storage + paid.log + alerts)}`,
    ]);
    expect(Math.round(together)).toBeLessThanOrEqual(before);
  });

  test('bills the runs that it names, half a gigabyte for a second each', () => {
    const said = number(/functions = \(([\d,]+) \+ M/);
    expect(said).toBe((polls + sweeps + ticks) / 2);
    expect(number(/\(([\d,]+) \+ M − 250,000\)/)).toBe(polls + sweeps + ticks);
  });
});
