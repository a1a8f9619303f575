import type { InvocationContext } from '@azure/functions';
import { readPages } from '../../../functions/audit/pages.ts';
import { readConfig } from '../../../functions/config/config.ts';
import type { Graph } from '../../../functions/graph/client.ts';
import { GraphFailure } from '../../../functions/graph/failure.ts';
import { Recorder } from '../../../functions/intake/recorder.ts';
import {
  isNotificationKey,
  notificationEntity,
  storedNotification,
} from '../../../functions/ledger/entity.ts';
import type { RowRef } from '../../../functions/ledger/keys.ts';
import { Ledger } from '../../../functions/ledger/ledger.ts';
import { MemoryQueue } from '../../../functions/ledger/memoryQueue.ts';
import { decodeMessage, encodeMessage } from '../../../functions/ledger/message.ts';
import type { StoredRow } from '../../../functions/ledger/store.ts';
import { eventLog } from '../../../functions/log.ts';
import { readingRoom } from '../../../functions/rooms.ts';
import { deliver } from '../../../functions/send/deliver.ts';
import { deliveryRoom } from '../../../functions/send/room.ts';
import { StrictTable } from './strictTable.ts';

/** What Graph answers about one page of records. */
export interface HostileTenant {
  readonly records: readonly unknown[];
  /** Whoever is asked for is one of these; `null` is nobody. */
  readonly people: readonly unknown[];
  readonly passkeys: readonly unknown[];
  readonly settings: Readonly<Record<string, string>>;
}

/** What came of it. */
export interface Traces {
  readonly mails: readonly Buffer[];
  readonly logLines: readonly string[];
  readonly rows: readonly object[];
}

const always = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  GRAPH_BASE_URL: 'http://localhost:1',
  SENDER_MAILBOXES: 'security@contoso.com',
  ORGANIZATION_NAME: 'Contoso',
  BRAND_COLOR: '#0b5cad',
  EXTRA_ACTIVITIES: 'constructor,__proto__,evil.example',
};

/** When the page is read. */
const start = Date.parse('2026-11-24T08:07:00Z');
/** Longer than any slot and any look for somebody who is not there yet. */
const rounds = 20;

/**
 * Takes a page of records the whole way, through the app's own rooms: read, recorded in a strict
 * table, enqueued, looked up, written, sent. Only storage and Graph are not real. Throws what the
 * rooms throw.
 */
export async function run({ records, people, passkeys, settings }: HostileTenant): Promise<Traces> {
  let time = start;
  const now = () => new Date(time);
  const wait = async () => {};
  const table = new StrictTable();
  const ledger = new Ledger(table);
  const queue = new CheckedQueue();
  const mails: Buffer[] = [];
  const graph = hostileGraph(records, people, passkeys, mails);
  const logLines: string[] = [];
  const keep = (line: string) => logLines.push(line);
  const log = eventLog({ info: keep, warn: keep, error: keep } as unknown as InvocationContext);
  const config = readConfig({ ...always, ...settings });
  const rooms = { config, graph, ledger, queue, now, wait };
  const reading = readingRoom(rooms);
  const group = { ...reading.group, startedAt: '2026-11-24T08:00:30Z' };
  for await (const page of readPages(graph, '/auditLogs/directoryAudits', async () => {})) {
    // Twice, as polls overlap: what is recorded already leads to nothing new.
    for (let twice = 0; twice < 2; twice += 1) {
      await new Recorder({ ...reading, log }, { pauses: {} }).record(page, group);
    }
  }
  const delivery = { ...deliveryRoom(rooms), log };
  // A person whom Graph describes in a way that can't be read is looked for again for days.
  for (let round = 0; round < rounds && queue.messages.length > 0; round += 1) {
    time += 60_000;
    for (const ref of queue.take(now())) await deliver(ref, delivery);
  }
  const rows = table.select({});
  for (const row of rows) if (isNotificationKey(row.rowKey)) checkRoundTrip(row);
  return { mails, logLines, rows };
}

/** What is read back is what was written. */
function checkRoundTrip(row: StoredRow) {
  const { etag, notification } = storedNotification(row);
  const again = { ...notificationEntity(notification), etag };
  for (const [name, value] of Object.entries(row)) {
    if (again[name as keyof typeof again] === value) continue;
    throw new Error(`property ${name} does not come back as it was written`);
  }
}

const longestMessage = 65_536;

/** The queue in memory, with Azure's bound: what it gives is read from the message. */
class CheckedQueue extends MemoryQueue {
  override put(row: RowRef, at: Date): void {
    const text = encodeMessage(row);
    if (text.length > longestMessage) throw new Error(`a message of ${text.length} bytes`);
    if (Number.isNaN(at.getTime())) throw new Error('a message that is never due');
    const read = decodeMessage(JSON.parse(Buffer.from(text, 'base64').toString()));
    if (!read) throw new Error(`a message that is not ours: ${text}`);
    super.put(read, at);
  }
}

const pick = <T>(list: readonly T[], key: string): T | undefined =>
  list[[...key].reduce((sum, one) => sum + (one.codePointAt(0) ?? 0), 0) % list.length];

/** Graph, as somebody who hates us would fill it. */
function hostileGraph(
  records: readonly unknown[],
  people: readonly unknown[],
  passkeys: readonly unknown[],
  mails: Buffer[],
): Graph {
  const origin = 'http://localhost:1';
  return {
    origin,
    async get(path) {
      if (path.startsWith('/auditLogs/')) return { value: records };
      if (path.endsWith('/authentication/methods')) {
        return { value: passkeys.filter((one) => typeof one === 'object' && one !== null) };
      }
      if (path.endsWith('/authentication/fido2Methods')) return { value: passkeys };
      const [, name = ''] = /^\/users(?:\/|\(')([^/?]+?)(?:'\))?\?/.exec(path) ?? [];
      const found = pick(people, name);
      if (found === null || found === undefined) {
        throw new GraphFailure('notFound', { status: 404, code: 'Request_ResourceNotFound' });
      }
      return found;
    },
    post: async () => ({ value: ['11111111-0000-4000-8000-000000000001'] }),
    async sendMail(_, mime) {
      mails.push(mime);
    },
  };
}
