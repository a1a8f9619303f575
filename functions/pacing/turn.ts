import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { WaitCause } from '../ledger/reason.ts';
import type { Outcome } from '../ledger/transitions.ts';
import type { Clock, Log, Wait } from '../log.ts';
import { retry } from '../retry.ts';
import type { MailboxGate } from './gate.ts';
import { longestSlotMs, slotUntil } from './lane.ts';
import { type Line, movedTo } from './line.ts';
import { afterRefusal, type MailboxVerdict } from './pause.ts';

/** The mailboxes that this process sends from, and what it knows of them. */
export interface PacingRoom {
  readonly ledger: Pick<Ledger, 'readPause' | 'writePause'>;
  readonly line: Line;
  readonly gate: MailboxGate;
  readonly senders: readonly [string, ...string[]];
  readonly ratePerMinute: number;
  readonly now: Clock;
  readonly wait: Wait;
  readonly log: Log;
}

/** When and from which mailbox a mail leaves, as `row` says; or why not now. */
type Turn =
  | { readonly kind: 'now'; readonly row: Notification }
  | { readonly kind: 'later'; readonly row: Notification; readonly cause: WaitCause };

/** For less than this the message is not put back: it waits where it is. In ms. */
const longestStayMs = 2500;
const mostStays = 4;

/** Whether a mail has a slot: not one without a plan, nor one that was put off since. */
const hasSlot = (row: Notification): boolean => {
  const spanMs = Date.parse(row.slotUntil ?? '') - Date.parse(row.notBefore);
  return spanMs >= 0 && spanMs <= longestSlotMs;
};

/** Whether a mail had a slot, and comes too late for it. */
export const missedSlot = (row: Notification, now: Date): boolean =>
  row.slotUntil !== undefined && !(hasSlot(row) && now <= new Date(row.slotUntil));

/**
 * Whose turn it is. A mail leaves within its own slot: so the rate holds, however many processes send. One
 * that has none, or misses it, or whose mailbox is paused, gets another in whichever lane has one first;
 * one whose slot was preempted goes where it was moved to. Throws what storage throws.
 */
export async function turnOf(row: Notification, room: PacingRoom): Promise<Turn> {
  const { gate, line, senders, now } = room;
  if (row.inLine) {
    const { lanes, pauses } = await line.look();
    gate.learn(pauses);
    const instead = hasSlot(row) ? movedTo(row, lanes) : undefined;
    if (instead !== undefined && instead > now().getTime()) {
      const at = { notBefore: new Date(instead).toISOString(), slotUntil: slotUntil(instead) };
      return { kind: 'later', row: { ...row, ...at }, cause: { reason: 'slotPreempted' } };
    }
  }
  const isPaused = gate.isPaused(row.sender, now());
  const missed = !hasSlot(row) || missedSlot(row, now());
  if (senders.includes(row.sender) && !isPaused && !missed) return { kind: 'now', row };
  const next = await line.newSlot(row, gate.pauses);
  const left = Date.parse(next.notBefore) - now().getTime();
  if (left <= longestStayMs && !gate.isPaused(next.sender, now())) {
    if (left > 0) await room.wait(left);
    return { kind: 'now', row: next };
  }
  // Where its time comes, it looks whether its slot is still its own.
  const inLine = { ...next, inLine: true };
  return {
    kind: 'later',
    row: inLine,
    cause: { reason: isPaused ? 'mailboxPaused' : 'slotMissed' },
  };
}

/** Enters a mailbox, and waits a little for it if need be. Else says for how many ms to stay away. */
export async function enter(
  sender: string,
  { gate, now, wait }: Pick<PacingRoom, 'gate' | 'now' | 'wait'>,
): Promise<number> {
  for (let stays = 1; ; stays += 1) {
    const away = gate.enter(sender, now());
    if (away === 0 || away > longestStayMs || stays > mostStays) return away;
    await wait(away);
  }
}

type Verdict = MailboxVerdict & { readonly outcome: Outcome };

/** Pauses a mailbox that wants to be left alone. Another one may take what it refused at once. */
export function heedPause(
  verdict: Verdict,
  sender: string,
  { gate, senders, ratePerMinute, log, now }: PacingRoom,
): Outcome {
  const { outcome, configuration } = verdict;
  if (!verdict.pauseUntil) return outcome;
  // What it teaches about the rate is for all processes, and learned when it is shared.
  const alone = { ...verdict, throttled: false };
  const pause = afterRefusal(gate.pauses[sender], alone, ratePerMinute, now());
  gate.learn({ [sender]: pause });
  const note = 'cause' in outcome ? outcome.cause.answer : undefined;
  const level = configuration ? 'error' : 'warn';
  const fields = { sender: numberOf(sender, senders), until: pause.until, note };
  log(level, 'sender.paused', fields, { 'sender.paused': 1 });
  const another = senders.some((one) => !gate.isPaused(one, now()));
  // What may have got through after all takes a while to be seen in Sent Items.
  const elsewhere = another && outcome.kind === 'refused' && !outcome.suspect;
  return elsewhere ? { ...outcome, retryAt: now() } : outcome;
}

/** Other processes share pauses at the same time. */
const mostTries = 20;

/**
 * Lets the planner and other processes know of a pause, and learns from it, once for all of them.
 * Exchange's own word only: the network is each host's own.
 */
export async function sharePause(
  verdict: Verdict,
  sender: string,
  { gate, ledger, senders, ratePerMinute, log, now }: PacingRoom,
): Promise<void> {
  const { pauseUntil, configuration, throttled } = verdict;
  if (!pauseUntil || !(configuration || throttled)) return;
  const moved = (error: unknown) => error instanceof LedgerConflict;
  await retry(mostTries, moved, async () => {
    const stored = await ledger.readPause(sender);
    const before = stored?.value;
    const pause = afterRefusal(before, verdict, ratePerMinute, now());
    const isNews = pause.until !== before?.until || pause.perMinute !== before?.perMinute;
    if (isNews) await ledger.writePause(sender, pause, stored?.etag);
    gate.learn({ [sender]: pause });
    const { perMinute } = pause;
    if (perMinute === before?.perMinute) return;
    log('warn', 'sender.slowed', { sender: numberOf(sender, senders), perMinute });
  });
}

/** A number, not an address: the place of the mailbox in SENDER_MAILBOXES. */
const numberOf = (sender: string, senders: readonly string[]) => senders.indexOf(sender) + 1;
