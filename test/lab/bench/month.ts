import { atMost, type BenchRow } from './row.ts';

// What a month costs, by the model of docs/scale.md: its prices, its assumptions, and what was counted.

/** Runs of a month of the functions that a timer starts: a poll each 15 s; sweeps and the check's ticks each ten minutes. */
export const monthlyRuns = { polls: 172_800, sweeps: 4_320, ticks: 4_320 } as const;

/** What the runtime asks of storage in a month for itself: two queues each two seconds, and its timers. */
export const runtimeTransactions = { queues: 2_600_000, timers: 480_000 } as const;

/** Table transactions of a month's looks at 50,000 people. */
export const lookTransactions = 3_000;

const changesPerUser = 0.6;
const alerts = 15.5;
const memoryGb = 0.5;
const free = { gbSeconds: 100_000, runs: 250_000, logGb: 5 };
const prices = {
  gbSecond: 0.000026,
  run: 0.4 / 1e6,
  logGb: 2.3,
  operation: 0.004 / 10_000,
  gb: 0.045,
};

/** Table transactions: of a poll, of a sweep, of the first sweep of a day, and of a mail, recorded and sent. */
interface Transactions {
  readonly poll: number;
  readonly sweep: number;
  readonly firstSweep: number;
  readonly mail: number;
}

/** Operations of storage in a month without a single mail. */
export const fixedOperations = ({ poll, sweep, firstSweep }: Omit<Transactions, 'mail'>): number =>
  monthlyRuns.polls * poll +
  monthlyRuns.sweeps * sweep +
  30 * (firstSweep - sweep) +
  monthlyRuns.ticks +
  lookTransactions +
  runtimeTransactions.queues +
  runtimeTransactions.timers;

/** Dollars of a month, by part. A mail's message is sent, received and deleted. */
export function monthOf(users: number, counted: Transactions, isGranted = true) {
  const { polls, sweeps, ticks } = monthlyRuns;
  const granted = (most: number) => (isGranted ? most : 0);
  const mails = changesPerUser * users;
  const timed = polls + sweeps + ticks;
  // Two seconds for a mail, and ten a page of 999 people while the coverage check waits, thirty times.
  const gbSeconds = timed * memoryGb + mails * 2 * memoryGb + 0.15 * users;
  const logGb = 0.8 + (mails * 5.3) / 1e6;
  const functions =
    Math.max(0, gbSeconds - granted(free.gbSeconds)) * prices.gbSecond +
    Math.max(0, timed + mails - granted(free.runs)) * prices.run;
  const storage =
    (fixedOperations(counted) + (counted.mail + 3) * mails) * prices.operation +
    0.05 +
    ((3 * mails * 3.2) / 1e6) * prices.gb;
  const log = Math.max(0, logGb - granted(free.logGb)) * prices.logGb;
  return { functions, storage, log, alerts, together: functions + storage + log + alerts };
}

/** Dollars of a month of tenants of several sizes, against what they were with a poll a minute on 2,048 MB. */
export const monthRows = (counted: Transactions): BenchRow[] =>
  (
    [
      [1_000, 17],
      [50_000, 21],
      [500_000, 57],
    ] as const
  ).map(([users, before]) =>
    atMost(
      `a month of ${users.toLocaleString('en')} users, dollars by the model below`,
      before,
      monthOf(users, counted).together,
    ),
  );
