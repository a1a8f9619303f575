import type { UnreadableRow } from '../../functions/ledger/entity.ts';
import { reference } from '../../functions/ledger/keys.ts';
import { LedgerConflict } from '../../functions/ledger/ledger.ts';
import type { Notification, StoredNotification } from '../../functions/ledger/notification.ts';
import type { Reason } from '../../functions/ledger/reason.ts';
import { said } from '../../functions/ledger/sentence.ts';
import { anyOf } from '../../functions/ledger/store.ts';
import type { Rooms } from '../../functions/rooms.ts';
import {
  type Look,
  messageDomainOf,
  messageIdOf,
  sentItemsOf,
} from '../../functions/send/sentItems.ts';
import { exitCodes, UsageError } from '../command.ts';
import { beginAnew } from './beginAnew.ts';
import { type Given, type LedgerCommand, textOf } from './command.ts';
import { nameOf, stateOf } from './list.ts';
import { findNotification, newestFirst, sayUnreadable, unreadableRows } from './review.ts';
import { short, sinceOf } from './times.ts';

export const requeue: LedgerCommand = {
  summary: 'sends again what failed, after a look into Sent Items',
  does: `Begins anew what was given up: one notification, or with --state all of that state. Says of each what is
known of its last attempt, and where it may become a second mail. Before it sends, the app looks into Sent Items
again, where it may: what is found there is not sent a second time, but marked as sent.`,
  example: '7F3K-9Q2M --yes',
  found: 'without --yes: nothing was done; with it: something was refused',
  define: (command) =>
    command
      .argument('[reference]', 'as the mail gives it (7F3K-9Q2M), or the row key')
      .option('--state <state>', 'all that are failed, or undeliverable')
      .option('--since <time>', 'with --state: 30m, 24h, 7d (default) or a day such as 2026-11-24')
      .option('--yes', 'do it'),
  async run(given, rooms) {
    const yes = given.values['yes'] === true;
    const unreadable: UnreadableRow[] = [];
    const rows = await chosen(given, rooms, unreadable);
    const done = [];
    for (const row of rows) done.push(await consider(row, yes, rooms));
    const left = unreadable.length > 0 || done.some(({ result }) => result !== 'requeued');
    const hint =
      yes || done.every(({ result }) => result === 'refused')
        ? []
        : ['Nothing was touched. To do this, add --yes.'];
    return {
      text: [
        ...(rows.length === 0 ? ['There is none.'] : [...done.map(described), ...hint]),
        ...sayUnreadable(unreadable),
      ].join('\n\n'),
      json: { notifications: done, unreadable: unreadableRows(unreadable) },
      code: left ? exitCodes.found : exitCodes.well,
    };
  },
};

async function chosen(
  given: Given,
  { ledger, now }: Rooms,
  unreadable: UnreadableRow[],
): Promise<StoredNotification[]> {
  const state = stateOf(given);
  const since = textOf(given, 'since');
  if (!state) {
    const [ref] = given.positionals;
    if (ref === undefined) throw new UsageError('Give a reference, or --state failed');
    return [await findNotification(ref, ledger, now(), since ? sinceOf(since, now()) : undefined)];
  }
  if (given.positionals[0] !== undefined)
    throw new UsageError('Give a reference or --state, not both');
  if (state !== 'failed' && state !== 'undeliverable') {
    throw new UsageError(`--state is ${state}. Only failed and undeliverable can be requeued`);
  }
  const rows: StoredNotification[] = [];
  const from = sinceOf(since ?? '7d', now());
  const all = newestFirst(ledger, from, now(), unreadable, anyOf('state', state));
  for await (const row of all) rows.push(row);
  return rows;
}

interface Considered {
  readonly reference: string;
  readonly key: string;
  readonly state: Notification['state'];
  readonly attempts: number;
  readonly changes: string;
  readonly lastStep: string;
  readonly outcome: string | null;
  readonly reason: Reason | null;
  /** Mailboxes that it may have been sent from. */
  readonly doubts: readonly string[];
  /** Null where no send is in doubt. */
  readonly sentItems: Look | null;
  readonly warning: string | null;
  readonly result: 'notAsked' | 'requeued' | 'requeuedForSweep' | 'moved' | 'refused';
}

async function consider(
  stored: StoredNotification,
  yes: boolean,
  rooms: Rooms,
): Promise<Considered> {
  const { notification: row } = stored;
  const reopens = row.state === 'failed' || row.state === 'undeliverable';
  const doubts = [...new Set([...row.doubts, ...(row.suspects ?? [])])];
  const messageId = messageIdOf(row, messageDomainOf(rooms.config));
  const look =
    reopens && doubts.length > 0 ? await sentItemsOf(rooms.graph)(doubts, messageId) : null;
  const facts = {
    reference: reference(row),
    key: row.key,
    state: row.state,
    attempts: row.attempts,
    changes: row.changes.map(nameOf).join(', '),
    lastStep: row.steps.at(-1)?.at ?? row.recordedAt,
    ...said(row.outcome),
    doubts,
    sentItems: look,
    warning: look && warnings[look],
  };
  if (!reopens) return { ...facts, result: 'refused' };
  return { ...facts, result: yes ? await begin(stored, rooms) : 'notAsked' };
}

async function begin(stored: StoredNotification, rooms: Rooms) {
  try {
    return (await beginAnew(stored, rooms)) ? 'requeued' : 'requeuedForSweep';
  } catch (error) {
    if (error instanceof LedgerConflict) return 'moved';
    throw error;
  }
}

const warnings: Readonly<Record<Look, string | null>> = {
  there: null,
  traced: null,
  absent: null,
  unclear: 'Sent Items gave no answer: IT MAY BECOME A SECOND MAIL if the app may not look either.',
  forbidden:
    'You may not look into Sent Items: IT MAY BECOME A SECOND MAIL if the app may not either.',
};

const looks: Readonly<Record<Look, string>> = {
  there: 'It is in Sent Items: it will be marked as sent, and not sent again.',
  traced: 'Exchange has it, by its message trace: it will be marked as sent, and not sent again.',
  absent: 'It is not in Sent Items: it was not sent.',
  unclear: 'Whether it is in Sent Items is not known.',
  forbidden: 'Whether it is in Sent Items is not known.',
};

const results: Readonly<Record<Considered['result'], string>> = {
  notAsked: '',
  requeued: 'Requeued.',
  requeuedForSweep:
    'Begun anew, but the queue did not take it: a sweep does, within 15 minutes, or within a day if the change is older than a week.',
  moved: 'Not requeued: somebody moved it meanwhile. Look at it again.',
  refused: 'Only what is failed or undeliverable can be requeued.',
};

function described(one: Considered): string {
  const { doubts, sentItems } = one;
  const lines = [
    `${one.reference}  ${one.state}, attempts: ${one.attempts}, last step ${short(one.lastStep)}: ${one.outcome ?? 'no outcome yet'}`,
    `Tells of ${one.changes}.`,
    one.result === 'refused' ? '' : inDoubt(doubts),
    sentItems ? looks[sentItems] : '',
    one.warning ?? '',
    results[one.result],
  ];
  return lines.filter(Boolean).join('\n  ');
}

const inDoubt = (doubts: readonly string[]) =>
  doubts.length > 0
    ? `May have been sent from ${doubts.join(', ')}.`
    : 'No send of it is in doubt.';
