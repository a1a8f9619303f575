import type { Ledger } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Outcome } from '../ledger/transitions.ts';
import type { Clock, Log, Wait } from '../log.ts';
import type { MailboxGate } from './gate.ts';
import { type Line, movedTo } from './line.ts';
import type { CopySettings } from './plan.ts';

/** The mailboxes that this process sends from, and what it knows of them. */
export interface PacingRoom {
  readonly ledger: Ledger;
  readonly line: Line;
  readonly gate: MailboxGate;
  readonly senders: readonly [string, ...string[]];
  readonly ratePerMinute: number;
  readonly copies: CopySettings;
  readonly now: Clock;
  readonly log: Log;
}

/** From which mailbox a mail goes now; or when, from which, and why not now. */
export type Turn =
  | { readonly kind: 'now'; readonly sender: string }
  | {
      readonly kind: 'later';
      readonly sender: string;
      readonly at: Date;
      readonly note: string;
    };

/** A pause is shared and outlives a process: a day is the longest that Exchange means by it. */
const longestPauseMs = 24 * 3_600_000;

/** A slot so near, in ms, is as good as now: the gate spreads what comes together. */
const nearMs = 1000;

/**
 * Whose turn it is: a mail whose slot an urgent one has goes to the end of the line, and one whose
 * mailbox is paused gets a slot of another mailbox. Throws what storage throws.
 */
export async function turnOf(row: Notification, room: PacingRoom): Promise<Turn> {
  const { gate, line, senders, now } = room;
  const [first] = senders;
  const sender = senders.includes(row.sender) ? row.sender : first;
  if (row.inLine) {
    const { lanes, pauses } = await line.look();
    gate.learn(pauses);
    const instead = movedTo(row, lanes);
    if (instead !== undefined && instead > now().getTime()) {
      return { kind: 'later', sender, at: new Date(instead), note: 'made way for an urgent one' };
    }
  }
  if (!gate.isPaused(sender, now())) return { kind: 'now', sender };
  const open = senders.some((one) => !gate.isPaused(one, now()));
  if (!open) return { kind: 'later', ...gate.firstOf(senders), note: 'mailbox paused' };
  const slot = await line.newSlot(row, { ...room, pauses: gate.pauses }, room.copies);
  const near = slot.at.getTime() - now().getTime() <= nearMs;
  if (near && !gate.isPaused(slot.sender, now())) return { kind: 'now', sender: slot.sender };
  return { kind: 'later', ...slot, note: 'mailbox paused' };
}

/** For less than this the message is not put back: it waits where it is. */
const longestStayMs = 2500;
const mostStays = 4;

/** Enters a mailbox, and waits a little for it if need be. Else says for how many ms to stay away. */
export async function enter(
  sender: string,
  { urgent }: Notification,
  { gate, now, wait }: Pick<PacingRoom, 'gate' | 'now'> & { readonly wait: Wait },
): Promise<number> {
  for (let stays = 1; ; stays += 1) {
    const away = gate.enter(sender, now(), urgent);
    if (away === 0 || away > longestStayMs || stays > mostStays) return away;
    await wait(away);
  }
}

/** What an answer of Exchange means for the mailbox that was sent from. */
export interface MailboxVerdict {
  /** Do not use the mailbox before then. */
  readonly pauseUntil?: Date;
  /** Somebody must mend the mailbox or the grant. */
  readonly configuration?: boolean;
  /** It was asked for too much in too short a time. */
  readonly throttled?: boolean;
}

type Verdict = MailboxVerdict & { readonly outcome: Outcome };

/** Pauses a mailbox that wants to be left alone. Another one may take what it refused at once. */
export function heedPause(
  { outcome, pauseUntil, configuration, throttled }: Verdict,
  sender: string,
  { gate, senders, log, now }: PacingRoom,
): Outcome {
  if (!pauseUntil) return outcome;
  const latest = new Date(now().getTime() + longestPauseMs);
  const end = pauseUntil < latest ? pauseUntil : latest;
  const pause = gate.pause(sender, end, throttled === true, now());
  const note = 'note' in outcome ? outcome.note : '';
  // A number, not an address: the place of the mailbox in SENDER_MAILBOXES.
  const number = senders.indexOf(sender) + 1;
  const level = configuration ? 'error' : 'warn';
  const { until, perMinute } = pause;
  const fields = { sender: number, until, note, ...(throttled && { perMinute }) };
  log(level, 'sender.paused', fields, { 'sender.paused': 1 });
  const another = senders.some((one) => !gate.isPaused(one, now()));
  // What may have got through after all takes a while to be seen in Sent Items.
  const elsewhere = another && outcome.kind === 'refused' && !outcome.suspect;
  return elsewhere ? { ...outcome, retryAt: now() } : outcome;
}

/** Lets the planner and other hosts know of it. Exchange's own word only: the network is each host's own. */
export async function sharePause(
  { pauseUntil, configuration, throttled }: Verdict,
  sender: string,
  { gate, ledger }: PacingRoom,
): Promise<void> {
  const pause = gate.pauses[sender];
  if (pauseUntil && pause && (configuration || throttled)) await ledger.writePause(sender, pause);
}
