import { beginAnew } from '../../../cli/ledger/beginAnew.ts';
import { readConfig } from '../../../functions/config/config.ts';
import { sweep } from '../../../functions/intake/sweep.ts';
import type { RowRef } from '../../../functions/ledger/keys.ts';
import { Ledger, LedgerConflict } from '../../../functions/ledger/ledger.ts';
import { MemoryQueue, type QueuedMessage } from '../../../functions/ledger/memoryQueue.ts';
import type { Notification } from '../../../functions/ledger/notification.ts';
import { settlePoisoned } from '../../../functions/ledger/settlePoisoned.ts';
import { StorageFailure } from '../../../functions/ledger/store.ts';
import { readingRoom } from '../../../functions/rooms.ts';
import { deliver } from '../../../functions/send/deliver.ts';
import { deliveryRoom } from '../../../functions/send/room.ts';
import type { Azurite } from '../../../local/azurite.ts';
import { freshStore } from '../../fixtures/freshTable.ts';
import { calm, type Fate, type Setting, type Step } from './fate.ts';
import { newRow } from './newRow.ts';
import { Referee } from './referee.ts';
import { graphOf, ledgerOf, queueOf, type Surroundings } from './rooms.ts';
import { ScriptedExchange } from './scriptedExchange.ts';
import { Process, Worker } from './worker.ts';

type Room = Omit<ReturnType<typeof deliveryRoom>, 'ledger' | 'queue' | 'graph'>;

const start = Date.parse('2026-11-24T09:00:00.000Z');
/** As host.json has them. */
const hiddenMs = 30_000;
const mostDequeues = 5;

/** Two processes of the app, a queue, a clock, and storage that is real. */
export class Machine implements Surroundings {
  time = start;
  readonly now = (): Date => new Date(this.time);
  readonly exchange = new ScriptedExchange();
  readonly referee: Referee;
  readonly ledger: Ledger;
  readonly queue = new MemoryQueue();
  /** Steps that moved something. */
  moved = 0;
  readonly #setting: Setting;
  readonly #config: ReturnType<typeof readConfig>;
  readonly #rows: Notification[];
  readonly #processes: Process<Room>[];
  /** Looks people up, for all. */
  readonly #directory = new Worker<unknown>(new Process({}), 'directory');
  #workers: { readonly worker: Worker<Room>; readonly message?: QueuedMessage }[] = [];
  #started = 0;

  constructor(azurite: Azurite, setting: Setting) {
    this.#setting = setting;
    this.referee = new Referee(this.exchange, this.now);
    this.#config = readConfig({
      AzureWebJobsStorage: azurite.connectionString,
      GRAPH_BASE_URL: 'http://127.0.0.1:1',
      SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example',
      CLAIM_LEASE_SECONDS: String(setting.leaseSeconds),
    });
    this.ledger = new Ledger(freshStore(azurite));
    this.#processes = [this.#process(false), this.#process(true)];
    this.#rows = Array.from({ length: setting.rows }, (_, number) => newRow(number, this.now()));
  }

  #process(second: boolean): Process<Room> {
    const wait = async (ms: number) => this.pass(ms);
    const rooms = { config: this.#config, now: this.now, wait };
    const room = deliveryRoom({ ...rooms, ...this.#roomsOf(this.#directory) });
    // The second process is about to be replaced by one of the first kind: a setting was changed.
    return new Process(second ? { ...room, senders: ['security2@contoso.example'] } : room);
  }

  #roomsOf(worker: Worker<unknown>) {
    return {
      ledger: ledgerOf(worker, this),
      queue: queueOf(worker, this),
      graph: graphOf(worker, this),
    };
  }

  /** Records the rows, as a poll does, and enqueues them. */
  async open(): Promise<void> {
    await this.ledger.record({ inserts: this.#rows, updates: [], audits: [] }, new Map());
    for (const row of this.#rows) {
      this.referee.begins(row);
      this.queue.put(row, this.now());
    }
  }

  pass(ms: number): void {
    this.time += ms;
  }

  /** All rows have ended, and nobody is at work. */
  get done(): boolean {
    return this.#workers.length === 0 && this.referee.open.length === 0;
  }

  async play(step: Step): Promise<void> {
    const { does } = step;
    if (this.done && does !== 'requeue') return;
    if (does === 'pass' || does === 'kill') this.moved += 1;
    if (does === 'pass') return this.pass(step.ms);
    if (does === 'kill') return this.#kill(this.#processes[step.nth % 2]);
    if (does === 'go') return this.#go(step.nth, { ...calm, ...step.fate });
    if (does === 'start' || does === 'deliverTwice') {
      return this.#receive(step.nth, does === 'deliverTwice');
    }
    const lost = does === 'lose' && this.queue.messages[step.nth];
    if (lost) this.queue.remove(lost);
    const row = this.#rows[step.nth % this.#rows.length];
    const process = this.#processes[step.nth % 2];
    if (does === 'sweep') await this.#sweep(process);
    else if (does === 'poison' && row && process) await this.#poison(process, row);
    else if (does === 'requeue' && row && process) await this.#requeue(process, row);
  }

  /** Moves one worker on; where there is none, the next message is taken as soon as it is due. */
  async #go(nth: number, fate: Fate): Promise<void> {
    const chosen = this.#workers[nth % this.#workers.length];
    if (!chosen) {
      const [next] = this.queue.messages;
      if (next) this.time = Math.max(this.time, next.at.getTime());
      return this.#receive(nth, false);
    }
    const { worker } = chosen;
    if (fate.dies === 'before') return this.#kill(worker.process);
    this.moved += 1;
    this.#directory.fate = fate;
    await worker.go(fate);
    this.#reap();
  }

  /** The runtime takes a message that is visible, and keeps it hidden; or somebody has it twice. */
  async #receive(nth: number, twice: boolean): Promise<void> {
    const now = this.now();
    const due = this.queue.messages.filter(({ at }) => at <= now);
    const message = due[nth % due.length];
    const process = this.#processes[(nth >> 2) % 2];
    if (!message || !process) return;
    if (message.count > mostDequeues) {
      if (!twice) this.queue.remove(message);
      return this.#poison(process, message.row);
    }
    if (!twice) this.queue.hold(message);
    const { row } = message;
    const body = (worker: Worker<Room>) =>
      deliver(row, { ...process.room, ...this.#roomsOf(worker), log: () => {} });
    await this.#run(process, body, twice ? undefined : message);
  }

  async #sweep(process: Process<Room> | undefined): Promise<void> {
    if (!process) return;
    await this.#run(process, async (worker) => {
      const { now } = this;
      // The chores of the day read the audit log, which is not what this is about.
      await this.ledger.writeChores({ day: now().toISOString().slice(0, 10) });
      const wait = async (ms: number) => this.pass(ms);
      const rooms = { config: this.#config, ...this.#roomsOf(worker), now, wait };
      const reading = { ...readingRoom(rooms), log: () => {} };
      await sweep({ reading, retentionDays: 90 });
    });
  }

  async #poison(process: Process<Room>, row: RowRef): Promise<void> {
    const room = { now: this.now, log: () => {}, maxAgeHours: this.#config.MAX_NOTIFY_AGE_HOURS };
    await this.#run(process, (worker) =>
      settlePoisoned(row, { ...room, ledger: ledgerOf(worker, this) }),
    );
  }

  /** An operator begins anew what was given up. */
  async #requeue(process: Process<Room>, row: RowRef): Promise<void> {
    const stored = await this.ledger.get(row);
    const { state } = stored?.notification ?? {};
    if (!stored || (state !== 'failed' && state !== 'undeliverable')) return;
    await this.#run(process, (worker) =>
      beginAnew(stored, { ...this.#roomsOf(worker), now: this.now }),
    );
  }

  async #run(
    process: Process<Room>,
    body: (worker: Worker<Room>) => Promise<unknown>,
    message?: QueuedMessage,
  ): Promise<void> {
    this.#started += 1;
    this.moved += 1;
    const worker = new Worker(process, `worker ${this.#started}`);
    this.#workers.push({ worker, ...(message && { message }) });
    await worker.start(() => body(worker));
    this.#reap();
  }

  /** Clears away what has finished or died. The queue gets back what was not handled. */
  #reap(): void {
    for (const { worker, message } of this.#workers) {
      const dead = !worker.process.alive;
      if (!dead && worker.state !== 'finished') continue;
      const { error } = worker;
      const expected = !error || error instanceof StorageFailure || error instanceof LedgerConflict;
      if (!expected) this.referee.violations.push(`${worker.name} threw ${error}`);
      if (dead) worker.hangUp();
      if (!message) continue;
      const wait = dead ? this.#setting.holdSeconds * 1000 : hiddenMs;
      if (dead || error) this.queue.release(message, new Date(this.time + wait));
      else this.queue.remove(message);
    }
    this.#workers = this.#workers.filter(
      ({ worker }) => worker.process.alive && worker.state !== 'finished',
    );
    for (const [index, { alive }] of this.#processes.entries()) {
      if (!alive) this.#processes[index] = this.#process(index === 1);
    }
  }

  #kill(process: Process<Room> | undefined): void {
    if (process) process.alive = false;
    this.#reap();
  }

  /** Faults are over, and time passes: whatever was begun comes to its end. */
  async close(): Promise<void> {
    const peace: Fate = { ...calm, look: this.#setting.mayLook ? 'readable' : 'forbidden' };
    for (let round = 0; round < 400; round += 1) {
      if (this.#workers.length > 0 || this.queue.messages.length > 0) await this.#go(0, peace);
      else if (this.referee.open.length > 0) {
        this.pass(12 * 60_000);
        await this.#sweep(this.#processes[0]);
      } else break;
    }
    for (const { notification } of (await this.ledger.readRange('2026', '2027')).notifications) {
      this.referee.closes(notification);
    }
    const unfinished = this.referee.open.map(({ state }) => state);
    if (unfinished.length > 0) this.referee.violations.push(`never ended: ${unfinished}`);
  }
}
