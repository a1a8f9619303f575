import type { Watch } from '../../functions/audit/pages.ts';
import type { Config } from '../../functions/config/config.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { Recorder } from '../../functions/intake/recorder.ts';
import {
  isNotificationKey,
  type SeenAudit,
  seenAudit,
  storedNotification,
} from '../../functions/ledger/entity.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { deliver } from '../../functions/send/deliver.ts';
import { deliveryRoom } from '../../functions/send/room.ts';
import { type LogRead, type LogRow, timeOf } from './readLog.ts';

/** A mail that would have been sent: the whole message, and when. */
export interface Posted {
  readonly mime: Buffer;
  readonly at: Date;
}

/** What the app would have done with a log. */
export interface Played {
  readonly audits: readonly SeenAudit[];
  /** All of them final. */
  readonly notifications: readonly Notification[];
  /** Activities of rows whose method the app has no name for, with their service: how many rows. */
  readonly unknown: readonly { activity: string; service: string; rows: number }[];
}

/** How the log is played. */
interface Stage {
  /** Through which people are looked up. It need not be able to send. */
  readonly graph: Graph;
  readonly config: Config;
  /** Nothing before this is told. */
  readonly since: Date;
  /** Gets each mail as it is sent. */
  readonly post: (row: Notification, mail: Posted) => Promise<void>;
  /** Told now and then: up to which time of the log. */
  readonly progress: (time: Date) => void;
}

/** How often the app reads, in ms: by POLL_SCHEDULE's default, and "Update user" every five minutes. */
const cadences: Readonly<Record<Watch, number>> = { watched: 15_000, updateUser: 300_000 };

/** As many rows as a page of Graph holds. */
const pageSize = 500;

/**
 * Plays a log through recording and delivering, the app's own, on a ledger in memory and a clock that
 * follows the log: as if each row had been found by the next poll. Throws what `graph` throws.
 */
export async function play(log: LogRead, stage: Stage): Promise<Played> {
  const { config, since, progress } = stage;
  const store = new MemoryStore();
  const queue = new MemoryQueue();
  let time = since.getTime();
  const unknown = new Map<string, Played['unknown'][number]>();
  const outbox: Posted[] = [];
  const rooms = {
    config,
    ledger: new Ledger(store),
    queue,
    now: () => new Date(time),
    wait: async (ms: number) => {
      time += ms;
    },
    graph: {
      ...stage.graph,
      sendMail: async (_: string, mime: Buffer) => {
        outbox.push({ mime, at: new Date(time) });
      },
    },
  };
  const noted = (_: string, event: string, fields: object = {}) => {
    if (event !== 'activity.unknown' && event !== 'method.unknown') return;
    const { activity = '', service = '' } = fields as { activity?: string; service?: string };
    const rows = (unknown.get(`${service} ${activity}`)?.rows ?? 0) + 1;
    unknown.set(`${service} ${activity}`, { activity, service, rows });
  };
  const reading = readingRoom(rooms);
  const group = { ...reading.group, startedAt: since.toISOString() };
  const recorder = new Recorder({ ...reading, log: noted }, { pauses: {} });
  const delivery = { ...deliveryRoom(rooms), log: noted };

  const deliverUntil = async (end: number) => {
    for (let [next] = queue.messages; next && next.at.getTime() < end; [next] = queue.messages) {
      const { row, at } = next;
      queue.remove(next);
      time = Math.max(time, at.getTime());
      await deliver(row, delivery);
      for (const mail of outbox.splice(0)) {
        const sent = await rooms.ledger.get(row);
        if (sent) await stage.post(sent.notification, mail);
      }
    }
  };
  for (const { at, rows } of polls(log)) {
    await deliverUntil(at);
    time = at;
    const page = { records: rows.map(({ record }) => record), unparsable: [] };
    await recorder.record(page, group);
    progress(new Date(at));
  }
  await deliverUntil(Number.POSITIVE_INFINITY);
  return { ...contents(store), unknown: [...unknown.values()] };
}

interface PlayedPage {
  readonly at: number;
  readonly rows: readonly LogRow[];
}

/** The pages that are recorded, in the order in which polls come to them. */
function polls({ rows }: LogRead): PlayedPage[] {
  const pages = (['watched', 'updateUser'] as const).flatMap((watch) => {
    const cadence = cadences[watch];
    // A row takes its time to be listed: a poll of the very same moment never finds it.
    const next = (time: number) => (Math.floor(time / cadence) + 1) * cadence;
    const byPoll = Map.groupBy(rows[watch], (row) => next(timeOf(row)));
    return [...byPoll].flatMap(([at, found]) =>
      chunks(found).map((chunk) => ({ at, rows: chunk })),
    );
  });
  // Stable: of the same time, "Update user" comes second.
  return pages.sort((one, other) => one.at - other.at);
}

const chunks = (rows: readonly LogRow[]) =>
  Array.from({ length: Math.ceil(rows.length / pageSize) }, (_, index) =>
    rows.slice(index * pageSize, (index + 1) * pageSize),
  );

function contents(store: MemoryStore): Omit<Played, 'unknown'> {
  const audits: SeenAudit[] = [];
  const notifications: Notification[] = [];
  for (const row of store.select({})) {
    if (isNotificationKey(row.rowKey)) notifications.push(storedNotification(row).notification);
    else if (row.rowKey.includes('~a~')) audits.push(seenAudit(row));
  }
  notifications.sort((one, other) => (one.key < other.key ? -1 : 1));
  return { audits, notifications };
}
