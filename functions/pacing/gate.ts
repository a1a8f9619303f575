import type { Pause, Pauses } from '../ledger/lanes.ts';
import { bearable } from './lane.ts';

/** Requests that Exchange works on at once for one app and mailbox. */
const atOnce = 4;
/** A minute of Exchange's, in ms, with a little to spare: requests take their time to arrive. */
const minuteMs = 60_200;

interface Mailbox {
  /** When the sends of the last minute began, oldest first. */
  started: number[];
  inFlight: number;
  pause: Pause | undefined;
  /** The last time given out to somebody who had to wait. */
  promised: number;
}

/**
 * Keeps this process within each sender mailbox's limits when slots were missed, after a stop or a
 * stall, and keeps it away from a mailbox that refuses. Exchange's own 429 is the last word, and what
 * it teaches is kept.
 */
export class MailboxGate {
  readonly #ratePerMinute: number;
  readonly #mailboxes = new Map<string, Mailbox>();

  constructor(ratePerMinute: number) {
    this.#ratePerMinute = ratePerMinute;
  }

  /** Zero: go, and call `leave` afterwards. Else how many milliseconds to stay away. */
  enter(sender: string, now: Date, urgent = false): number {
    const mailbox = this.#of(sender);
    const time = now.getTime();
    const rate = bearable(this.#ratePerMinute, mailbox.pause, now);
    mailbox.started = mailbox.started.filter((start) => start > time - minuteMs);
    // Once as many have gone as it bears, one more may go whenever the oldest of them is over.
    const oldest = mailbox.started.at(-rate);
    const free = Math.max(
      pausedUntil(mailbox),
      oldest === undefined ? time : oldest + minuteMs,
      mailbox.inFlight >= atOnce ? time + 1000 : time,
    );
    if (free <= time) {
      mailbox.started.push(time);
      mailbox.inFlight += 1;
      return 0;
    }
    // Urgent ones come back as soon as there may be room; the others one after the other.
    if (urgent) return free - time;
    mailbox.promised = Math.max(mailbox.promised + minuteMs / rate, free);
    return mailbox.promised - time;
  }

  /** `unused`: nothing was asked of it after all, and that does not count. */
  leave(sender: string, unused = false): void {
    const mailbox = this.#of(sender);
    mailbox.inFlight -= 1;
    if (unused) mailbox.started.pop();
  }

  /** Stays away from a mailbox that refused. `throttled`: it bears less than it was given. */
  pause(sender: string, until: Date, throttled: boolean, now: Date): Pause {
    const mailbox = this.#of(sender);
    const { perMinute, noted } = mailbox.pause ?? {};
    const known = perMinute === undefined || noted === undefined ? {} : { perMinute, noted };
    const borne = bearable(this.#ratePerMinute, mailbox.pause, now);
    // Several answers at once are one lesson.
    const isNew = throttled && pausedUntil(mailbox) <= now.getTime();
    const learned = isNew ? { perMinute: Math.max(1, Math.floor(borne * 0.8)) } : known;
    const latest = Math.max(pausedUntil(mailbox), until.getTime());
    mailbox.pause = {
      until: new Date(latest).toISOString(),
      noted: now.toISOString(),
      ...learned,
    };
    return mailbox.pause;
  }

  /** Takes over what other processes learned later than this one. */
  learn(pauses: Pauses): void {
    for (const [sender, pause] of Object.entries(pauses)) {
      const mailbox = this.#of(sender);
      const { noted = '', until = '' } = mailbox.pause ?? {};
      if (noted < pause.noted || until < pause.until) mailbox.pause = pause;
    }
  }

  /** What this process knows of each mailbox that refused. */
  get pauses(): Pauses {
    const known = [...this.#mailboxes].flatMap(([sender, { pause }]) =>
      pause ? [[sender, pause] as const] : [],
    );
    return Object.fromEntries(known);
  }

  /** The mailbox whose pause ends first, and when. */
  firstOf(senders: readonly [string, ...string[]]): { readonly sender: string; readonly at: Date } {
    const ends = senders.map((sender) => pausedUntil(this.#of(sender)));
    const at = Math.min(...ends);
    return { sender: senders[ends.indexOf(at)] ?? senders[0], at: new Date(at) };
  }

  isPaused(sender: string, now: Date): boolean {
    return pausedUntil(this.#of(sender)) > now.getTime();
  }

  #of(sender: string): Mailbox {
    let mailbox = this.#mailboxes.get(sender);
    if (!mailbox) {
      mailbox = { started: [], inFlight: 0, pause: undefined, promised: 0 };
      this.#mailboxes.set(sender, mailbox);
    }
    return mailbox;
  }
}

const pausedUntil = ({ pause }: Mailbox) => Date.parse(pause?.until ?? '') || 0;
