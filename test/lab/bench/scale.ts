import { expectManyBuffers } from '../scale/manyBuffers.ts';
import { percentile } from '../scale/percentile.ts';
import {
  type Costs,
  type Episode,
  type Outcome,
  simulate,
  toldKinds,
  weekEpisodes,
} from '../scale/simulate.ts';
import { monday } from '../scale/week.ts';
import { delayChart } from './delayChart.ts';
import { byHour, delaysOf, writePicture } from './delays.ts';
import { type BenchRow, printed } from './row.ts';

// A week of tenants of several sizes, with a campaign and three outages, played by the app itself on
// a clock of its own: what is missed or repeated, how long people wait, and what a mail costs.

const largest = 1_000_000;
/** As many as a tenant may have. */
const sendersOfLargest = 16;
/** Users of a mailbox, where fewer would do. */
const usersOfSender = 31_250;
const sizes = [1_000, 10_000, 100_000, largest];
const days = 7;
const campaign = 0.2;
const hourMs = 3_600_000;
const mostDifference = 0.1;

const sendersOf = (users: number) =>
  Math.min(sendersOfLargest, Math.max(1, Math.round(users / usersOfSender)));

/** What a notification costs beyond what polling costs anyway. */
type Marginal = Readonly<Record<keyof Costs, number>>;

interface Week {
  readonly users: number;
  readonly outcome: Outcome;
  readonly marginal: Marginal;
  readonly seconds: number;
}

async function playWeek(users: number): Promise<Week> {
  const began = performance.now();
  const senders = sendersOf(users);
  const instances = Math.max(1, Math.round(senders / 4));
  const outcome = await simulate({
    users,
    days,
    campaign,
    seed: 1,
    senders,
    instances,
    episodes: weekEpisodes(senders),
    progress: (day) => {
      const seconds = Math.round((performance.now() - began) / 1000);
      const megabytes = Math.round(process.memoryUsage().rss / 1e6);
      process.stderr.write(`${users} users, day ${day}: ${seconds} s, ${megabytes} MB\n`);
    },
  });
  const { all, fixed } = outcome.costs;
  const each = (name: keyof Costs) => (all[name] - fixed[name]) / outcome.mails;
  const marginal = {
    graphRequests: each('graphRequests'),
    tableTransactions: each('tableTransactions'),
    queueMessages: each('queueMessages'),
    deliveries: each('deliveries'),
  };
  return { users, outcome, marginal, seconds: (performance.now() - began) / 1000 };
}

/** The rows of the table about scale. Writes the delay curve of the largest tenant. */
export async function scaleRows(wanted: readonly number[] = sizes): Promise<BenchRow[]> {
  expectManyBuffers();
  const weeks: Week[] = [];
  for (const users of wanted) {
    const week = await playWeek(users);
    describe(week);
    // A week may take long: what it came to is not to wait for the next one.
    console.log(printed([wholeRow(week)]));
    weeks.push(week);
  }
  const last = weeks.at(-1);
  if (last) draw(last);
  return [...weeks.map(wholeRow), ...costRows(weeks)];
}

function wholeRow({ users, outcome }: Week): BenchRow {
  const { mails, missed, repeated, throttled, left, poisoned, mostAtOnce } = outcome;
  return {
    what: `a week of ${users} users, ${mails} mails: missed; repeated; sends and reads throttled outside outages`,
    target: '0; 0; 0; 0',
    measured: `${missed.length}; ${repeated.length}; ${throttled.sends}; ${throttled.reads}`,
    met:
      missed.length + repeated.length + throttled.sends + throttled.reads + left + poisoned === 0 &&
      mostAtOnce <= 4,
  };
}

const judged: readonly (readonly [keyof Costs, string])[] = [
  ['graphRequests', 'Graph requests'],
  ['tableTransactions', 'table transactions'],
  ['queueMessages', 'queue messages'],
  ['deliveries', 'runs of sendNotification'],
];

function costRows(weeks: readonly Week[]): BenchRow[] {
  const [smallest, greatest] = [weeks[0], weeks.at(-1)];
  if (!smallest || !greatest || weeks.length < 2) return [];
  return judged.map(([name, words]) => {
    const ratio = greatest.marginal[name] / smallest.marginal[name];
    const each = weeks.map(({ users, marginal }) => `${users}: ${marginal[name].toFixed(2)}`);
    return {
      what: `${words} for each notification, ${each.join(', ')} users`,
      target: `same within ${mostDifference * 100} %`,
      measured: ratio.toFixed(2),
      met: ratio <= 1 + mostDifference,
    };
  });
}

/** Prints what the table has no room for. */
function describe({ users, outcome, marginal, seconds }: Week): void {
  const { log, told, costs, runs, events, refusedInEpisodes } = outcome;
  console.log(`\n${users} users, ${log.changes.length} changes, ${log.rows} rows of the log`);
  console.table(
    toldKinds.map(({ name }) => {
      const delays = delaysOf(
        outcome,
        log.changes.filter(({ kind }) => kind.name === name),
      );
      const at = (share: number) => Math.round(percentile(delays, share));
      return {
        kind: name,
        told: delays.length,
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        max: at(1),
      };
    }),
  );
  console.table({ ...costs, marginal });
  console.log({ runs, refusedInEpisodes, mails: told.mails, seconds: Math.round(seconds) });
  console.log(Object.fromEntries(events));
}

function draw({ users, outcome }: Week): void {
  const hour = (time: number) => (time - monday.getTime()) / hourMs;
  const mark = ({ what, from, to }: Episode) => ({ what, from: hour(from), to: hour(to) });
  const tuesdayToThursday = {
    what: `campaign: ${(users * campaign).toLocaleString('en')} passkeys`,
    from: 24 + 8,
    to: 3 * 24 + 18,
  };
  const episodes = weekEpisodes(sendersOf(users)).map(mark);
  const chart = delayChart({
    title: 'How long changes wait to be told, in a week of a large tenant',
    heading: `${users.toLocaleString('en')} users`,
    days,
    hours: byHour(outcome, outcome.log.changes, days),
    spans: [tuesdayToThursday],
    episodes,
  });
  writePicture('delay.svg', chart);
}

if (import.meta.main) {
  const given = process.argv.slice(2).map(Number);
  console.table(await scaleRows(given.length > 0 ? given : sizes));
}
