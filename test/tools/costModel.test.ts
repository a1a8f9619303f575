import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ofType } from '../infra/deployed.ts';
import {
  fixedOperations,
  lookTransactions,
  monthlyRuns,
  monthOf,
  runtimeTransactions,
} from '../lab/bench/month.ts';

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
const fixed = number(/storage {3}= \(([\d,]+) \+ 9 M\)/);
const counted = {
  poll: transactionsOf('a poll in a quiet hour, average'),
  sweep: transactionsOf('every other sweep of it'),
  firstSweep: transactionsOf('the first sweep of a quiet day'),
  mail: number(/at most (\d) to send it/) + number(/to send it and (\d) to record it/),
};

describe('the cost model', () => {
  test('counts what a poll, a sweep and a look were measured to take', () => {
    expect({
      polls: number(/([\d,]+) polls,/),
      sweeps: number(/([\d,]+) sweeps,/),
      ticks: number(/([\d,]+) ticks of the coverage check/),
    }).toEqual(monthlyRuns);
    expect({
      poll: number(/([\d.]+) a poll, \d+ a sweep/),
      sweep: number(/a poll, (\d+) a sweep/),
      queues: number(/looks at two queues every two seconds at most: ([\d,]+)/),
      timers: number(/the runtime's timers \(\*assumed\*\) \| ([\d,]+)/),
      looks: number(/a look for 50,000 people: ([\d,]+)/),
    }).toEqual({
      poll: counted.poll,
      sweep: counted.sweep,
      ...runtimeTransactions,
      looks: lookTransactions,
    });
    const { polls, sweeps, ticks } = monthlyRuns;
    const said = number(/1 a tick: ([\d,]+);/);
    expect(Math.abs(said - (polls * counted.poll + sweeps * counted.sweep + ticks))).toBeLessThan(
      1000,
    );
    const day = cells('50,000 people, that day: reads, writes of the state row')[3]?.split(', ');
    const look = (day ?? []).map(Number).reduce((total, one) => total + one, 0);
    expect(
      30 * (look + measured('50,000 people, a day with 250 changed rows, transactions')),
    ).toBeLessThanOrEqual(lookTransactions);
    expect(Math.abs(fixed - fixedOperations(counted))).toBeLessThan(5000);
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
    const [granted, paid] = [monthOf(users, counted), monthOf(users, counted, false)];
    const [, , mailsSaid, ...said] = cells(users.toLocaleString('en'), costs);
    expect(Number(mailsSaid?.replaceAll(',', ''))).toBe(0.6 * users);
    expect(said.slice(0, 6)).toEqual([
      granted.functions === 0 ? '0' : granted.functions.toFixed(2),
      granted.storage.toFixed(2),
      granted.log === 0 ? '0' : granted.log.toFixed(2),
      `${granted.alerts}`,
      `**${Math.round(granted.together)}**`,
      `${Math.round(paid.together)}`,
    ]);
    expect(Math.round(granted.together)).toBeLessThanOrEqual(before);
  });

  test('pays for the alerts that are deployed', () => {
    const rules = ofType('main', 'Microsoft.Insights/scheduledQueryRules');
    const often = rules.filter(({ properties }) => properties.evaluationFrequency === 'PT5M');
    expect(number(/\| alerts \| (\d+) \|/)).toBe(rules.length);
    expect(monthOf(1_000, counted).alerts).toBe(often.length + 0.5 * rules.length);
  });

  test('bills the runs that it names, half a gigabyte for a second each', () => {
    const { polls, sweeps, ticks } = monthlyRuns;
    const said = number(/functions = \(([\d,]+) \+ M/);
    expect(said).toBe((polls + sweeps + ticks) / 2);
    expect(number(/\(([\d,]+) \+ M − 250,000\)/)).toBe(polls + sweeps + ticks);
  });
});
