import { changesOf } from '../../functions/coverage/check.ts';
import { Kinds } from '../../functions/coverage/kinds.ts';
import { accounted, type Person } from '../../functions/coverage/person.ts';
import type { Register } from '../../functions/coverage/register.ts';
import { isTooMany } from '../../functions/coverage/verdict.ts';
import { columns, terminalWidth } from '../columns.ts';
import { exitCodes } from '../command.ts';
import { type LedgerCommand, textOf } from './command.ts';
import { limitOf } from './list.ts';
import { short } from './times.ts';

/** Rows that are printed unless more are asked for. */
const usual = 50;

export const gaps: LedgerCommand = {
  summary: 'who has, or no longer has, a method that nobody was told of',
  does: `Lists the people of whom the report on registered methods (userRegistrationDetails) shows a change that the
ledger does not explain: what they had when all was explained, what they have now, and since when. TOLD are those
that an event named (coverage.gap); WAITING are those that the next look may explain. Where very many are
unexplained at once the report itself is probably at fault: they are listed all the same, with the day before
beside today. Reads only.`,
  example: '--limit 200',
  found: 'somebody has an unexplained change, or the report could not be read of late',
  define: (command) => command.option('--limit <n>', 'at most so many people', String(usual)),
  async run(given, { now }, register) {
    const limit = limitOf(textOf(given, 'limit') ?? '');
    const stored = await readRegister(register);
    if (!stored) {
      const text = 'Nobody has looked yet: is COVERAGE_CHECK on, and does the app run?';
      const json = {
        looked: null,
        underWay: null,
        known: 0,
        doubtful: false,
        open: 0,
        people: [],
      };
      return { text, json, code: exitCodes.found };
    }
    const { people, kinds, progress } = stored;
    const open = [...people.open()].sort(([, one], [, other]) => byAge(one, other));
    const { before: looked, at, done } = progress;
    const late = looked === undefined || now().getTime() - Date.parse(looked) > lateMs;
    const rows = open.slice(0, limit).map(([id, person]) => rowOf(id, person, kinds));
    const head = ['USER', 'CHANGE', 'HAD', 'HAS', 'SINCE', 'STATE'];
    const table = rows.map((row) => [
      row.user,
      row.change,
      row.had.join(' ') || '–',
      row.has.join(' ') || '–',
      short(row.since ?? ''),
      row.state,
    ]);
    const doubtful = isTooMany(open.length, people.size);
    const text = [
      `Last look      ${looked ? short(looked) : 'none came to its end'}; ${people.size} people`,
      ...(done ? [] : [`Under way      since ${short(at)}, ${progress.people} people so far`]),
      ...(late
        ? ['The report could not be read of late: look for coverage.unread in the log.']
        : []),
      ...(doubtful ? [`${open.length} at once: the report is probably at fault.`] : []),
      open.length > 0 ? `\n${columns([head, ...table], terminalWidth())}` : 'No gap is known.',
      ...(open.length > limit ? [`${open.length - limit} more: raise --limit.`] : []),
    ].join('\n');
    const json = {
      looked: looked ?? null,
      underWay: done ? null : at,
      known: people.size,
      doubtful,
      open: open.length,
      people: rows,
    };
    return { text, json, code: open.length > 0 || late ? exitCodes.found : exitCodes.well };
  },
};

/** A look a day, and a day to spare. */
const lateMs = 3 * 86_400_000;

async function readRegister(register: Register) {
  const state = await register.readState();
  if (!state) return undefined;
  const { learned, progress } = state.value;
  return { people: await register.load(state.value), kinds: new Kinds(learned), progress };
}

const byAge = (one: Person, other: Person) => ((one.since ?? '') < (other.since ?? '') ? -1 : 1);

const rowOf = (user: string, person: Person, kinds: Kinds) => ({
  user,
  change: changesOf(person, kinds),
  had: kinds.words(accounted(person)),
  has: kinds.words(person.kinds),
  since: person.since ?? null,
  after: person.after ?? null,
  state: (person.open & ~person.told) === 0 ? 'TOLD' : 'WAITING',
});
