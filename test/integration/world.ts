import { randomUUID } from 'node:crypto';
import type { TableServiceClientOptions } from '@azure/data-tables';
import { auditPacer } from '../../functions/audit/pacer.ts';
import { SharedClock } from '../../functions/clock.ts';
import { type Config, readConfig } from '../../functions/config/config.ts';
import { connectGraph, type Graph } from '../../functions/graph/client.ts';
import { issuedBy } from '../../functions/graph/identityEndpoint.ts';
import { TokenSource } from '../../functions/graph/tokenSource.ts';
import type { ReadingRoom } from '../../functions/intake/catchUp.ts';
import { Poll } from '../../functions/intake/poll.ts';
import { EventDoor } from '../../functions/intake/receive.ts';
import { sweep } from '../../functions/intake/sweep.ts';
import type { RowRef } from '../../functions/ledger/keys.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { storageOptions } from '../../functions/ledger/storageClient.ts';
import { telling } from '../../functions/ledger/tableStore.ts';
import { claim } from '../../functions/ledger/transitions.ts';
import type { Log, Metrics } from '../../functions/log.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { deliver } from '../../functions/send/deliver.ts';
import { deliveryRoom } from '../../functions/send/room.ts';
import { sayFarewell } from '../../functions/send/sends.ts';
import type { Azurite } from '../../local/azurite.ts';
import type { HappeningName } from '../../local/graph/happenings.ts';
import type { ReceivedMail } from '../../local/graph/mailboxes.ts';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';
import { identityHeader, tokenPath } from '../../local/graph/tokenEndpoint.ts';
import { freshStore } from '../fixtures/freshTable.ts';
import { auditRow, type RowSpec } from '../fixtures/rows.ts';

/** One event that the functions logged. */
export interface LoggedEvent {
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What a test may put in the place of a world's own parts. */
export interface WorldParts {
  /** Another queue on the same clock. */
  readonly queue?: (now: () => Date) => MemoryQueue;
  /** Where Graph is reached, if not at the simulator itself. */
  readonly graphUrl?: (simulator: Simulator) => string;
  /** What happens before the app's first poll. */
  readonly before?: (simulator: Simulator) => void;
  /** The longest that a request to Graph may take, in real milliseconds. */
  readonly patienceMs?: number;
  /** The longest that one try of a call to the table may take, in real milliseconds. */
  readonly storagePatienceMs?: number;
  /** Whether tokens are asked for, at the simulator's identity endpoint; each host has its own. */
  readonly identity?: boolean;
  /** The longest that one request for a token may take, in real milliseconds. */
  readonly tokenPatienceMs?: number;
}

/** What two hosts of one app have in common. */
interface Shared {
  readonly clock: { time: number };
  readonly tableName: string;
  readonly queue: MemoryQueue;
}

/** As often as in real life, without the pauses. */
const retryOptions = { maxRetries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 1 };

/** Contoso, the app's rooms and a clock. Only storage and the network are as in real life. */
export class World {
  readonly #shared: Shared;
  /** The time as this host knows it. */
  readonly now: () => Date;
  /** What this machine's own clock says. */
  readonly #local = (): Date => new Date(this.#shared.clock.time + this.#aheadMs);
  #aheadMs = 0;
  readonly wait = async (ms: number): Promise<void> => this.advance(ms / 1000);
  /** What other processes do, second by second, while a poll waits for its turn at the audit log. */
  meanwhile: (() => Promise<void>) | undefined;
  readonly queue: MemoryQueue;
  readonly events: LoggedEvent[] = [];
  readonly simulator: Simulator;
  readonly ledger: Ledger;
  graph: Graph;
  readonly config: Config;
  #room: ReturnType<typeof readingRoom>;
  #delivery: ReturnType<typeof deliveryRoom>;
  readonly #poll = new Poll();
  /** Another host of the same app: its own rooms on the same ledger, queue, Graph and clock. */
  readonly twin: () => World;

  private constructor(
    simulator: Simulator,
    azurite: Pick<Azurite, 'connectionString'>,
    settings: Record<string, string>,
    parts: WorldParts,
    shared: Shared,
  ) {
    this.simulator = simulator;
    this.#shared = shared;
    this.queue = shared.queue;
    this.twin = () => new World(simulator, azurite, settings, parts, shared);
    const clock = new SharedClock(this.#local);
    this.now = clock.now;
    this.config = readConfig({
      AzureWebJobsStorage: azurite.connectionString,
      GRAPH_BASE_URL: parts.graphUrl?.(simulator) ?? simulator.url,
      SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example',
      ORGANIZATION_NAME: 'Contoso',
      SUPPORT_CONTACT: '+1 555 0100',
      ...settings,
    });
    const { storagePatienceMs: tryMs } = parts;
    const limits = tryMs && { callMs: 50 * tryMs, tryMs };
    const limiting = limits ? storageOptions(undefined, limits).additionalPolicies : [];
    const additionalPolicies = [...limiting, telling(clock), datedBy(this)];
    const options = { retryOptions, additionalPolicies };
    this.ledger = new Ledger(freshStore(azurite, options, shared.tableName));
    const { now, wait, ledger, queue } = this;
    const credential = parts.identity && this.#tokens(parts.tokenPatienceMs);
    const origin = this.config.GRAPH_BASE_URL;
    const graph = connectGraph({ origin, now, wait, ...(credential && { credential }) });
    this.graph = parts.patienceMs ? impatient(graph, parts.patienceMs) : graph;
    const rooms = { config: this.config, graph: this.graph, ledger, queue, now, wait };
    this.#room = { ...readingRoom(rooms), pace: auditPacer(now, this.#waitMeanwhile) };
    this.#delivery = deliveryRoom(rooms);
  }

  /** As the app has them, but for patience: its waits for tokens are real ones. */
  #tokens(tryMs = 4_000): TokenSource {
    const url = new URL(`${this.simulator.url}${tokenPath}`);
    const { now } = this;
    const log: Log = (...event) => this.log(...event);
    const issue = issuedBy({ url, header: identityHeader }, 'app');
    return new TokenSource(issue, { now, log }, { callerMs: 8_000, tryMs });
  }

  static async open(
    azurite: Pick<Azurite, 'connectionString'>,
    settings: Record<string, string> = {},
    parts: WorldParts = {},
  ): Promise<World> {
    const clock = { time: Date.parse('2026-11-24T09:00:00.000Z') };
    const simulator = await startSimulator({ now: () => new Date(clock.time) });
    const world = new World(simulator, azurite, settings, parts, {
      clock,
      tableName: `t${randomUUID().replaceAll('-', '')}`,
      queue: parts.queue?.(() => new Date(clock.time)) ?? new MemoryQueue(),
    });
    parts.before?.(simulator);
    await world.poll();
    return world;
  }

  readonly #waitMeanwhile = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1000) {
      await this.meanwhile?.();
      await this.wait(Math.min(left, 1000));
    }
  };

  readonly log = (level: string, event: string, fields: object = {}, metrics?: Metrics): void => {
    this.events.push({ level, event, ...fields, ...(metrics && { metrics }) });
  };

  advance(seconds: number): void {
    this.#shared.clock.time += seconds * 1000;
  }

  /** Lets this machine's clock go wrong: those of Graph and of storage stay right. */
  setClockAhead(seconds: number): void {
    this.#aheadMs = seconds * 1000;
  }

  /** The right time. */
  get time(): Date {
    return new Date(this.#shared.clock.time);
  }

  get reading(): ReadingRoom {
    return { ...this.#room, graph: this.graph, ledger: this.ledger, log: this.log };
  }

  async poll(): ReturnType<Poll['run']> {
    return this.#poll.run(this.reading);
  }

  /** What the event hub's function does with a batch. */
  async receive(events: unknown, ledger: Ledger = this.ledger): Promise<void> {
    // A process of its own each time.
    await new EventDoor().receive(events, { ...this.reading, ledger });
  }

  async sweep(): Promise<void> {
    await sweep({ reading: this.reading, retentionDays: 90 });
  }

  async deliver(row: RowRef, ledger: Ledger = this.ledger): Promise<void> {
    await deliver(row, { ...this.#delivery, ledger, log: this.log });
  }

  /** What settling a poisoned message takes. */
  get poisonRoom() {
    const { ledger, now, log, config } = this;
    return { ledger, now, log, maxAgeHours: config.MAX_NOTIFY_AGE_HOURS };
  }

  /** This process is told to go. */
  async farewell(): Promise<void> {
    await sayFarewell({ sends: this.#delivery.sends, wait: this.wait }, this.log);
  }

  /** Delivers what is due, one after the other, until nothing is due now. */
  async deliverDue(): Promise<void> {
    for (;;) {
      const due = this.queue.take(this.now());
      if (due.length === 0) return;
      for (const row of due) await this.deliver(row);
    }
  }

  happen(name: HappeningName, options?: Parameters<Simulator['happen']>[1]) {
    return this.simulator.happen(name, options);
  }

  /** The key in a message that has just become visible: of a phone that Adele added. */
  async dueMessage(): Promise<RowRef> {
    this.append('AdeleV');
    await this.poll();
    this.advance(31);
    const [row] = this.queue.take(this.now());
    if (!row) throw new Error('nothing is due');
    return row;
  }

  /** A process claims a row, and is never heard of again. */
  async claimAndDie(row: RowRef, sender = 'security@contoso.example'): Promise<void> {
    const stored = await this.ledger.get(row);
    if (!stored) throw new Error('no row');
    const limits = { leaseSeconds: 300 };
    const by = { sender, looked: false };
    const result = claim(stored.notification, by, this.now(), limits);
    if (result.kind !== 'held') throw new Error(result.kind);
    await this.ledger.replace(result.row, stored.etag);
  }

  async stateOf(row: RowRef): Promise<Notification | undefined> {
    return (await this.ledger.get(row))?.notification;
  }

  /** An audit row of a person's own change, now; listed after `lateMinutes`. */
  append(user: string, spec: RowSpec = {}, lateMinutes = 0): void {
    const { id, userPrincipalName } = this.simulator.directory.get(`${user}@contoso.example`);
    const row = auditRow({
      time: this.time.toISOString().replace('Z', '0000Z'),
      target: { id, upn: userPrincipalName },
      by: { id, userPrincipalName },
      ...spec,
    });
    this.simulator.audit.append(row, new Date(this.time.getTime() + lateMinutes * 60_000));
  }

  /** Lets time pass as in real life: a poll each minute, or so many seconds apart, and mail when it is due. */
  async pass(minutes: number, apart = 60): Promise<void> {
    for (let poll = 0; poll < (minutes * 60) / apart; poll += 1) {
      await this.poll();
      for (let step = 0; step < apart; step += 1) {
        await this.deliverDue();
        this.advance(1);
      }
    }
  }

  get mails(): readonly ReceivedMail[] {
    return this.simulator.mailboxes.mails;
  }

  async notifications(): Promise<Notification[]> {
    const range = await this.ledger.readRange('2020-01-01T00:00:00', '2030-01-01T00:00:00');
    return range.notifications.map(({ notification }) => notification);
  }

  async close(): Promise<void> {
    await this.simulator.close();
  }
}

/** Storage's answers bear the world's time, not the emulator's. */
const datedBy = (world: World): AdditionalPolicy => ({
  position: 'perRetry',
  policy: {
    name: 'worldTime',
    async sendRequest(request, next) {
      const response = await next(request);
      response.headers.set('date', world.time.toUTCString());
      return response;
    },
  },
});

type AdditionalPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number];

/** The same door to Graph, for a test that waits for answers which never come. */
function impatient(graph: Graph, patienceMs: number): Graph {
  const bounded = (timeoutMs = patienceMs) => Math.min(timeoutMs, patienceMs);
  return {
    origin: graph.origin,
    get: (path, options) => graph.get(path, { ...options, timeoutMs: bounded(options?.timeoutMs) }),
    post: (path, body, options) =>
      graph.post(path, body, { ...options, timeoutMs: bounded(options?.timeoutMs) }),
    sendMail: (mailbox, mime, timeoutMs) => graph.sendMail(mailbox, mime, bounded(timeoutMs)),
  };
}
