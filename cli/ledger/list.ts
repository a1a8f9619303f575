import type { UnreadableRow } from '../../functions/ledger/entity.ts';
import { reference } from '../../functions/ledger/keys.ts';
import { type Notification, type State, states } from '../../functions/ledger/notification.ts';
import { latestCause, said, sentence } from '../../functions/ledger/sentence.ts';
import { anyOf } from '../../functions/ledger/store.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';
import { samePerson } from '../../functions/recognise/initiator.ts';
import { columns, terminalWidth } from '../columns.ts';
import { exitCodes, UsageError } from '../command.ts';
import { nearest } from '../nearest.ts';
import { type Given, type LedgerCommand, textOf } from './command.ts';
import { newestFirst, sayUnreadable, unreadableRows } from './review.ts';
import { short, sinceOf } from './times.ts';

export const list: LedgerCommand = {
  summary: 'notifications, newest first',
  does: 'Lists notifications by the time of the activity that they tell of, newest first, one a line. Reads only.',
  example: '--state failed --since 30d',
  found: 'there are rows that this version can’t read',
  define: (command) =>
    command
      .option('--state <state>', states.join(', '))
      .option('--user <id>', 'only of this user: object id, or user principal name')
      .option('--since <time>', 'by time of activity: 30m, 24h or a day such as 2026-11-24', '7d')
      .option('--limit <n>', 'at most so many; where there are more, the last line says so', '50'),
  async run(given, { ledger, now }) {
    const state = stateOf(given);
    const user = userOf(textOf(given, 'user'));
    const limit = limitOf(textOf(given, 'limit') ?? '');
    const since = sinceOf(textOf(given, 'since') ?? '', now());
    const rows: Notification[] = [];
    const unreadable: UnreadableRow[] = [];
    const condition = state && anyOf('state', state);
    const all = newestFirst(ledger, since, now(), unreadable, condition);
    for await (const { notification } of all) {
      if (user && !isOf(notification, user)) continue;
      rows.push(notification);
      if (rows.length > limit) break;
    }
    const shown = rows.slice(0, limit);
    const more = rows.length > limit;
    const none = `No ${state ?? ''} notification since ${short(since.toISOString())}`.replace(
      '  ',
      ' ',
    );
    const lines = [
      shown.length > 0 ? columns(table(shown), terminalWidth()) : `${none}.`,
      ...(more ? [`There are more than ${limit}: raise --limit, or narrow --since.`] : []),
      ...sayUnreadable(unreadable),
    ];
    return {
      text: lines.join('\n'),
      json: {
        since: since.toISOString(),
        more,
        notifications: shown.map(summary),
        unreadable: unreadableRows(unreadable),
      },
      code: unreadable.length > 0 ? exitCodes.found : exitCodes.well,
    };
  },
};

/** The state that `--state` names. Throws `UsageError`. */
export function stateOf(given: Given): State | undefined {
  const text = textOf(given, 'state');
  if (text === undefined) return undefined;
  const found = states.find((state) => state === text.toLowerCase());
  if (found) return found;
  const like = nearest(text.toLowerCase(), states);
  const fix = like ? `Did you mean ${like}?` : `Give one of ${states.join(', ')}`;
  throw new UsageError(`--state is "${text}". ${fix}`);
}

/** The number that `--limit` names. Throws `UsageError`. */
export function limitOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--limit is "${text}". Give a number from 1 to 999999`);
}

/** Throws `UsageError` for what is neither. */
function userOf(text: string | undefined): string | undefined {
  if (text === undefined || text.includes('@') || /^[0-9a-f-]{36}$/i.test(text)) return text;
  const fix = 'Give a user principal name, as adele@contoso.com, or an object id';
  throw new UsageError(`--user is "${text}", which is neither. ${fix}`);
}

/** Whether a notification is about somebody, named by object id or user principal name. */
const isOf = ({ target }: Notification, user: string) =>
  samePerson(user.includes('@') ? { userPrincipalName: user } : { id: user }, target) === true;

/** Columns in the order of their weight; what no row has a word for is left out. */
const titles: readonly (readonly [string, (row: Notification) => string])[] = [
  ['REFERENCE', reference],
  ['STATE', ({ state }) => state],
  ['ACTIVITY TIME', (row) => short(row.changes[0]?.time ?? row.key)],
  ['CHANGES', (row) => changesIn(row)],
  ['USER', ({ target }) => target.userPrincipalName ?? target.id ?? '(no object id)'],
  ['AUTHENTICATOR', ({ authenticatorWarning = '' }) => authenticatorWarning],
  ['TRIES', ({ attempts }) => (attempts > 1 ? String(attempts) : '')],
  ['OUTCOME', (row) => sentence(latestCause(row))],
];

function table(rows: readonly Notification[]): string[][] {
  const kept = titles.filter(([, cell]) => rows.some((row) => cell(row) !== ''));
  return [kept.map(([title]) => title), ...rows.map((row) => kept.map(([, cell]) => cell(row)))];
}

export const nameOf = ({ method, action }: Pick<SecurityInfoChange, 'method' | 'action'>): string =>
  `${method} ${action}`;

const changesIn = ({ changes, summary }: Notification) =>
  summary ? `bulk, ${summary.users} users` : changes.map(nameOf).join(', ');

/** A notification in a few fields, for programs. Ids, never names or addresses. */
const summary = (row: Notification) => ({
  reference: reference(row),
  day: row.day,
  key: row.key,
  state: row.state,
  time: row.changes[0]?.time ?? null,
  user: row.target.id ?? null,
  changes: row.changes.map(({ action, method }) => ({ action, method })),
  authenticator: row.authenticatorWarning ?? null,
  attempts: row.attempts,
  ...said(row.outcome),
  note: said(row.steps.at(-1)?.cause).outcome,
});
