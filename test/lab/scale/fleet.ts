import { fileURLToPath } from 'node:url';
import { rehearsalConfig } from '../../../cli/rehearse/settings.ts';
import { unhurried } from '../../../functions/audit/pacer.ts';
import type { Config, Environment } from '../../../functions/config/config.ts';
import { parseNcrontab } from '../../../functions/config/ncrontab.ts';
import { nextRuns } from '../../../functions/config/nextRuns.ts';
import { Poll } from '../../../functions/intake/poll.ts';
import { EventDoor } from '../../../functions/intake/receive.ts';
import { loadPages } from '../../../functions/intake/recorder.ts';
import { sweep } from '../../../functions/intake/sweep.ts';
import { isNotificationKey } from '../../../functions/ledger/entity.ts';
import { Ledger } from '../../../functions/ledger/ledger.ts';
import type { StoredRow } from '../../../functions/ledger/store.ts';
import type { Log } from '../../../functions/log.ts';
import { type Rooms, readingRoom } from '../../../functions/rooms.ts';
import { deliver } from '../../../functions/send/deliver.ts';
import { deliveryRoom } from '../../../functions/send/room.ts';
import { messageIdOf } from '../../../functions/send/sentItems.ts';
import type { AuditRecord } from '../../../local/graph/auditRecord.ts';
import { type Random, seededRandom } from '../../../local/graph/random.ts';
import { readQueueSettings } from '../../../local/host/hostJson.ts';
import type { AuditLog } from './auditLog.ts';
import { VirtualGraph } from './graph.ts';
import { Instance } from './instance.ts';
import { type Accepted, LimitedExchange } from './limitedExchange.ts';
import { mortalGraph, mortalQueue } from './mortal.ts';
import { IndexedTable, type Meter, TableAccess } from './table.ts';
import { startTimer } from './timer.ts';
import { type Life, VirtualClock } from './virtualClock.ts';
import { VirtualQueue } from './virtualQueue.ts';

/** How far apart the runs of an even schedule are, in ms. */
function periodOf(schedule: string): number {
  const [first, second] = nextRuns(parseNcrontab(schedule), new Date(0), 2);
  return (second?.getTime() ?? 0) - (first?.getTime() ?? 0);
}

const minuteMs = 60_000;
const domain = 'contoso.example';
const hostJson = fileURLToPath(new URL('../../../host.json', import.meta.url));

/** What a simulated app runs with. */
interface FleetOptions {
  readonly start: Date;
  readonly log: AuditLog;
  readonly senders: number;
  /** Worker processes that deliver. */
  readonly instances: number;
  readonly seed?: number;
  readonly settings?: Environment;
  /** Rows come by the event hub as well, and the poll runs every ten minutes. */
  readonly eventHub?: boolean;
  /** In seconds, instead of host.json's. */
  readonly maxPollingInterval?: number;
  /** None runs until there is something to do: each comes up so many ms after that, at random. */
  readonly coldStartMs?: { readonly from: number; readonly to: number };
  /** Its processes may die, which takes the virtual clock some more time. */
  readonly mortal?: boolean;
  /** Told of each event that is logged. */
  readonly logged?: Log;
  /** Told of each mail as Exchange takes it, with its notification as it was claimed. */
  readonly accepted: (mail: Accepted, row: StoredRow) => void;
}

/** Azure Monitor bundles records; how many and how long is not documented. */
const bundledMs = 5000;
const rowsAnEvent = 250;
const rowsABatch = 2 * rowsAnEvent;
/** As functions/receiveAuditEvents.ts: at first, and five times again. */
const mostDeliveries = 6;

/** A batch as Entra's diagnostic settings send it. */
const eventsOf = (rows: readonly AuditRecord[]): unknown[] =>
  Array.from({ length: Math.ceil(rows.length / rowsAnEvent) }, (_, index) => ({
    records: rows
      .slice(index * rowsAnEvent, (index + 1) * rowsAnEvent)
      .map((row) => ({ time: row.activityDateTime, category: 'AuditLogs', properties: row })),
  }));

const meter = (): Meter => ({ graph: 0, table: 0 });

export const senderOf = (number: number): string => `sender${number}@${domain}`;

/**
 * The app with everything it touches on a virtual clock: a process that polls, one that sweeps, and
 * some that deliver. All of what runs in them is the app's own.
 */
export class Fleet {
  readonly clock: VirtualClock;
  readonly queue: VirtualQueue;
  readonly table: IndexedTable;
  readonly exchange: LimitedExchange;
  readonly graph: VirtualGraph;
  /** What each kind of process asks for; `idle` is the part of polls that found nothing new. */
  readonly meters = {
    polls: meter(),
    idle: meter(),
    sweeps: meter(),
    events: meter(),
    deliveries: meter(),
  };
  /** Times that functions ran, by name. */
  readonly runs = {
    poll: 0,
    sweep: 0,
    receive: 0,
    pollFailed: 0,
    sweepFailed: 0,
    receiveFailed: 0,
  };
  /** Events that were logged, by level and name. */
  readonly events = new Map<string, number>();
  /** Told of each claim that is written. */
  onClaim: (() => void) | undefined;
  readonly #config: Config;
  readonly #options: Pick<FleetOptions, 'mortal' | 'maxPollingInterval' | 'instances' | 'logged'>;
  readonly #random: Random;
  #instances: Instance[] = [];
  /** The processes that deliver, and those that run on timers. */
  #lives: { senders: Life[]; timers: Life[] } = { senders: [], timers: [] };
  readonly #pollMs: number;
  readonly #sending = new Map<string, StoredRow>();

  constructor({ start, log, senders, seed = 1, eventHub = false, ...options }: FleetOptions) {
    this.#options = options;
    this.#random = seededRandom(seed);
    this.clock = new VirtualClock(start);
    this.clock.begin(loadPages());
    this.queue = new VirtualQueue(this.clock);
    this.exchange = new LimitedExchange(this.clock, this.#random, (mail) => {
      const row = this.#sending.get(mail.messageId);
      if (!row) throw new Error(`a mail that no claim belongs to: ${mail.messageId}`);
      options.accepted(mail, row);
    });
    this.table = new IndexedTable((row) => this.#watch(row));
    this.graph = new VirtualGraph(this.clock, this.exchange, log);
    this.#config = rehearsalConfig({
      ORGANIZATION_NAME: 'Contoso',
      ...options.settings,
      SENDER_MAILBOXES: Array.from({ length: senders }, (_, index) => senderOf(index)).join(','),
    });
    this.#pollMs = eventHub ? 10 * minuteMs : periodOf(this.#config.POLL_SCHEDULE);
    this.#startPolls();
    if (eventHub) this.#startEvents(log);
    this.#startSweeps();
    this.#addInstances();
    const { coldStartMs } = options;
    if (!coldStartMs) this.#startInstances();
    else {
      this.queue.onFirst = () => {
        for (const instance of this.#instances) {
          const after = coldStartMs.from + this.#random.below(coldStartMs.to - coldStartMs.from);
          this.clock.at(this.clock.time + after, () => instance.start());
        }
      };
    }
  }

  /** Kills the processes that deliver, or all. Their messages stay held for so many seconds. */
  die(who: 'all' | 'senders', holdSeconds: number): void {
    for (const life of this.#lives.senders) life.kill();
    this.queue.abandonFor(holdSeconds);
    if (who === 'all') for (const life of this.#lives.timers) life.kill();
  }

  /** Starts them anew; timers after a gap, when one run makes up for those that were missed. */
  rise(who: 'all' | 'senders', gapMs = 0): void {
    this.#lives.senders = [];
    this.#addInstances();
    this.#startInstances();
    if (who === 'senders') return;
    this.#lives.timers = [];
    const first = this.clock.time + gapMs;
    this.#startPolls(first);
    this.#startSweeps(first);
  }

  #addInstances(): void {
    const settings = readQueueSettings(hostJson);
    const { maxPollingInterval = settings.maxPollingInterval, instances } = this.#options;
    this.#instances = Array.from({ length: instances }, () => {
      const life = this.#life('senders');
      const room = { ...deliveryRoom(this.#roomsOf(this.meters.deliveries, life)), log: this.#log };
      return new Instance({
        clock: this.clock,
        queue: this.queue,
        settings: { ...settings, maxPollingInterval },
        random: this.#random,
        life,
        handle: (row) => deliver(row, room),
      });
    });
  }

  #startInstances(): void {
    for (const instance of this.#instances) instance.start();
  }

  #life(kind: 'senders' | 'timers'): Life {
    const life = this.clock.life();
    this.#lives[kind].push(life);
    return life;
  }

  /** Times that sendNotification ran. */
  get deliveries(): number {
    return this.#instances.reduce((sum, { runs }) => sum + runs, 0);
  }

  /** Nothing waits to be told, as far as it has been recorded. */
  get isSettled(): boolean {
    return this.table.open === 0 && this.queue.size === 0;
  }

  /** A process's rooms. */
  #roomsOf(meter: Meter, life: Life): Rooms {
    const { clock, queue, table } = this;
    const graph = this.graph.door(meter);
    const { mortal } = this.#options;
    return {
      config: this.#config,
      graph: mortal ? mortalGraph(graph, life) : graph,
      ledger: new Ledger(new TableAccess(table, meter, life.sleep)),
      queue: mortal ? mortalQueue(queue, life) : queue,
      now: clock.now,
      wait: life.sleep,
    };
  }

  #startPolls(first?: number): void {
    const { runs, clock } = this;
    const { polls, idle } = this.meters;
    const life = this.#life('timers');
    const rooms = this.#roomsOf(polls, life);
    const poll = new Poll();
    const room = { ...readingRoom(rooms), log: this.#log };
    const run = async () => {
      runs.poll += 1;
      const before = { ...polls };
      let recorded = 0;
      try {
        ({ recorded } = await poll.run(room));
      } finally {
        if (recorded === 0) {
          idle.graph += polls.graph - before.graph;
          idle.table += polls.table - before.table;
        }
      }
    };
    const failed = () => {
      runs.pollFailed += 1;
    };
    startTimer(clock, this.#pollMs, run, failed, life, first);
  }

  /** Every few seconds what has been listed comes as events, in batches as large as the host's. */
  #startEvents(log: AuditLog): void {
    const { runs, clock } = this;
    const rooms = this.#roomsOf(this.meters.events, this.#life('timers'));
    const door = new EventDoor();
    const room = { ...readingRoom(rooms), log: this.#log };
    let passed = 0;
    const run = async () => {
      const rows = log.listed(passed, clock.time);
      passed += rows.length;
      for (let from = 0; from < rows.length; from += rowsABatch) {
        runs.receive += 1;
        await receive(rows.slice(from, from + rowsABatch));
      }
    };
    const receive = async (rows: readonly AuditRecord[]) => {
      const events = eventsOf(rows);
      for (let tried = 1; tried <= mostDeliveries; tried += 1) {
        try {
          return await door.receive(events, room);
        } catch {
          runs.receiveFailed += 1;
          await clock.sleep(10_000);
        }
      }
    };
    startTimer(clock, bundledMs, run, () => {
      runs.receiveFailed += 1;
    });
  }

  #startSweeps(first?: number): void {
    const { runs, clock } = this;
    const life = this.#life('timers');
    const rooms = this.#roomsOf(this.meters.sweeps, life);
    const retentionDays = rooms.config.RETENTION_DAYS;
    const reading = { ...readingRoom(rooms, unhurried), log: this.#log };
    const run = () => {
      runs.sweep += 1;
      return sweep({ reading, retentionDays });
    };
    const failed = () => {
      runs.sweepFailed += 1;
    };
    startTimer(clock, 10 * minuteMs, run, failed, life, first);
  }

  /** Knows which mail belongs to which claim. */
  #watch(row: StoredRow): void {
    const { partitionKey: day, rowKey: key } = row;
    const state = row['state'];
    if (typeof state !== 'string' || state === 'pending' || !isNotificationKey(key)) return;
    const messageId = messageIdOf({ day, key }, domain);
    if (state === 'sending') {
      this.#sending.set(messageId, row);
      this.onClaim?.();
    } else if (state !== 'unknown') this.#sending.delete(messageId);
  }

  readonly #log: Log = (level, event, ...more) => {
    this.#options.logged?.(level, event, ...more);
    const name = `${level} ${event}`;
    this.events.set(name, (this.events.get(name) ?? 0) + 1);
  };
}
