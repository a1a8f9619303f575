import { fileURLToPath } from 'node:url';
import { rehearsalConfig } from '../../../cli/rehearse/settings.ts';
import { unhurried } from '../../../functions/audit/pacer.ts';
import type { Graph } from '../../../functions/graph/client.ts';
import { Poll } from '../../../functions/intake/poll.ts';
import { sweep } from '../../../functions/intake/sweep.ts';
import { isNotificationKey } from '../../../functions/ledger/entity.ts';
import { Ledger } from '../../../functions/ledger/ledger.ts';
import type { StoredRow } from '../../../functions/ledger/store.ts';
import type { Log } from '../../../functions/log.ts';
import { type Rooms, readingRoom } from '../../../functions/rooms.ts';
import { deliver } from '../../../functions/send/deliver.ts';
import { deliveryRoom } from '../../../functions/send/room.ts';
import { messageIdOf } from '../../../functions/send/sentItems.ts';
import { seededRandom } from '../../../local/graph/random.ts';
import { readQueueSettings } from '../../../local/host/hostJson.ts';
import { AuditLog } from './auditLog.ts';
import { Exchange } from './exchange.ts';
import { VirtualGraph } from './graph.ts';
import { Instance } from './instance.ts';
import { type Change, kinds } from './kinds.ts';
import { IndexedTable, TableAccess } from './table.ts';
import { Told } from './told.ts';
import { type Life, VirtualClock } from './virtualClock.ts';
import { VirtualQueue } from './virtualQueue.ts';
import { senderOf } from './world.ts';

/** One kill in the middle of a burst. Times in seconds. */
export interface Kill {
  /** After the first poll that finds some of it. */
  readonly at: number;
  /** Everything, or the senders alone: on Flex each function has processes of its own. */
  readonly who: 'all' | 'senders';
  /** How long the host keeps a message that was in hand when its process died. */
  readonly hold: number;
  /** How long a host that starts anew is kept out by its own dead lease on the timers. */
  readonly gap: number;
  /** At the next claim after that, which is written, and nothing sent: the longest wait there is. */
  readonly atClaim?: boolean;
  readonly mayLook?: boolean;
  readonly seed?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** What came of it. */
interface AfterKill {
  readonly missing: number;
  readonly repeated: number;
  /** Mails that were out when the process died. */
  readonly before: number;
  /** When the last mail was out, in seconds after the restart. */
  readonly last: number;
  readonly revived: number;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const start = new Date('2026-11-24T09:00:30Z');
const people = 200;
const mailboxes = 4;
const restartMs = 2 * secondMs;
const domain = 'contoso.example';
const hostJson = fileURLToPath(new URL('../../../host.json', import.meta.url));

/** 200 people register something within twenty seconds; the app is killed while it tells them. */
export async function playKill(kill: Kill): Promise<AfterKill> {
  const random = seededRandom(kill.seed ?? 1);
  const changes: Change[] = Array.from({ length: people }, (_, number) => ({
    kind: kinds.authenticator,
    time: start.getTime() + number * 100,
    person: number,
    administrator: 0,
    number,
  }));
  const log = new AuditLog(changes, ({ kind }) => kind.offsets.map(() => 0));
  const told = new Told(log);
  const app = new KilledApp(kill, log, told, random);
  const burst = start.getTime() + 30 * secondMs;
  await app.clock.run(burst + kill.at * secondMs);
  if (kill.atClaim) await app.dieAtClaim();
  else app.die();
  const before = told.mails;
  await app.clock.run(app.clock.time + restartMs);
  const restart = app.clock.time;
  app.rise();
  await app.clock.run(restart + 12 * minuteMs);
  return {
    missing: told.missed.length,
    repeated: told.repeated.length,
    before,
    last: (Math.max(...told.times) - restart) / secondMs,
    revived: app.revived,
  };
}

/** The app in processes that may die: one that polls, one that sweeps, two that send. */
class KilledApp {
  readonly clock = new VirtualClock(start);
  revived = 0;
  readonly #kill: Kill;
  readonly #queue: VirtualQueue;
  readonly #table: IndexedTable;
  readonly #graph: VirtualGraph;
  readonly #random: ReturnType<typeof seededRandom>;
  readonly #sending = new Map<string, StoredRow>();
  #armed = false;
  #senders: Life[] = [];
  #timers: Life[] = [];

  constructor(kill: Kill, log: AuditLog, told: Told, random: ReturnType<typeof seededRandom>) {
    this.#kill = kill;
    this.#random = random;
    this.#queue = new VirtualQueue(this.clock);
    this.#table = new IndexedTable((row) => this.#watch(row));
    const exchange = new Exchange(this.clock, random, (mail) => {
      const row = this.#sending.get(mail.messageId);
      if (row) told.take(mail, row);
    });
    this.#graph = new VirtualGraph(this.clock, exchange, log);
    this.#graph.mayLook = kill.mayLook ?? true;
    this.#startTimers(0);
    this.#startSenders();
  }

  die(): void {
    this.#armed = false;
    for (const life of this.#senders) life.kill();
    this.#queue.abandonFor(this.#kill.hold);
    if (this.#kill.who === 'all') for (const life of this.#timers) life.kill();
  }

  /** Dies as soon as somebody has claimed, or after a minute. */
  async dieAtClaim(): Promise<void> {
    this.#armed = true;
    await this.clock.run(this.clock.time + minuteMs, () => !this.#armed);
    if (this.#armed) this.die();
  }

  rise(): void {
    this.#startSenders();
    if (this.#kill.who === 'all') this.#startTimers(this.#kill.gap * secondMs);
  }

  #startSenders(): void {
    this.#senders = [1, 2].map(() => {
      const life = this.clock.life();
      const room = { ...deliveryRoom(this.#roomsOf(life)), log: this.#log };
      const settings = readQueueSettings(hostJson);
      const { clock } = this;
      const handle = (row: Parameters<typeof deliver>[0]) => deliver(row, room);
      new Instance({
        clock,
        queue: this.#queue,
        settings,
        random: this.#random,
        life,
        handle,
      }).start();
      return life;
    });
  }

  /** After the gap one run makes up for what was missed; then they come by the minute. */
  #startTimers(gapMs: number): void {
    const [polls, sweeps] = [this.clock.life(), this.clock.life()];
    const poll = new Poll();
    const polling = { ...readingRoom(this.#roomsOf(polls)), log: this.#log };
    const sweeping = { ...readingRoom(this.#roomsOf(sweeps), unhurried), log: this.#log };
    this.#startTimer(polls, minuteMs, gapMs, () => poll.run(polling));
    this.#startTimer(sweeps, 10 * minuteMs, gapMs, () =>
      sweep({ reading: sweeping, retentionDays: 90 }),
    );
    this.#timers = [polls, sweeps];
  }

  #startTimer(life: Life, periodMs: number, gapMs: number, run: () => Promise<unknown>): void {
    this.clock.task(async () => {
      await life.sleep(gapMs);
      for (let next = this.clock.time; ; next = (Math.floor(next / periodMs) + 1) * periodMs) {
        await life.sleep(Math.max(0, next - this.clock.time));
        await run().catch(() => {});
      }
    });
  }

  #roomsOf(life: Life): Rooms {
    const { clock } = this;
    const meter = { graph: 0, table: 0 };
    const config = rehearsalConfig({
      ORGANIZATION_NAME: 'Contoso',
      COPY_MANAGER: 'never',
      ...this.#kill.settings,
      SENDER_MAILBOXES: Array.from({ length: mailboxes }, (_, index) => senderOf(index)).join(','),
    });
    return {
      config,
      graph: mortal(this.#graph.door(meter), life),
      ledger: new Ledger(new TableAccess(this.#table, meter, life.sleep)),
      queue: mortalQueue(this.#queue, life),
      now: clock.now,
      wait: life.sleep,
    };
  }

  #watch(row: StoredRow): void {
    const { partitionKey: day, rowKey: key } = row;
    if (!isNotificationKey(key) || row['state'] !== 'sending') return;
    this.#sending.set(messageIdOf({ day, key }, domain), row);
    if (this.#armed) this.die();
  }

  readonly #log: Log = (_, event) => {
    if (event === 'notification.revived') this.revived += 1;
  };
}

/** Who is dead asks for nothing and hears no answer; what was asked of Exchange happens all the same. */
const mortal = (door: Graph, { sleep }: Life): Graph => ({
  ...door,
  async get(...request) {
    await sleep(0);
    try {
      return await door.get(...request);
    } finally {
      await sleep(0);
    }
  },
  async sendMail(...mail) {
    await sleep(0);
    try {
      await door.sendMail(...mail);
    } finally {
      await sleep(0);
    }
  },
});

const mortalQueue = (queue: VirtualQueue, { sleep }: Life): Rooms['queue'] => ({
  async enqueue(messages) {
    await sleep(0);
    await queue.enqueue(messages);
    await sleep(0);
  },
});
