import type { Graph } from '../graph/client.ts';
import { UnreadableRow } from '../ledger/entity.ts';
import type { RowRef } from '../ledger/keys.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import { messageFor, mostEarlyMs } from '../ledger/queue.ts';
import { reportUnreadable } from '../ledger/reportUnreadable.ts';
import { StorageFailure } from '../ledger/store.ts';
import { dueAt, isTooOld } from '../ledger/transitions.ts';
import type { Clock } from '../log.ts';
import {
  enter,
  heedPause,
  missedSlot,
  type PacingRoom,
  sharePause,
  turnOf,
} from '../pacing/turn.ts';
import { warningAbout } from '../passkeys/claim.ts';
import { retry } from '../retry.ts';
import { storageRefusal } from '../storageRefusal.ts';
import { type ClaimingRoom, claimed, type Held, type Ready, unknownDelayMs } from './claim.ts';
import { type Known, type LookUpRoom, lookUp } from './lookUp.ts';
import type { MessageTrace } from './messageTrace.ts';
import { type OthersRoom, withOthers } from './others.ts';
import { type Mail, type PreparingRoom, prepareFound } from './prepare.ts';
import type { Sends } from './sends.ts';
import { type SentItems, sentItemsOf } from './sentItems.ts';
import { type SettlingRoom, sayOutcome, settleHeld } from './settle.ts';
import { ended, go, putOff, type Step, Steps } from './step.ts';
import { type TransmittingRoom, transmit } from './transmit.ts';

/**
 * What a message goes through. Everything is looked up first and claimed last: between the claim and the
 * send nothing can go wrong but the send itself, so a lapsed lease means that the mail may well have gone
 * out.
 */
const delivery = new Steps(whenDue)
  .next(whileTimely)
  .next(unlessMissed)
  .next(withPeople)
  .next((task: Found, room: OthersRoom) => withOthers(task, room))
  .next(withMail)
  .next(onItsTurn)
  .next(throughMailbox);

type StepsRoom = Parameters<typeof delivery.run>[1];

/** What delivering needs: what its steps do, and what they lead to. */
export type DeliveryRoom = StepsRoom &
  SettlingRoom & {
    readonly ledger: Pick<Ledger, 'get'>;
    readonly graph: Graph;
    readonly trace?: MessageTrace;
  };

const mostTries = 6;
const minuteMs = 60_000;

/**
 * Handles one message of the queue. The message is spent when this returns: whatever is still to
 * be done is on the queue again by then. Where storage fails, the message is put off rather than
 * used up: five failures would make it poison. Throws only when even that fails, or on a defect.
 */
export async function deliver(ref: RowRef, room: DeliveryRoom): Promise<void> {
  const sentItems = sentItemsOf(room.graph, room.trace);
  // Somebody moved the row before it was claimed: look again what is left to do.
  const moved = (error: unknown) => error instanceof LedgerConflict;
  try {
    await retry(mostTries, moved, async () => {
      const stored = await room.ledger.get(ref);
      if (!stored) return room.log('warn', 'message.orphan', { day: ref.day, key: ref.key });
      const { notification: row, etag } = stored;
      await conclude(await delivery.run({ row, etag, sentItems }, room), stored, room);
    });
  } catch (error) {
    // It is due again once a version that can read it runs: the sweep finds it.
    if (error instanceof UnreadableRow) return reportUnreadable(error, room.log);
    if (!(error instanceof StorageFailure || error instanceof LedgerConflict)) throw error;
    await room.queue.enqueue([{ row: ref, at: new Date(room.now().getTime() + minuteMs) }]);
    room.log('warn', 'message.putOff', { ...ref, error: error.name, ...storageRefusal(error) });
  }
}

/** Writes what the steps led to, and puts the message on the queue again where it is to come again. */
async function conclude(
  step: Step<never>,
  { notification: row, etag }: StoredNotification,
  room: SettlingRoom,
): Promise<void> {
  if (step.kind === 'go') return;
  if (step.kind === 'later' && step.insert) await insert(step.insert, room);
  const together = (step.kind === 'later' && step.together) || [];
  if (step.write && together.length > 0) {
    await room.ledger.replaceAndInsert(step.write, etag, together);
    await room.queue.enqueue(together.map((one) => messageFor(one, new Date(one.notBefore))));
  } else if (step.write) await room.ledger.replace(step.write, etag);
  if (step.kind === 'later') {
    return room.queue.enqueue([messageFor(step.write ?? row, step.at)]);
  }
  if (step.write) sayOutcome(step.write, room);
}

/** Once, whoever comes second; it is enqueued by each, since the first may have ended before. */
async function insert(row: Notification, { ledger, queue }: SettlingRoom) {
  try {
    await ledger.insert(row);
  } catch (error) {
    if (!(error instanceof LedgerConflict)) throw error;
  }
  await queue.enqueue([messageFor(row, new Date(row.notBefore))]);
}

/** A row that nobody has ended, as it was read. */
interface Open {
  readonly row: Notification;
  readonly etag: string;
  readonly sentItems: SentItems;
}

interface Due extends Open {
  readonly due: Date;
}

/** Not before its time. Nobody comes before a lease is over. */
function whenDue(task: Open, { now }: { readonly now: Clock }): Step<Due> {
  const { row } = task;
  const due = dueAt(row);
  if (!due) return { kind: 'end' };
  const early = due.getTime() - now().getTime();
  if (early > (row.state === 'sending' ? 0 : mostEarlyMs(row))) {
    return { kind: 'later', at: due };
  }
  return go({ ...task, due });
}

interface PatientRoom {
  readonly now: Clock;
  readonly maxAgeHours: number;
}

/** Not for ever. */
function whileTimely(task: Due, { now, maxAgeHours }: PatientRoom): Step<Due> {
  return isTooOld(task.row, now(), maxAgeHours)
    ? ended(task.row, { state: 'failed', reason: 'expired' }, now())
    : go(task);
}

/** What comes too late for its slot gets another before anybody is looked up for it. */
async function unlessMissed(task: Due, room: PacingRoom): Promise<Step<Due>> {
  return missedSlot(task.row, room.now()) ? inTurn(task, room) : go(task);
}

interface Found extends Due {
  readonly found: Known;
  /** When looking it up began. */
  readonly began: Date;
}

async function withPeople(task: Due, room: LookUpRoom): Promise<Step<Found>> {
  const { row } = task;
  const began = room.now();
  const found = await lookUp(row, room);
  const now = room.now();
  if (found.kind === 'putOff') {
    return putOff(row, new Date(now.getTime() + found.ms), found.cause, now);
  }
  if (found.kind === 'end') return ended(row, found.ending, now);
  if (found.kind === 'gone') {
    // A month of looks would leave no other step to read: the last one is kept.
    const steps = row.steps.filter(({ cause }) => cause?.reason !== found.cause.reason);
    const wait = putOff({ ...row, steps, gone: true }, found.until, found.cause, now);
    return found.meanwhile && wait.kind === 'later' ? { ...wait, insert: found.meanwhile } : wait;
  }
  if (found.kind === 'summary') return go({ ...task, found, began });
  // Known again: what is written from now on is as for everybody.
  const { gone: _, ...rest } = row;
  const known = { ...rest, changes: found.changes };
  return go({ ...task, row: withWarning(known, found), found, began });
}

/** Written with whatever comes of it. */
function withWarning(row: Notification, found: Known): Notification {
  const changes = found.kind === 'known' ? found.row.changes : [];
  const authenticatorWarning = warningAbout(changes);
  return authenticatorWarning ? { ...row, authenticatorWarning } : row;
}

interface Prepared extends Found {
  readonly mail: Mail;
}

/** As if the manager could get a copy: the claim counts it. */
function withMail(task: Found, room: PreparingRoom & { readonly dryRun: boolean }): Step<Prepared> {
  const { row, found } = task;
  const mail = prepareFound(row, found, room);
  if (mail.kind === 'nobody') return ended(row, mail.ending, room.now());
  if (room.dryRun) {
    const { reason: would, ...details } = mail.outcome;
    return ended(row, { state: 'suppressed', reason: 'dryRun', would, ...details }, room.now());
  }
  return go({ ...task, mail });
}

/** Waits for the moment, and sees which mailbox it is to leave from. */
async function onItsTurn(task: Prepared, room: PacingRoom): Promise<Step<Prepared>> {
  const left = Math.max(0, task.due.getTime() - room.now().getTime());
  if (left > 0) await room.wait(left);
  return inTurn(task, room, new Date(task.began.getTime() + left));
}

/** `since`: when looking it up began, the wait for its slot not counted; undefined where nobody has looked yet. */
async function inTurn<Task extends Due>(
  task: Task,
  room: PacingRoom,
  since?: Date,
): Promise<Step<Task>> {
  const turn = await turnOf(task.row, room);
  const { row } = turn;
  const due = new Date(row.notBefore);
  if (turn.kind === 'now') return go({ ...task, row, due });
  const now = room.now();
  const isLate = since && turn.cause.reason === 'slotMissed';
  const lookMs = isLate && { lookMs: now.getTime() - since.getTime() };
  return putOff({ ...row, ...lookMs }, due, turn.cause, now);
}

/** Waits longer than this are written down, so that the sweep does not take the message for lost. */
const longestUnwrittenMs = minuteMs;

/** Claims and sends, within what the mailbox takes. */
async function throughMailbox(
  task: Ready,
  room: PacingRoom & ClaimingRoom & HoldingRoom,
): Promise<Step<never>> {
  const { row } = task;
  const { sender } = row;
  const away = await enter(sender, room);
  if (away > 0) {
    const at = new Date(room.now().getTime() + away);
    if (away <= longestUnwrittenMs) return { kind: 'later', at };
    return putOff(row, at, { reason: 'mailboxBusy' }, room.now());
  }
  try {
    const step = await room.sends.during<Step<never>>(async () => {
      const claim = await claimed(task, room);
      if (claim.kind !== 'go') return claim;
      await sendHeld(claim.task, room);
      return { kind: 'end' };
    });
    // About to go, a process puts back what it has not begun: the host would hold its message for long.
    return step ?? { kind: 'later', at: room.now() };
  } finally {
    room.gate.leave(sender);
  }
}

type HoldingRoom = { readonly sends: Sends } & PacingRoom &
  SettlingRoom &
  TransmittingRoom &
  Pick<ClaimingRoom, 'leaseSeconds'>;

/** Sends what this process holds, and settles it: nobody else may. */
async function sendHeld({ held, until, mail }: Held, room: HoldingRoom): Promise<void> {
  const { sender } = held.notification;
  const retryMs = unknownDelayMs(held.notification, room);
  const verdict = await transmit(held.notification, mail, { until, retryMs }, room);
  await settleHeld(held, heedPause(verdict, sender, room), room);
  await sharePause(verdict, sender, room);
}
