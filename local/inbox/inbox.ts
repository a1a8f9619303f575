import type { ServerResponse } from 'node:http';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { ReceivedMail } from '../graph/mailboxes.ts';
import type { Simulator } from '../graph/simulator.ts';
import { Refusal } from './answer.ts';
import { EventStream } from './eventStream.ts';
import type { HostLog } from './hostLog.ts';
import { countChanges, type Story, tellStory } from './ledgerStory.ts';
import { summarise } from './mailView.ts';
import { people, pulse, wholeState } from './tenantState.ts';

export interface InboxParts {
  readonly simulator: Simulator;
  readonly ledger: Ledger;
  readonly log: HostLog;
}

const pulseMs = 500;

/** What the page shows: the tenant, its mailboxes and the host, as one thing that tells of itself. */
export class Inbox {
  readonly simulator: Simulator;
  readonly #ledger: Ledger;
  readonly #log: HostLog;
  readonly #events = new EventStream();
  readonly #startedAt = new Date();
  readonly #timer: NodeJS.Timeout;
  #changes = 0;
  #counting: Promise<void> | undefined;
  #lastPulse = '';
  #peopleKnown: number;

  constructor({ simulator, ledger, log }: InboxParts) {
    this.simulator = simulator;
    this.#ledger = ledger;
    this.#log = log;
    this.#peopleKnown = simulator.directory.all().length;
    simulator.mailboxes.onMail((mail) => this.#events.send('mail', summarise(mail)));
    log.onLine((line, raw) => {
      if (!line.idle) this.#events.send('log', line);
      if (raw.event === 'poll.finished' && !line.idle) this.#count();
    });
    this.#timer = setInterval(() => this.announce(), pulseMs);
  }

  state() {
    return wholeState(this.simulator, this.#log, {
      changes: this.#changes,
      startedAt: this.#startedAt,
    });
  }

  join(response: ServerResponse): void {
    this.#events.join(response, this.state());
  }

  /** The mail of that id; throws the refusal that says there is none. */
  mail(id: string): ReceivedMail {
    const found = this.simulator.mailboxes.mails.find((mail) => mail.id === id);
    if (!found) throw new Refusal(404, `id: there is no mail ${JSON.stringify(id.slice(0, 80))}.`);
    return found;
  }

  story(id: string): Promise<Story> {
    return tellStory(this.mail(id), this.simulator, this.#ledger, this.#startedAt);
  }

  clearMails(): void {
    this.simulator.mailboxes.clear();
    this.#events.send('cleared', {});
    this.announce();
  }

  /** Tells the pages what changed since they were last told. */
  announce(): void {
    const now = pulse(this.simulator, this.#log, this.#changes);
    const text = JSON.stringify(now);
    if (text !== this.#lastPulse) this.#events.send('pulse', now);
    this.#lastPulse = text;
    const known = this.simulator.directory.all().length;
    if (known !== this.#peopleKnown) this.#events.send('people', people(this.simulator));
    this.#peopleKnown = known;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#events.close();
  }

  #count(): void {
    this.#counting ??= countChanges(this.#ledger, this.#startedAt)
      .then((changes) => {
        this.#changes = changes;
      })
      // The count is for show: the next poll that finds something counts again.
      .catch(() => undefined)
      .finally(() => {
        this.#counting = undefined;
      });
  }
}
