import { expect, test } from 'vitest';
import { rehearsalConfig } from '../../cli/rehearse/settings.ts';
import { Recorder } from '../../functions/intake/recorder.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { fenceKey } from '../../functions/ledger/recording.ts';
import {
  LedgerConflict,
  type NextReplacement,
  type Query,
  StorageFailure,
  type StoredRow,
  type Write,
} from '../../functions/ledger/store.ts';
import type { Log } from '../../functions/log.ts';
import { isUnparsable, parseAuditRecord } from '../../functions/recognise/record.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { nobodyAsked } from '../fixtures/nobodyAsked.ts';
import { openRows } from '../fixtures/openRows.ts';
import { auditRow } from '../fixtures/rows.ts';

const now = new Date('2026-11-24T09:00:00Z');

/** Rows of different people, who each registered a phone. */
const page = (from: number, to: number, written = 'first') => {
  const rows = Array.from({ length: to - from }, (_, at) => {
    const id = `0a1b2c3d-0000-4000-8000-${String(from + at).padStart(12, '0')}`;
    const upn = `u${from + at}@contoso.example`;
    const time = new Date(now.getTime() - 60_000 + 10 * (from + at)).toISOString();
    const target = { id, upn };
    const by = { id, userPrincipalName: upn };
    // What is written again is of the same request.
    const row = auditRow({ id: `r${from + at} ${written}`, time, target, by });
    return parseAuditRecord({ ...row, correlationId: id });
  });
  return { records: rows.flatMap((row) => (isUnparsable(row) ? [] : row)), unparsable: [] };
};

/** The first transaction with a notification gets through, and its answer is lost. */
class LostAnswer extends MemoryStore {
  isLost = false;

  override async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    const etags = await super.transact(writes);
    const isFirst = !this.isLost && writes.length > 1;
    this.isLost ||= isFirst;
    if (isFirst) throw new LedgerConflict('the repeated request met its own rows');
    return etags;
  }
}

/** Another door is faster than a transaction with notifications, the first of which have got through. */
class Overtaken extends MemoryStore {
  other: (() => Promise<void>) | undefined;
  transactions = 0;
  /** How often all of a span was read. */
  reads = 0;

  override async *query(query: Query): AsyncGenerator<StoredRow> {
    if (query.keys?.some(({ from }) => from === fenceKey)) this.reads += 1;
    yield* super.query(query);
  }

  override async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    this.transactions += 1;
    const { other } = this;
    if (this.transactions > 1 && other) {
      this.other = undefined;
      await other();
    }
    return super.transact(writes);
  }
}

/** Somebody else is first so often; then, if it is said so, a transaction gets through whose answer is lost. */
class Refusing extends MemoryStore {
  refusals = 0;
  losesAnswer = false;
  /** Nothing is read any more once an answer was lost. */
  goesDown = false;

  override async *query(query: Query): AsyncGenerator<StoredRow> {
    if (this.goesDown && !this.losesAnswer) throw new StorageFailure('busy', { status: 503 });
    yield* super.query(query);
  }

  override async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new LedgerConflict('another writer was first');
    }
    const etags = await super.transact(writes);
    if (!this.losesAnswer) return etags;
    this.losesAnswer = false;
    throw new LedgerConflict('the repeated request met its own rows');
  }
}

function world(store: MemoryStore) {
  const ledger = new Ledger(store);
  const config = rehearsalConfig({ ORGANIZATION_NAME: 'Contoso' });
  const wait = () => Promise.resolve();
  const passed = { ms: 0 };
  const rooms = {
    config,
    graph: nobodyAsked,
    ledger,
    queue: new MemoryQueue(),
    now: () => new Date(now.getTime() + passed.ms),
    wait,
  };
  const met = { conflicts: 0 };
  const log: Log = (_, event) => {
    if (event === 'ledger.conflict') met.conflicts += 1;
  };
  const room = { ...readingRoom(rooms), log };
  const group = { ...room.group, startedAt: '2026-11-24T08:00:00Z' };
  const view = () => new LedgerView(ledger);
  /** Records a page as one run does. */
  const record = async (rows: ReturnType<typeof page>, known: LedgerView) => {
    const recorder = new Recorder(room, await ledger.readState(), known);
    try {
      return await recorder.record(rows, group);
    } finally {
      await recorder.lanes.save();
    }
  };
  /** Slots that are given away, and notifications that have one. */
  const counts = async () => {
    const { lanes } = await ledger.readState();
    const lane = Object.values(lanes?.value ?? {}).flatMap(({ runs }) => runs);
    const slots = lane.reduce((sum, { from, end, interval }) => {
      return sum + Math.round((end - from) / interval);
    }, 0);
    const { notifications } = await openRows(ledger, '0');
    const times = notifications.map(({ notification }) => notification.notBefore);
    return { slots, mails: times.length, times: new Set(times).size };
  };
  return { record, view, counts, ledger, met, passed };
}

test('what another door has recorded takes no second slot where a poll finds out too late', async () => {
  const { record, view, counts } = world(new MemoryStore());
  const [poll, door] = [view(), view()];
  await record(page(0, 1), poll);
  await record(page(1, 41), door);
  // The poll knows nothing of these yet: it plans all of them, and is refused.
  await record(page(0, 42), poll);
  expect(await counts()).toEqual({ slots: 42, mails: 42, times: 42 });
});

test('what was recorded, though the answer was lost, keeps its slot', async () => {
  const store = new LostAnswer();
  const { record, view, counts } = world(store);
  await record(page(0, 40), view());
  await record(page(40, 50), view());
  expect(store.isLost).toBe(true);
  const { mails, times } = await counts();
  expect([mails, times]).toEqual([50, 50]);
});

test.each([
  ['all of the rest', 0, 120],
  ['some of the rest', 60, 100],
  ['other rows', 300, 320],
])(
  'a page that is refused halfway, for another door records %s, leaves no slot empty',
  async (_, from, to) => {
    const store = new Overtaken();
    const { record, view, counts } = world(store);
    store.other = async () => void (await record(page(from, to), view()));
    await record(page(0, 120), view());
    expect(store.other).toBeUndefined();
    const mails = Math.max(120, to) - (from > 120 ? from - 120 : 0);
    expect(await counts()).toEqual({ slots: mails, mails, times: mails });
  },
);

test('a page that is refused as often as it is tried leaves no slot empty', async () => {
  const store = new Refusing();
  const { record, view, counts, met } = world(store);
  const known = view();
  await record(page(0, 1), known);
  store.refusals = 5;
  await expect(record(page(1, 41), known)).rejects.toBeInstanceOf(LedgerConflict);
  expect(met.conflicts).toBe(4);
  await record(page(1, 42), known);
  expect(await counts()).toEqual({ slots: 42, mails: 42, times: 42 });
});

test.each([
  ['at the last try', 4, false],
  ['before the ledger can be read no more', 0, true],
])(
  'what was recorded %s, though the answer was lost, keeps its slot in the next run',
  async (_, refusals, goesDown) => {
    const store = new Refusing();
    const { record, view, counts } = world(store);
    await record(page(0, 1), view());
    Object.assign(store, { refusals, goesDown, losesAnswer: true });
    await expect(record(page(1, 41), view())).rejects.toThrow();
    store.goesDown = false;
    await record(page(0, 42), view());
    const { mails, times } = await counts();
    expect([mails, times]).toEqual([42, 42]);
  },
);

/** The first mail begins to leave. */
async function leave(ledger: Ledger): Promise<void> {
  const [first] = (await openRows(ledger, '0')).notifications;
  if (!first) throw new Error('it was recorded');
  const leaseUntil = new Date(now.getTime() + 60_000).toISOString();
  await ledger.replace({ ...first.notification, state: 'sending', leaseUntil }, first.etag);
}

test('a page that adds to a mail which began to leave seconds before is not refused', async () => {
  const { record, view, ledger, met, passed } = world(new MemoryStore());
  const known = view();
  await record(page(0, 3), known);
  await leave(ledger);
  passed.ms = 3000;
  expect((await record(page(0, 1, 'again'), known)).recorded).toBe(1);
  expect(met.conflicts).toBe(0);
});

test('a page that meets a mail leaving tells of all that the ledger had around it', async () => {
  const store = new Overtaken();
  const { record, view, ledger, met } = world(store);
  await record(page(0, 3), view());
  store.transactions = 1;
  store.other = () => leave(ledger);
  const another = page(0, 1, 'again');
  store.reads = 0;
  const { known, recorded } = await record(another, view());
  expect(store.other).toBeUndefined();
  expect(recorded).toBe(1);
  expect(met.conflicts).toBe(1);
  expect(new Set(known.map(({ key }) => key)).size).toBe(3);
  // That nobody else has recorded is known by the fence.
  expect(store.reads).toBe(1);
});

test('a page that is refused once more, though nobody has recorded, is decided by what is read anew', async () => {
  const store = new Overtaken();
  const { record, view, ledger, met } = world(store);
  const known = view();
  await record(page(0, 1), known);
  const elsewhere = world(new MemoryStore());
  await elsewhere.record(page(1, 2), elsewhere.view());
  const [row] = (await openRows(elsewhere.ledger, '0')).notifications;
  // Whoever put it there, and no row of the log with it.
  await ledger.insert((row as StoredNotification).notification);
  store.reads = 0;
  expect(await record(page(1, 2), known)).toMatchObject({ recorded: 1, notifications: 0 });
  expect([met.conflicts, store.reads]).toEqual([2, 1]);
  const { notifications } = await openRows(ledger, '0');
  expect(notifications.map(({ notification }) => notification.changes.length)).toEqual([1, 1]);
});
