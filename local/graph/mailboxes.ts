import { contosoSenders } from './contoso.ts';
import { allRecipients, type ReadMessage, type Recipients } from './mime.ts';
import { Throttle } from './throttle.ts';

/** A mail that Exchange accepted. */
export interface ReceivedMail {
  readonly id: string;
  /** When it was accepted, ISO. */
  readonly at: string;
  /** Address of the mailbox that it was sent from. */
  readonly sender: string;
  /** The whole message, decoded. */
  readonly raw: string;
  readonly recipients: Recipients;
  readonly messageId: string;
  readonly subject: string;
}

const day = 24 * 60 * 60 * 1000;

/** What Exchange allows one mailbox. */
export class SenderLimits {
  readonly messages = new Throttle(30, 60_000);
  readonly recipients = new Throttle(10_000, day);
  readonly concurrent = 4;
  /** Of any kind. */
  readonly requests = new Throttle(10_000, 10 * 60_000);
  inFlight = 0;
}

/** Every mailbox of the tenant: who may send, what was sent, and who got it. */
export class Mailboxes {
  /** Addresses, in lower case, that the app may send from. Tests may change them. */
  readonly allowedSenders = new Set(contosoSenders);
  /** Exchange gives each message an id of its own, whatever id it came with. */
  givesIds = false;
  /** What the message trace says of mails to an address in lower case, where they are not delivered. */
  readonly arrivals = new Map<string, 'quarantined' | 'failed' | 'filteredAsSpam' | 'pending'>();
  /** Graph's limit for message traces. */
  readonly traces = new Throttle(100, 5 * 60_000);
  readonly #mails: ReceivedMail[] = [];
  readonly #listeners = new Set<(mail: ReceivedMail) => void>();
  readonly #limits = new Map<string, SenderLimits>();
  readonly #now: () => Date;
  #delivered = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** All mails, oldest first. */
  get mails(): readonly ReceivedMail[] {
    return this.#mails;
  }

  /** What lies in the inbox of an address. */
  inbox(address: string): ReceivedMail[] {
    const wanted = address.toLowerCase();
    return this.#mails.filter(({ recipients }) =>
      allRecipients(recipients).some((recipient) => recipient.toLowerCase() === wanted),
    );
  }

  sentItems(address: string): ReceivedMail[] {
    return this.#mails.filter(({ sender }) => sender === address.toLowerCase());
  }

  /** Calls `listener` for every mail accepted from now on; the answer unsubscribes. */
  onMail(listener: (mail: ReceivedMail) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  limitsOf(address: string): SenderLimits {
    const key = address.toLowerCase();
    const limits = this.#limits.get(key) ?? new SenderLimits();
    this.#limits.set(key, limits);
    return limits;
  }

  deliver(sender: string, { raw, recipients, messageId, subject }: ReadMessage): ReceivedMail {
    this.#delivered += 1;
    const mail = {
      id: `mail-${this.#delivered}`,
      at: this.#now().toISOString(),
      sender: sender.toLowerCase(),
      raw,
      recipients,
      messageId,
      subject,
    };
    this.#mails.push(mail);
    for (const listener of this.#listeners) listener(mail);
    return mail;
  }

  /** Empties every mailbox; the limits go on counting. */
  clear(): void {
    this.#mails.length = 0;
  }
}
