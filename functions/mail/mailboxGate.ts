/** Requests that Exchange works on at once for one app and mailbox. */
const atOnce = 4;
const minuteMs = 60_000;

interface Mailbox {
  /** When the sends of the last minute began, oldest first. */
  started: number[];
  inFlight: number;
  pausedUntil: number;
  /** The last time given out to somebody who had to wait. */
  promised: number;
}

/**
 * Keeps this process within each sender mailbox's limits when slots were missed, after a stop or a
 * stall, and keeps it away from a mailbox that refuses. Exchange's own 429 is the last word.
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
    mailbox.started = mailbox.started.filter((start) => start > time - minuteMs);
    const oldest = mailbox.started[0];
    const full = mailbox.started.length >= this.#ratePerMinute;
    const free = Math.max(
      mailbox.pausedUntil,
      full && oldest !== undefined ? oldest + minuteMs : time,
      mailbox.inFlight >= atOnce ? time + 1000 : time,
    );
    if (free <= time) {
      mailbox.started.push(time);
      mailbox.inFlight += 1;
      return 0;
    }
    // Urgent ones come back as soon as there may be room; the others one after the other.
    if (urgent) return free - time;
    mailbox.promised = Math.max(mailbox.promised + minuteMs / this.#ratePerMinute, free);
    return mailbox.promised - time;
  }

  leave(sender: string): void {
    this.#of(sender).inFlight -= 1;
  }

  /** Stays away from a mailbox until then. */
  pause(sender: string, until: Date): void {
    const mailbox = this.#of(sender);
    mailbox.pausedUntil = Math.max(mailbox.pausedUntil, until.getTime());
  }

  isPaused(sender: string, now: Date): boolean {
    return this.#of(sender).pausedUntil > now.getTime();
  }

  #of(sender: string): Mailbox {
    let mailbox = this.#mailboxes.get(sender);
    if (!mailbox) {
      mailbox = { started: [], inFlight: 0, pausedUntil: 0, promised: 0 };
      this.#mailboxes.set(sender, mailbox);
    }
    return mailbox;
  }
}
