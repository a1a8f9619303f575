import { reference } from '../ledger/keys.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import type { NotificationQueue } from '../ledger/queue.ts';
import { latestCause, said } from '../ledger/sentence.ts';
import { dueAt, type Outcome, settle } from '../ledger/transitions.ts';
import type { Clock, Log, Metrics, Wait } from '../log.ts';
import { retry } from '../retry.ts';

/** What writing a result needs. */
export interface SettlingRoom {
  readonly ledger: Pick<Ledger, 'replace' | 'insert' | 'replaceAndInsert'>;
  readonly queue: NotificationQueue;
  readonly wait: Wait;
  readonly now: Clock;
  readonly log: Log;
}

const mostWrites = 5;

/** Writes how a send ended that we held the claim for, and puts what is due again on the queue. */
export async function settleHeld(
  { notification: held, etag }: StoredNotification,
  outcome: Outcome,
  room: SettlingRoom,
): Promise<void> {
  const { ledger, queue, wait, now, log } = room;
  const after = settle(held, outcome, now());
  // A result that is not written down would be sent again, so storage gets some seconds to recover.
  const recovers = async (error: unknown, tried: number) => {
    if (error instanceof LedgerConflict) return false;
    await wait(500 * 2 ** tried);
    return true;
  };
  try {
    await retry(mostWrites, recovers, () => ledger.replace(after, etag));
  } catch (error) {
    // What was refused was no send: whoever moved the row meanwhile, look again what is left to do.
    if (outcome.kind === 'refused' || !(error instanceof LedgerConflict)) throw error;
    // Somebody else moved a row that we held: say so, and never send again on our own account.
    log('error', 'ledger.moved', { reference: reference(after), state: after.state });
    return;
  }
  sayOutcome(after, room);
  const due = dueAt(after);
  if (due) await queue.enqueue([{ row: after, at: due }]);
}

/** Says in one event where a notification stands now, and what it means in numbers. */
export function sayOutcome(
  row: Notification,
  { log, now }: { readonly log: Log; readonly now: Clock },
): void {
  const oldest = Date.parse(row.changes[0]?.time ?? row.recordedAt);
  const fields = {
    reference: reference(row),
    day: row.day,
    key: row.key,
    attempts: row.attempts,
    ...said(latestCause(row)),
    authenticator: row.authenticatorWarning,
    delaySeconds: Math.round((now().getTime() - oldest) / 1000),
  };
  log(levelOf(row), `mail.${row.state}`, fields, metricsOf(row, fields.delaySeconds));
}

function levelOf({ state, outcome }: Notification) {
  if (state === 'failed') return 'error';
  const isOdd = outcome?.reason === 'lookFailed';
  return state === 'undeliverable' || state === 'unknown' || isOdd ? 'warn' : 'info';
}

function metricsOf(row: Notification, delaySeconds: number): Metrics | undefined {
  const { state, followUp, otherAddress } = row;
  // These wait on purpose: they say nothing of how soon people are told.
  const waits = followUp !== undefined || otherAddress !== undefined;
  switch (state) {
    case 'sent':
      return { 'mail.sent': 1, ...(!waits && { 'mail.delay_seconds': delaySeconds }) };
    case 'failed':
    case 'undeliverable':
    case 'unknown':
      return { [`mail.${state}`]: 1 };
    default:
      return undefined;
  }
}
