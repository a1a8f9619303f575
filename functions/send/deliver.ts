import { RestError } from '@azure/data-tables';
import type { Graph } from '../graph/client.ts';
import { type RowRef, reference } from '../ledger/keys.ts';
import { LedgerConflict } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import { earlyMs, messageFor, type NotificationQueue } from '../ledger/queue.ts';
import { claim, defer, dueAt, end, type Outcome, settle } from '../ledger/transitions.ts';
import type { Wait } from '../log.ts';
import type { CopyCounts } from '../pacing/copies.ts';
import { heedPause, type MailboxRoom, sharePause, turnOf } from '../pacing/mailbox.ts';
import { type LookUpRoom, lookUp } from './lookUp.ts';
import { messageIdOf } from './messageId.ts';
import type { PrepareSettings } from './prepare.ts';
import { type Known, type Mail, makeReady, writeClaim } from './ready.ts';
import { sayOutcome } from './sayOutcome.ts';
import { sentItemsOf } from './sentItems.ts';
import { transmit } from './transmit.ts';

/** What delivering needs. */
export interface DeliveryRoom extends LookUpRoom, MailboxRoom {
  readonly queue: NotificationQueue;
  readonly graph: Graph;
  readonly wait: Wait;
  readonly settings: PrepareSettings;
  readonly counts: CopyCounts;
  readonly replyTo: string | undefined;
  readonly leaseSeconds: number;
  readonly maxAttempts: number;
  readonly maxAgeHours: number;
  readonly dryRun: boolean;
}

interface LookingRoom extends DeliveryRoom {
  readonly look: ReturnType<typeof sentItemsOf>;
}

const mostTries = 6;
const mostWrites = 5;
const minuteMs = 60_000;

/** A mail that waits for a mailbox or a grant to be mended waits at least this long. */
const leastPatienceHours = 7 * 24;

/** Waits longer than this are written down, so that the sweep does not take the message for lost. */
const longestUnwrittenMs = minuteMs;
/** For less than this the message is not put back: it waits where it is. */
const longestStayMs = 2500;
const mostStays = 4;
/** A message that comes by less than this before its time is kept: clocks differ, too. */
const mostEarlyMs = 1.5 * earlyMs;

/**
 * Handles one message of the queue. The message is spent when this returns: whatever is still to
 * be done is on the queue again by then. Where storage fails, the message is put off rather than
 * used up: five failures would make it poison. Throws only when even that fails, or on a defect.
 */
export async function deliver(ref: RowRef, room: DeliveryRoom): Promise<void> {
  try {
    await deliverLatest(ref, room);
  } catch (error) {
    if (!(error instanceof RestError || error instanceof LedgerConflict)) throw error;
    await room.queue.enqueue([{ row: ref, at: new Date(room.now().getTime() + minuteMs) }]);
    room.log('warn', 'message.putOff', { day: ref.day, key: ref.key, error: error.name });
  }
}

async function deliverLatest(ref: RowRef, room: DeliveryRoom): Promise<void> {
  const looking = { ...room, look: sentItemsOf(room.graph) };
  for (let tried = 1; ; tried += 1) {
    const stored = await room.ledger.get(ref);
    if (!stored) return room.log('warn', 'message.orphan', { day: ref.day, key: ref.key });
    try {
      return await deliverRow(stored, looking);
    } catch (error) {
      // Somebody moved the row before it was claimed: look again what is left to do.
      if (!(error instanceof LedgerConflict) || tried >= mostTries) throw error;
    }
  }
}

/**
 * Looks everything up first and claims last: between the claim and the send nothing can go wrong
 * but the send itself, so a lapsed lease means that the mail may well have gone out.
 */
async function deliverRow(stored: StoredNotification, room: LookingRoom): Promise<void> {
  const { notification: row } = stored;
  const due = dueAt(row);
  if (!due) return;
  const early = due.getTime() - room.now().getTime();
  if (early > (row.state === 'sending' ? 0 : mostEarlyMs))
    return room.queue.enqueue([messageFor(row, due)]);
  const age = room.now().getTime() - Date.parse(row.reopenedAt ?? row.recordedAt);
  if (age > Math.max(room.maxAgeHours, leastPatienceHours) * 60 * minuteMs) {
    return finish(stored, end(row, 'failed', 'could not be delivered for days', room.now()), room);
  }
  const found = await lookUp(row, room);
  if (found.kind === 'putOff') return putOff(stored, later(found.ms, room), found.note, room);
  if (found.kind === 'end') {
    return finish(stored, end(row, found.state, found.outcome, room.now()), room);
  }
  const prepared = makeReady(row, found, room);
  if (prepared.kind === 'nobody') {
    return finish(stored, end(row, prepared.state, prepared.outcome, room.now()), room);
  }
  if (room.dryRun) {
    const outcome = `DRY_RUN: ${prepared.outcome}`;
    return finish(stored, end(row, 'suppressed', outcome, room.now()), room);
  }
  const left = due.getTime() - room.now().getTime();
  if (left > 0) await room.wait(left);
  const turn = await turnOf(row, room);
  if (turn.kind === 'later') {
    const moved = { ...row, sender: turn.sender, inLine: true };
    return putOff({ ...stored, notification: moved }, turn.at, turn.note, room);
  }
  const { sender } = turn;
  const away = await enter(sender, row, room);
  if (away > 0) return stayAway(stored, away, room);
  let asked = false;
  const asking = () => {
    asked = true;
  };
  try {
    await claimAndSend(stored, { sender, found, mail: prepared }, { ...room, asking });
  } finally {
    room.gate.leave(sender, !asked);
  }
}

/** Enters a mailbox, and waits a little for it if need be. Else says for how many ms to stay away. */
async function enter(sender: string, { urgent }: Notification, room: DeliveryRoom) {
  for (let stays = 1; ; stays += 1) {
    const away = room.gate.enter(sender, room.now(), urgent);
    if (away === 0 || away > longestStayMs || stays > mostStays) return away;
    await room.wait(away);
  }
}

/** Comes back later, without an attempt. */
async function putOff(stored: StoredNotification, at: Date, note: string, room: DeliveryRoom) {
  const { notification: row, etag } = stored;
  await room.ledger.replace(defer(row, at, note, room.now()), etag);
  await room.queue.enqueue([messageFor(row, at)]);
}

/** The mailbox can't take it yet. */
async function stayAway(stored: StoredNotification, ms: number, room: DeliveryRoom) {
  const at = later(ms, room);
  if (ms > longestUnwrittenMs) return putOff(stored, at, 'mailbox busy or paused', room);
  return room.queue.enqueue([{ row: stored.notification, at }]);
}

const later = (ms: number, { now }: DeliveryRoom) => new Date(now().getTime() + ms);

/** Looks for earlier sends, claims, sends, and settles. */
async function claimAndSend(
  stored: StoredNotification,
  { sender, found, mail }: { readonly sender: string; readonly found: Known; readonly mail: Mail },
  room: LookingRoom & { readonly asking: () => void },
): Promise<void> {
  const { notification: before } = stored;
  const { graph, leaseSeconds, maxAttempts, now } = room;
  const [, messageDomain = ''] = room.senders[0].split('@');
  const mailboxes = [...before.doubts, ...(before.suspects ?? [])];
  const look = await room.look(mailboxes, messageIdOf(before, messageDomain));
  if (look === 'there') {
    const outcome = `${mail.outcome} (found in Sent Items)`;
    return finish(stored, end(before, 'sent', outcome, now()), room);
  }
  if (look === 'unclear') {
    const at = later(unknownDelayMs(before, room), room);
    return putOff(stored, at, 'Sent Items not readable now', room);
  }
  const by = { sender, looked: look === 'absent' };
  const result = claim(before, by, now(), { leaseSeconds, maxAttempts });
  if (result.kind === 'exhausted') return finish(stored, result.row, room);
  if (result.kind === 'notYet') return room.queue.enqueue([messageFor(before, result.at)]);
  if (result.kind !== 'held') return;
  const { row, until } = result;
  const claimed = { notification: row, etag: stored.etag };
  const { etag, mail: prepared } = await writeClaim(claimed, found, mail, room);
  room.asking();
  const verdict = await transmit({
    graph,
    row,
    prepared,
    organizationName: room.settings.mail.organizationName,
    replyTo: room.replyTo,
    messageDomain,
    deadline: until,
    unknownDelayMs: unknownDelayMs(row, room),
    now,
  });
  await settleHeld({ notification: row, etag }, heedPause(verdict, sender, room), room);
  await sharePause(verdict, sender, room);
}

/** How long to leave a send of unknown outcome alone: longer each time. */
const unknownDelayMs = ({ attempts }: Notification, { leaseSeconds }: DeliveryRoom): number =>
  Math.min(leaseSeconds * 1000 * 2 ** Math.min(attempts - 1, 5), 60 * minuteMs);

/** Writes how a send ended that we held the claim for. */
async function settleHeld(held: StoredNotification, outcome: Outcome, room: DeliveryRoom) {
  const after = settle(held.notification, outcome, room.now());
  try {
    await persistently(() => room.ledger.replace(after, held.etag), room.wait);
  } catch (error) {
    // What was refused was no send: whoever moved the row meanwhile, look again what is left to do.
    if (outcome.kind === 'refused' || !(error instanceof LedgerConflict)) throw error;
    // Somebody else moved a row that we held: say so, and never send again on our own account.
    room.log('error', 'ledger.moved', { reference: reference(after), state: after.state });
    return;
  }
  await announce(after, room);
}

/** Ends a row that nobody holds. */
async function finish({ etag }: StoredNotification, after: Notification, room: DeliveryRoom) {
  await room.ledger.replace(after, etag);
  await announce(after, room);
}

/** Says what was written, and puts what is due again on the queue. */
async function announce(after: Notification, room: DeliveryRoom): Promise<void> {
  sayOutcome(after, room);
  const at = dueAt(after);
  if (at) await room.queue.enqueue([{ row: after, at }]);
}

/** A result that is not written down would be sent again, so storage gets some seconds to recover. */
async function persistently(write: () => Promise<unknown>, wait: Wait) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await write();
    } catch (error) {
      if (error instanceof LedgerConflict || tried >= mostWrites) throw error;
      await wait(500 * 2 ** tried);
    }
  }
}
