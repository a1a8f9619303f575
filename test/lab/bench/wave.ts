import { expectManyBuffers } from '../scale/manyBuffers.ts';
import { playMorning } from '../scale/morning.ts';
import { playWave, type Wave, type WaveOutcome } from '../scale/wave.ts';
import { delayChart } from './delayChart.ts';
import { byHour, writePicture } from './delays.ts';
import { type BenchRow, fact, printed } from './row.ts';

// People with phones only who all must register a passkey within five working days, on top of an ordinary
// week, played by the app itself on a clock of its own.

const people = 200_000;
const days = 5;
const mostUrgentSeconds = 10;
const mostError = 0.05;

interface Scenario extends Pick<Wave, 'people' | 'mailboxes' | 'copies' | 'eventHub'> {
  /** The picture of its delays. */
  readonly picture?: string;
}

/** Two in full size; all others with a tenth of the people, and one of one mailbox, which has a line too. */
const waves: readonly Scenario[] = [
  ...[1, 2, 4, 8].flatMap((mailboxes) =>
    [true, false].flatMap((copies) =>
      [false, true].map((eventHub) => ({ people: people / 10, mailboxes, copies, eventHub })),
    ),
  ),
  { people, mailboxes: 8, copies: true, eventHub: true, picture: 'wave-8-mailboxes.svg' },
  { people, mailboxes: 4, copies: true, eventHub: false, picture: 'wave-4-mailboxes.svg' },
];

/** The rows of the table about the wave. Draws the delays of those in full size. */
export async function waveRows(scenarios: readonly Scenario[] = waves): Promise<BenchRow[]> {
  expectManyBuffers();
  const rows: BenchRow[] = [];
  for (const scenario of scenarios) {
    const began = performance.now();
    const progress = (day: number, open: number) => {
      const seconds = Math.round((performance.now() - began) / 1000);
      process.stderr.write(`${nameOf(scenario)}: day ${day}, ${open} open, ${seconds} s\n`);
    };
    const outcome = await playWave({ ...scenario, days, progress });
    if (scenario.picture) draw(scenario, scenario.picture, outcome);
    rows.push(...rowsOf(scenario, outcome));
  }
  return rows;
}

const nameOf = ({ people: many, mailboxes, copies, eventHub }: Scenario) =>
  `${many.toLocaleString('en')} people, ${mailboxes} mailbox(es), copies ${copies ? 'on' : 'off'}, ${eventHub ? 'event hub' : 'poll'}`;

function rowsOf(scenario: Scenario, outcome: WaveOutcome): BenchRow[] {
  const { told, missed, repeated, left, throttled, urgent } = outcome;
  const { emptyAfterDays, predictedDays, longestLine, predictedLine } = outcome;
  const name = nameOf(scenario);
  const error = Math.abs(emptyAfterDays / predictedDays - 1);
  return [
    {
      what: `wave, ${name}, ${told.mails} mails: missed; repeated; left`,
      target: '0; 0; 0',
      measured: `${missed}; ${repeated}; ${left}`,
      met: missed + repeated + left === 0,
    },
    {
      what: `wave, ${name}: an urgent one waits, p99 of ${urgent.count}`,
      target: `≤ ${mostUrgentSeconds} s`,
      measured: `${urgent.p99.toFixed(1)} s`,
      met: urgent.p99 <= mostUrgentSeconds,
    },
    {
      what: `wave, ${name}: days until the line is empty, against ${predictedDays.toFixed(2)} predicted`,
      target: `within ${mostError * 100} %`,
      measured: `${emptyAfterDays.toFixed(2)}`,
      met: error <= mostError,
    },
    fact(
      `wave, ${name}: longest line, predicted; sends, reads throttled`,
      `${longestLine}, ${Math.round(predictedLine)}; ${throttled.sends}, ${throttled.reads}`,
    ),
  ];
}

/** A morning of 300,000 rows by poll alone: where reading ends, and whether the app said so before. */
export async function morningRows(rows = 300_000): Promise<BenchRow[]> {
  const {
    rows: played,
    p50,
    p99,
    max,
    missed,
    warnedAfterMinutes,
    lateAfterMinutes,
  } = await playMorning({ rows, changes: 300 });
  const seconds = [p50, p99, max].map((value) => value.toFixed(0)).join('; ');
  const inTime =
    warnedAfterMinutes !== undefined && warnedAfterMinutes < (lateAfterMinutes ?? Infinity);
  return [
    {
      what: `${played.toLocaleString('en')} rows from eight to eleven, by poll alone: in the log until mailed, p50; p99; longest; missed`,
      target: 'none missed',
      measured: `${seconds} s; ${missed}`,
      met: missed === 0,
    },
    {
      what: 'the same: minutes until an event hub was said to be due; until a mail was five minutes late',
      target: 'said before',
      measured: `${warnedAfterMinutes ?? 'never'}; ${lateAfterMinutes ?? 'never'}`,
      met: inTime,
    },
  ];
}

function draw(scenario: Scenario, picture: string, outcome: WaveOutcome): void {
  const { log, isOwn, lasting } = outcome;
  const spans = [
    { what: `${scenario.people.toLocaleString('en')} passkeys`, from: 8, to: 4 * 24 + 18 },
  ];
  const chart = delayChart({
    title: 'How long own changes wait to be told while everybody registers a passkey',
    heading: nameOf(scenario),
    days: lasting,
    hours: byHour(outcome, log.changes.filter(isOwn), lasting),
    spans,
    episodes: [],
  });
  writePicture(picture, chart);
}

if (import.meta.main) {
  const given = process.argv.slice(2).map(Number);
  const chosen = given.length > 0 ? given.flatMap((at) => waves.at(at) ?? []) : waves;
  for (const wave of chosen) console.log(printed(await waveRows([wave])));
}
