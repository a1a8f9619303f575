import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rehearsalConfig } from '../../cli/rehearse/settings.ts';
import type { AuditPage } from '../../functions/audit/pages.ts';
import { recordAll } from '../../functions/intake/recordAll.ts';
import { Recorder } from '../../functions/intake/recorder.ts';
import { isNotificationKey, readNotifications } from '../../functions/ledger/entity.ts';
import { anyDay } from '../../functions/ledger/keys.ts';
import type { SlotRun } from '../../functions/ledger/lanes.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import {
  type Entity,
  LedgerConflict,
  type NextReplacement,
  StorageFailure,
  type Write,
} from '../../functions/ledger/store.ts';
import type { Log } from '../../functions/log.ts';
import { isUnparsable, parseAuditRecord, unparsable } from '../../functions/recognise/record.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { nobodyAsked } from '../fixtures/nobodyAsked.ts';
import { auditRow } from '../fixtures/rows.ts';
import { registration, type Script } from '../lab/bench/campaign.ts';

const now = new Date('2026-11-24T09:00:00Z');

/** A second method shares the mail of the first, which may have been recorded with the page before. */
const script: Script = [...registration, [8000, { reason: 'User registered Mobile Phone SMS' }]];

/** The rows of people who register within seconds of each other, so that most stand on more than one page. */
function pagesOf(people: number, pageSize: number): AuditPage[] {
  const rows = Array.from({ length: people }, (_, person) => {
    const id = `0a1b2c3d-0000-4000-8000-${String(person).padStart(12, '0')}`;
    const upn = `u${person}@contoso.example`;
    const begins = now.getTime() - 40_000 + 300 * person;
    return script.map(([after, spec], index) => {
      const time = new Date(begins + after).toISOString();
      const people = { target: { id, upn }, by: { id, userPrincipalName: upn } };
      return parseAuditRecord(auditRow({ ...spec, ...people, id: `r${person}~${index}`, time }));
    });
  });
  const records = rows
    .flat()
    .flatMap((row) => (isUnparsable(row) ? [] : row))
    .sort((one, other) => (one.activityDateTime < other.activityDateTime ? -1 : 1));
  return Array.from({ length: Math.ceil(records.length / pageSize) }, (_, page) => ({
    records: records.slice(page * pageSize, (page + 1) * pageSize),
    unparsable: [],
  }));
}

/** What becomes of a transaction of the ledger. */
type Fate = 'done' | 'refused' | 'lost' | 'busy' | 'overtaken';

/** A table that takes a while for its answers, and does with each transaction what its fate says. */
class SlowStore extends MemoryStore {
  underWay = 0;
  /** Nothing is written but by transactions. */
  isFull = false;
  readonly #fates: Fate[];

  constructor(fates: readonly Fate[]) {
    super();
    this.#fates = [...fates];
  }

  override async insert(row: Entity): Promise<string> {
    if (this.isFull) throw new StorageFailure('ServerBusy', { status: 503 });
    return super.insert(row);
  }

  override async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    this.underWay += 1;
    try {
      const fate = (writes.length > 2 && this.#fates.shift()) || 'done';
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      if (fate === 'refused') throw new LedgerConflict('another writer was first');
      if (fate === 'busy') throw new StorageFailure('ServerBusy', { status: 503 });
      if (fate === 'overtaken') await this.#overtake(writes);
      const etags = await super.transact(writes);
      if (fate === 'lost') throw new LedgerConflict('the repeated request met its own rows');
      return etags;
    } finally {
      this.underWay -= 1;
    }
  }

  /** Somebody else records something of that day. */
  async #overtake([fence]: readonly (Write | NextReplacement)[]) {
    if (fence?.kind === 'replace') await this.put(fence.row);
  }
}

const group = {
  settleSeconds: 30,
  maxAgeHours: 72,
  startedAt: '2026-11-24T08:00:00Z',
};

function world(store: SlowStore) {
  const ledger = new Ledger(store);
  const queue = new MemoryQueue();
  const config = rehearsalConfig({ ORGANIZATION_NAME: 'Contoso' });
  const counts = { decidedBeside: 0, conflicts: 0 };
  const clock = () => {
    if (store.underWay > 0) counts.decidedBeside += 1;
    return now;
  };
  const log: Log = (_, event) => {
    if (event === 'ledger.conflict') counts.conflicts += 1;
  };
  const rooms = { config, graph: nobodyAsked, ledger, queue, now: clock, wait: async () => {} };
  return { ledger, queue, counts, room: { ...readingRoom(rooms), log } };
}

async function* each(pages: readonly AuditPage[]) {
  yield* pages;
}

/** What is recorded in the end, by runs that go on until one of them gets through. */
async function recorded(pages: readonly AuditPage[], fates: readonly Fate[], inTurn: boolean) {
  const store = new SlowStore(fates);
  const { ledger, queue, counts, room } = world(store);
  const view = new LedgerView(ledger);
  const run = async () => {
    const recorder = new Recorder(room, await ledger.readState(), view);
    try {
      if (inTurn) for (const page of pages) await recorder.record(page, group);
      else
        for await (const _ of recordAll(recorder, each(pages), group)) await recorder.lanes.save();
    } finally {
      await recorder.lanes.save();
    }
  };
  let failed = false;
  const again = (error: unknown): Promise<void> => {
    failed = true;
    if (!(error instanceof StorageFailure || error instanceof LedgerConflict)) throw error;
    return run().catch(again);
  };
  await run().catch(again);
  const rows = store.select({ partitions: anyDay }).filter(({ rowKey }) => rowKey !== '!fence');
  const { notifications } = readNotifications(
    rows.filter(({ rowKey }) => isNotificationKey(rowKey)),
  );
  return { rows, notifications, queue, failed, ...counts };
}

const told = ({ rows }: Awaited<ReturnType<typeof recorded>>) =>
  rows.map(({ etag: _, ...row }) => row);

test('while a page is written the next is decided, and the ledger is what it would be in turn', async () => {
  const pages = pagesOf(100, 20);
  const ahead = await recorded(pages, [], false);
  const inTurn = await recorded(pages, [], true);
  expect(told(ahead)).toEqual(told(inTurn));
  expect(inTurn.decidedBeside).toBe(0);
  expect(ahead.conflicts).toBe(0);
  expect(ahead.decidedBeside).toBeGreaterThanOrEqual(pages.length - 1);
});

test('what was decided before another gave slots away is decided again', async () => {
  const { ledger, room } = world(new SlowStore([]));
  const recorder = new Recorder(room, await ledger.readState());
  const sender = room.senders[0];
  let theirs: SlotRun | undefined;
  for await (const _ of recordAll(recorder, each(pagesOf(60, 60)), group)) {
    const own = recorder.lanes.now[sender]?.runs.at(-1);
    if (own && !theirs) {
      theirs = { ...own, from: own.end, end: own.end + 10 * own.interval };
      await ledger.writeLanes(
        { [sender]: { runs: [theirs], preempted: [], hours: [] } },
        undefined,
      );
    }
    await recorder.lanes.save();
  }
  const { from = 0, end = 0 } = theirs ?? {};
  expect(end).toBeGreaterThan(from);
  const found = await ledger.readRange(
    '2026-11-24T08:00:00.0000000Z',
    '2026-11-24T10:00:00.0000000Z',
  );
  const slots = found.notifications
    .filter(({ notification }) => notification.sender === sender)
    .map(({ notification }) => Date.parse(notification.notBefore));
  expect(slots.length).toBeGreaterThan(20);
  expect(slots.filter((slot) => slot >= from && slot < end)).toEqual([]);
});

test('what was made ready for a page that fails before it is recorded waits no longer', async () => {
  const store = new SlowStore([]);
  const { ledger, room } = world(store);
  const recorder = new Recorder(room, await ledger.readState());
  const [{ records = [] } = {}] = pagesOf(40, 1000);
  const [some = [], others = []] = [true, false].map((isEven) =>
    records.filter(({ id }) => (Number(id.slice(1).split('~')[0]) % 2 === 0) === isEven),
  );
  const pages = [
    { records: some, unparsable: [] },
    // It has to be kept aside before the page counts as read.
    { records: others, unparsable: [unparsable('id: missing', {})] },
  ];
  const given = recordAll(recorder, each(pages), group);
  await given.next();
  // The next page has been made ready.
  expect(store.underWay).toBeGreaterThan(0);
  store.isFull = true;
  await expect(given.next()).rejects.toBeInstanceOf(StorageFailure);
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect(store.underWay).toBe(0);
});

const fate = fc.constantFrom<Fate>('done', 'done', 'done', 'refused', 'lost', 'busy', 'overtaken');

test('whatever becomes of its transactions, each change is told once, in a slot of its own', async () => {
  const property = fc.asyncProperty(
    fc.array(fate, { maxLength: 12 }),
    fc.integer({ min: 7, max: 60 }),
    async (fates, pageSize) => {
      const pages = pagesOf(60, pageSize);
      const { rows, notifications, queue, failed } = await recorded(pages, fates, false);
      const changes = notifications.flatMap(({ notification }) => notification.changes);
      const people = new Set(changes.map(({ target }) => target.id));
      expect([changes.length, people.size]).toEqual([120, 60]);
      expect(rows.filter(({ rowKey }) => rowKey.includes('~a~'))).toHaveLength(240);
      const slots = notifications.map(
        ({ notification: { sender, notBefore } }) => sender + notBefore,
      );
      expect(new Set(slots).size).toBe(slots.length);
      const enqueued = new Set(queue.messages.map(({ row }) => row.key)).size;
      // What a run leaves that fails is for the sweep to enqueue.
      if (!failed) expect(enqueued).toBe(notifications.length);
    },
  );
  await fc.assert(property, { numRuns: 25 });
});
