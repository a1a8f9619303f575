import { failureKind, GraphFailure } from '../../../functions/graph/failure.ts';
import type { Random } from '../../../local/graph/random.ts';
import type { VirtualClock } from './virtualClock.ts';

/** A mail that Exchange took. */
export interface Accepted {
  /** When it arrived, in ms since 1970. */
  readonly at: number;
  readonly mailbox: string;
  readonly messageId: string;
}

/** Exchange Online's limits for each mailbox, in any span of that length. */
const messageLimit = { units: 30, spanMs: 60_000 };
const recipientLimit = { units: 10_000, spanMs: 24 * 3_600_000 };
const concurrentLimit = 4;

/** Units taken in the last `spanMs`, at any moment. */
class Window {
  readonly #limit: { readonly units: number; readonly spanMs: number };
  readonly #taken: { at: number; units: number }[] = [];
  #first = 0;
  #sum = 0;

  constructor(limit: { readonly units: number; readonly spanMs: number }) {
    this.#limit = limit;
  }

  /** Milliseconds until so many units fit, zero when they do. */
  wait(time: number, units: number): number {
    for (let oldest = this.#taken[this.#first]; oldest; oldest = this.#taken[this.#first]) {
      if (time - oldest.at < this.#limit.spanMs) break;
      this.#sum -= oldest.units;
      this.#first += 1;
    }
    let excess = this.#sum + units - this.#limit.units;
    for (let index = this.#first; excess > 0; index += 1) {
      const one = this.#taken[index];
      if (!one) return this.#limit.spanMs;
      excess -= one.units;
      if (excess <= 0) return one.at + this.#limit.spanMs - time;
    }
    return 0;
  }

  take(time: number, units: number): void {
    this.#taken.push({ at: time, units });
    this.#sum += units;
    if (this.#first < 10_000) return;
    this.#taken.splice(0, this.#first);
    this.#first = 0;
  }
}

class Mailbox {
  readonly messages = new Window(messageLimit);
  readonly recipients = new Window(recipientLimit);
  inFlight = 0;
  mostAtOnce = 0;
}

/** A time in which one mailbox refuses everything. Times in ms since 1970. */
export interface MailboxEpisode {
  readonly mailbox: string;
  readonly from: number;
  readonly to: number;
  /** What is answered, instead of a 429 that names the episode's end. */
  readonly refusal?: () => GraphFailure;
}

/** What the sender mailboxes take and refuse, at the moment when a request arrives. */
export class LimitedExchange {
  /** Requests to send, and those among them that were refused for a limit, or in the episode. */
  requests = 0;
  throttled = 0;
  refusedInEpisode = 0;
  mostAtOnce = 0;
  readonly episodes: MailboxEpisode[] = [];
  /** Mailbox → the Message-IDs in its Sent Items, oldest first. */
  readonly sentItems = new Map<string, string[]>();
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #accepted: (mail: Accepted) => void;

  constructor(clock: VirtualClock, random: Random, accepted: (mail: Accepted) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#accepted = accepted;
  }

  /** Takes 0.3 to 1.5 s, of which up to a tenth of a second is the way there. */
  async send(address: string, mime: Buffer): Promise<void> {
    const { head, recipients } = readHead(mime);
    const totalMs = 300 + this.#random.below(1200);
    const wayMs = 10 + this.#random.below(90);
    await this.#clock.sleep(wayMs);
    this.requests += 1;
    const mailbox = this.#mailboxes.get(address) ?? new Mailbox();
    this.#mailboxes.set(address, mailbox);
    const refusal = this.#refusal(address, mailbox, recipients);
    if (refusal) {
      await this.#clock.sleep(wayMs);
      throw refusal;
    }
    const { time } = this.#clock;
    mailbox.messages.take(time, 1);
    mailbox.recipients.take(time, recipients);
    const messageId = headerOf(head, 'message-id');
    this.#accepted({ at: time, mailbox: address, messageId });
    this.sentItems.set(address, [...(this.sentItems.get(address) ?? []).slice(-500), messageId]);
    mailbox.inFlight += 1;
    mailbox.mostAtOnce = Math.max(mailbox.mostAtOnce, mailbox.inFlight);
    this.mostAtOnce = Math.max(this.mostAtOnce, mailbox.inFlight);
    await this.#clock.sleep(totalMs - wayMs);
    mailbox.inFlight -= 1;
  }

  /** Forgets what it took: what it holds is the tenant's. */
  forget(): void {
    this.sentItems.clear();
    this.#mailboxes.clear();
  }

  #refusal(address: string, mailbox: Mailbox, recipients: number): GraphFailure | undefined {
    const { time } = this.#clock;
    const episode = this.episodes.find((one) => {
      return one.mailbox === address && one.from <= time && time < one.to;
    });
    if (episode) {
      this.refusedInEpisode += 1;
      return episode.refusal?.() ?? tooMany('ApplicationThrottled', episode.to - time);
    }
    const dayMs = mailbox.recipients.wait(time, recipients);
    const minuteMs = mailbox.messages.wait(time, 1);
    const isFull = mailbox.inFlight >= concurrentLimit;
    if (dayMs === 0 && minuteMs === 0 && !isFull) return undefined;
    this.throttled += 1;
    if (isFull) this.mostAtOnce = Math.max(this.mostAtOnce, mailbox.inFlight + 1);
    if (dayMs > 0) return tooMany('ErrorExceededMessageLimit', dayMs);
    return tooMany('ApplicationThrottled', minuteMs > 0 ? minuteMs : 1000);
  }
}

/** A refusal with Retry-After in whole seconds, as Graph gives it. */
export function tooMany(code: string, waitMs: number | undefined, status = 429): GraphFailure {
  const retryAfterMs = waitMs === undefined ? undefined : Math.ceil(waitMs / 1000) * 1000;
  return new GraphFailure(failureKind(status, retryAfterMs), { status, code, retryAfterMs });
}

/** The head of a message, its lines unfolded, and to how many it goes. */
function readHead(mime: Buffer): { head: string; recipients: number } {
  const end = mime.indexOf('\r\n\r\n');
  const head = mime
    .subarray(0, end)
    .toString('latin1')
    .replace(/\r\n[ \t]+/g, ' ');
  const addresses = `${headerOf(head, 'to')} ${headerOf(head, 'cc')}`;
  return { head, recipients: addresses.split('@').length - 1 };
}

const headerOf = (head: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
