import type { QueuedMessage } from '../../../functions/ledger/memoryQueue.ts';
import { settlePoisoned } from '../../../functions/ledger/settlePoisoned.ts';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import type { PlayOptions } from '../../../local/graph/happenings/stage.ts';
import type { Simulator } from '../../../local/graph/simulator.ts';
import { World } from '../../integration/world.ts';
import { StoredQueue } from './storedQueue.ts';
import { Tap } from './tap.ts';
import { type ChangeName, countTold, type Tally } from './told.ts';

/** What a row may ask of its stage. */
export interface StageOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** The longest that a request to Graph may take, in real milliseconds: where answers never come. */
  readonly patienceMs?: number;
  /** The longest that one try of a call to the table may take, in real milliseconds. */
  readonly storagePatienceMs?: number;
  /** Whether the app needs tokens. */
  readonly identity?: boolean;
  /** The longest that one request for a token may take, in real milliseconds: where none is answered. */
  readonly tokenPatienceMs?: number;
  /** What happens before the app's first poll. */
  readonly before?: (simulator: Simulator) => void;
  /** How many messages are handled at once; host.json's by default. With one, a run can be repeated. */
  readonly batchSize?: number;
}

/** host.json's maxDequeueCount, visibilityTimeout in ms, and batchSize. */
const mostFailures = 5;
const pauseMs = 30_000;
const usualBatchSize = 4;

/**
 * A tenant, its storage and one host of the app on a virtual clock. Between the app and each of
 * them stands a tap. Runs functions as the runtime does: what throws is not the end of the run.
 */
export class Stage {
  /** The host that runs. */
  world: World;
  readonly azurite: Azurite;
  readonly table: Tap;
  readonly queueTap: Tap;
  readonly graph: Tap;
  readonly expected = new Set<ChangeName>();
  /** Hosts that are gone. */
  readonly #before: World[] = [];
  #minutes = 0;
  /** Before then no timer ticks, in ms since 1970. */
  #timersAt = 0;

  readonly #batchSize: number;

  private constructor(
    world: World,
    azurite: Azurite,
    taps: readonly [Tap, Tap, Tap],
    batchSize: number,
  ) {
    this.world = world;
    this.#batchSize = batchSize;
    this.azurite = azurite;
    [this.table, this.queueTap, this.graph] = taps;
    for (const { id } of world.simulator.directory.all()) {
      world.simulator.directory.patch(id, { preferredLanguage: 'en-GB' });
    }
  }

  static async open({
    settings = {},
    patienceMs,
    storagePatienceMs,
    identity = false,
    tokenPatienceMs,
    before,
    batchSize = usualBatchSize,
  }: StageOptions): Promise<Stage> {
    const azurite = await startAzurite();
    const table = await Tap.open(azurite.tablePort);
    const queue = await Tap.open(azurite.queuePort);
    const graph = await Tap.open();
    const connectionString = tapped(azurite, table, queue);
    const world = await World.open({ connectionString }, settings, {
      queue: (now) => new StoredQueue(connectionString, azurite.connectionString, now),
      graphUrl: ({ url }) => {
        graph.port = Number(new URL(url).port);
        return graph.url;
      },
      ...(patienceMs && { patienceMs }),
      ...(storagePatienceMs && { storagePatienceMs }),
      identity,
      ...(tokenPatienceMs && { tokenPatienceMs }),
      ...(before && { before }),
    });
    return new Stage(world, azurite, [table, queue, graph], batchSize);
  }

  get queue(): StoredQueue {
    return this.world.queue as StoredQueue;
  }

  get faults() {
    return this.world.simulator.faults;
  }

  /** Somebody adds a phone; the row is listed after `lateMinutes`. */
  phone(user: string, lateMinutes = 0): void {
    this.world.append(user, {}, lateMinutes);
    this.expected.add(`${user} registered phone`);
  }

  /** Somebody registers a passkey: several rows, out of order. */
  passkey(user: string): void {
    this.world.happen('userRegistersPasskey', address(user));
    this.expected.add(`${user} registered passkey`);
  }

  /** An administrator issues a Temporary Access Pass: it is urgent. */
  pass(user: string): void {
    this.world.happen('adminIssuesTemporaryAccessPass', address(user));
    this.expected.add(`${user} registered temporaryAccessPass`);
  }

  /** Something of everything, of several people. */
  changes(): void {
    this.phone('AdeleV');
    this.passkey('AlexW');
    this.pass('DiegoS');
  }

  /** Time passes: a poll each minute, a sweep every ten, messages when they are due. */
  async minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      if (this.world.time.getTime() >= this.#timersAt) await this.tick();
      this.#minutes += 1;
      for (let step = 0; step < 60; step += 1) {
        await this.deliverDue();
        this.world.advance(1);
      }
    }
  }

  /** The timers of a minute. */
  async tick(): Promise<void> {
    await this.poll();
    if (this.#minutes % 10 === 9) await this.run('sweep.failed', () => this.world.sweep());
  }

  /** What the function pollAuditLog does. */
  async poll(): Promise<void> {
    await this.run('poll.failed', () => this.world.poll());
  }

  /** Delivers what is due, a few at once, until nothing is due now, or a minute has gone by in waiting. */
  async deliverDue(): Promise<void> {
    const until = this.world.time.getTime() + 60_000;
    while (this.world.time.getTime() < until) {
      const due = this.queue.receive(this.world.now());
      if (due.length === 0) return;
      for (let next = 0; next < due.length; next += this.#batchSize) {
        await Promise.all(due.slice(next, next + this.#batchSize).map((one) => this.#deliver(one)));
      }
    }
  }

  /** Five failures make a message poison; five more, and it is lost. */
  async #deliver(message: QueuedMessage): Promise<void> {
    const { row, count } = message;
    const poison = count > mostFailures;
    const done = await this.run('message.failed', () =>
      poison ? settlePoisoned(row, this.world.poisonRoom) : this.world.deliver(row),
    );
    if (done || count === 2 * mostFailures) return this.queue.remove(message);
    const wait = count === mostFailures ? 0 : pauseMs;
    this.queue.release(message, new Date(this.world.now().getTime() + wait));
  }

  /** A function that throws is logged; its trigger goes on. */
  async run(event: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.world.log('error', event, { error: String(error) });
      return false;
    }
  }

  /**
   * The host is gone with all that it knew; another takes its place. What it had in hand comes again when
   * its `hold` is over, and no timer ticks during the `gap`; both in seconds.
   */
  restart({ hold = 30, gap = 0 }: { readonly hold?: number; readonly gap?: number } = {}): void {
    this.#before.push(this.world);
    this.world = this.world.twin();
    const { time } = this.world;
    const at = new Date(time.getTime() + hold * 1000);
    for (const message of this.queue.messages.filter(({ count }) => count > 1)) {
      this.queue.remove(message);
      this.queue.put(message.row, at, message.count);
    }
    this.#timersAt = time.getTime() + gap * 1000;
  }

  /** Every message is gone, and nobody noticed. */
  loseQueue(): void {
    for (const message of [...this.queue.messages]) this.queue.remove(message);
  }

  logged(event: string): number {
    const events = [...this.#before, this.world].flatMap((world) => world.events);
    return events.filter((one) => one.event === event).length;
  }

  /** Whether all that was recorded has come to an end. */
  async isQuiet(): Promise<boolean> {
    const rows = await this.world.notifications();
    return rows.every(({ state }) => !['pending', 'sending', 'unknown'].includes(state));
  }

  tally(): Promise<Tally> {
    return countTold(this.expected, this.world.mails);
  }

  async close(): Promise<void> {
    await this.world.close();
    await Promise.all([this.table, this.queueTap, this.graph].map((tap) => tap.close()));
    await this.azurite.stop();
  }
}

const address = (user: string): PlayOptions => ({ user: `${user}@contoso.example` });

/** The same storage, reached through taps. */
export function tapped({ connectionString }: Azurite, table: Tap, queue: Tap): string {
  return connectionString
    .replace(/(TableEndpoint=)http:\/\/[^/]+/, `$1${table.url}`)
    .replace(/(QueueEndpoint=)http:\/\/[^/]+/, `$1${queue.url}`);
}
