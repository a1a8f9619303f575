import { beforeEach, describe, expect, test } from 'vitest';
import type { ReadingRoom } from '../../functions/intake/catchUp.ts';
import { StuckWatch } from '../../functions/intake/stuck.ts';
import { sweep } from '../../functions/intake/sweep.ts';
import { notificationEntity } from '../../functions/ledger/entity.ts';
import { dayOf, notificationRef } from '../../functions/ledger/keys.ts';
import type { Lanes } from '../../functions/ledger/lanes.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import type { Query, StoredRow, Write } from '../../functions/ledger/store.ts';
import { newRow } from '../lab/machine/newRow.ts';

const now = new Date('2027-02-03T12:00:00.000Z');
const minuteMs = 60_000;
const inMs = (ms: number) => new Date(now.getTime() + ms);
/** As many as a wave of 200,000 people leaves waiting. */
const line = 120_000;
/** Rows that an answer of Table storage holds. */
const answer = 1000;

/** Counts requests as Azure does, and the whole rows that somebody was given and has not put away yet. */
class MeteredStore extends MemoryStore {
  requests = 0;
  whole = 0;
  held = 0;
  mostHeld = 0;

  override async *query(query: Query): AsyncGenerator<StoredRow> {
    this.requests += 1;
    for (const [index, row] of this.select(query).entries()) {
      if (index > 0 && index % answer === 0) this.requests += 1;
      if (!query.select) {
        this.whole += 1;
        this.held += 1;
        this.mostHeld = Math.max(this.mostHeld, this.held);
      }
      yield row;
    }
  }

  override async replace(...given: Parameters<MemoryStore['replace']>): Promise<string> {
    this.requests += 1;
    this.held -= 1;
    return super.replace(...given);
  }

  override async transact(writes: readonly Write[]): Promise<string[]> {
    this.requests += 1;
    this.held -= writes.length;
    return super.transact(writes);
  }
}

let store: MeteredStore;
let room: ReadingRoom;
let enqueued: string[];
let events: { event: string; [field: string]: unknown }[];
/** What each message that is put on the queue takes, in ms. */
let messageMs = 0;
let time = now.getTime();

beforeEach(async () => {
  [store, enqueued, events, messageMs, time] = [new MeteredStore(), [], [], 0, now.getTime()];
  const ledger = new Ledger(store);
  await ledger.writeChores({ day: dayOf(now.getTime()) });
  room = {
    ledger,
    queue: {
      enqueue: async (messages: readonly { row: { key: string } }[]) => {
        enqueued.push(...messages.map(({ row }) => row.key));
        time += messages.length * messageMs;
      },
    },
    now: () => new Date(time),
    log: (_: string, event: string, fields: object, metrics: object) =>
      events.push({ event, ...fields, metrics }),
    group: { settleSeconds: 15, maxAgeHours: 72 },
    budgetMs: 4 * minuteMs,
  } as unknown as ReadingRoom;
});

/** One of a line: recorded in the days before, its turn `slotMs` from now. */
function inLine(index: number, slotMs: number, more: Partial<Notification> = {}): Notification {
  const recorded = inMs(-26 * 60 * minuteMs + index * 700);
  const row = newRow(index + 1, recorded);
  const ref = notificationRef(recorded.toISOString(), `row${index}`);
  return { ...row, ...ref, inLine: true, notBefore: inMs(slotMs).toISOString(), ...more };
}

/** Puts a line into the ledger, some of it as it says. */
async function fill(
  count: number,
  slotMs: (index: number) => number,
  some: Record<number, Partial<Notification>>,
) {
  for (let index = 0; index < count; index += 1) {
    await store.insert(notificationEntity(inLine(index, slotMs(index), some[index])));
  }
}

const lanes: Lanes = {
  'a@contoso.example': {
    runs: [{ from: now.getTime(), interval: 2040, end: now.getTime() + line * 2040 }],
    preempted: [],
    hours: [],
  },
};

const sweepOnce = () => sweep({ reading: room, retentionDays: 90 });
const swept = () => events.filter(({ event }) => event === 'sweep.finished').at(-1);
const stateAt = async (index: number) => {
  const { day, key } = inLine(index, 0);
  return (await room.ledger.get({ day, key }))?.notification;
};

const lapsed = (): Partial<Notification> => ({
  state: 'sending',
  notBefore: inMs(-11 * minuteMs).toISOString(),
  dueSince: inMs(-11 * minuteMs).toISOString(),
  leaseUntil: inMs(-minuteMs).toISOString(),
  attempts: 1,
  doubts: ['security@contoso.example'],
});
const held = (): Partial<Notification> => ({
  ...lapsed(),
  leaseUntil: inMs(minuteMs).toISOString(),
});
const lost = (): Partial<Notification> => ({ notBefore: inMs(-5 * minuteMs).toISOString() });
const putOff = (): Partial<Notification> => ({
  notBefore: inMs(5 * minuteMs).toISOString(),
  dueSince: inMs(-3 * 60 * minuteMs).toISOString(),
});

test('a line of 120,000 mails: a sweep reads what is stuck, wherever it is, and counts; a poll reads what is stuck', async () => {
  const recent = line - 1;
  const some = { 3: lapsed(), 60000: lost(), 70000: held(), 80000: putOff(), [recent]: lapsed() };
  await fill(line, (index) => (index + 1) * 2040, some);
  await sweepOnce();
  expect((await stateAt(3))?.state).toBe('unknown');
  expect((await stateAt(recent))?.state).toBe('unknown');
  const stuck = [3, recent, 60_000].map((index) => inLine(index, 0).key);
  expect(enqueued.toSorted()).toEqual(stuck.toSorted());
  expect(swept()).toMatchObject({
    open: line,
    overdue: 5,
    revived: 3,
    unreadable: 0,
    metrics: { 'mail.overdue_seconds': 3 * 3600 },
  });
  // The line itself is counted, and read by nobody.
  expect(store.whole).toBeLessThan(20);
  expect(store.requests).toBeLessThan(line / answer + 20);

  const stored = await room.ledger.get(inLine(recent, 0));
  await room.ledger.replace(inLine(recent, 0, lapsed()), stored?.etag ?? '');
  const watch = new StuckWatch();
  [store.whole, store.requests, enqueued.length] = [0, 0, 0];
  await watch.look(lanes, room);
  expect(enqueued).toContain(inLine(recent, 0).key);
  // A process that just started puts back what is due within two minutes, too.
  expect(store.whole).toBeLessThan(100);
  const first = enqueued.length;
  [time, store.whole, store.requests] = [time + 15_000, 0, 0];
  await watch.look(lanes, room);
  expect(enqueued).toHaveLength(first);
  expect(store.whole).toBeLessThan(10);
  expect(store.requests).toBe(1);
}, 120_000);

test('what is not due is looked at by the first sweep of a day, and by none of those that go on reading the log', async () => {
  await fill(2_000, (index) => (index + 1) * 2040, {});
  const graph = { get: () => Promise.reject(new Error('not now')), origin: 'https://localhost' };
  room = { ...room, graph, extraActivities: [] } as unknown as ReadingRoom;
  const yesterday = dayOf(now.getTime() - 24 * 60 * minuteMs);
  const resumeFrom = inMs(-60 * 60 * minuteMs).toISOString();
  for (const [day, looks] of [
    [yesterday, 2_000],
    [dayOf(now.getTime()), 0],
  ] as const) {
    await room.ledger.writeChores({ day, resumeFrom });
    store.whole = 0;
    await expect(sweepOnce()).rejects.toThrow();
    expect(swept()).toMatchObject({ open: 2_000 });
    expect(Math.abs(store.whole - looks)).toBeLessThan(20);
  }
});

describe('20,000 mails of which every one is overdue', () => {
  const many = 20_000;
  const late = (index: number) => (index - many - 100) * 2040;

  test('are put back a hundred at a time, and once', async () => {
    await fill(many, late, {});
    await sweepOnce();
    expect(new Set(enqueued).size).toBe(many);
    expect(swept()).toMatchObject({ open: many, overdue: many, revived: many });
    expect(store.mostHeld).toBeLessThanOrEqual(100);
    // A hundred in a transaction, and to read them all twice.
    expect(store.requests).toBeLessThan(many / 98 + (2 * many) / answer + 20);
    time += 10 * minuteMs - 1;
    await sweepOnce();
    expect(enqueued).toHaveLength(many);
  });

  test('where a run has no time for all are put back by the next, and what a process left by this one', async () => {
    const last = many - 1;
    await fill(many, late, { [last]: lapsed() });
    messageMs = 12;
    for (let run = 1; run <= 3; run += 1) {
      store.whole = 0;
      await sweepOnce();
      // The second goes on where the first ended; the third begins anew.
      expect(store.whole).toBeLessThan(run < 3 ? many / 2 + 200 : many + 2);
      expect((await stateAt(last))?.state).toBe('unknown');
      expect(enqueued.length).toBeLessThanOrEqual(run * (many / 2 + 200));
      expect(enqueued.length).toBeGreaterThan(Math.min(many - 1, run * (many / 2 - 200)));
    }
    expect(new Set(enqueued).size).toBe(many);
    // The last of them came to the end.
    expect((await room.ledger.readState()).chores).toEqual({ day: dayOf(now.getTime()) });
  });

  test('are put back by polls too, a thousand by each, once, and what a process left among the last', async () => {
    const few = 3_500;
    const last = few - 1;
    await fill(few, late, { [last]: lapsed() });
    const watch = new StuckWatch();
    for (let poll = 1; poll <= 12; poll += 1) {
      store.whole = 0;
      await watch.look(undefined, room);
      expect(store.whole).toBeLessThan(1200);
      expect(enqueued.length).toBeLessThan(poll * 1100);
      time += 15_000;
      if (poll > 4) continue;
      expect(enqueued.length).toBeGreaterThan(Math.min(few - 1, poll * 999));
      expect((await stateAt(last))?.state).toBe(poll < 4 ? 'sending' : 'unknown');
    }
    // Nobody takes them, and they are looked at again and again. The one that was left is late by now, too.
    expect(new Set(enqueued).size).toBe(few);
    expect(enqueued).toHaveLength(few + 1);
  });

  test('are put back by polls that fail to read the log, too', async () => {
    await fill(3_500, late, { 3499: lapsed() });
    const watch = new StuckWatch();
    for (let poll = 1; poll <= 4; poll += 1) {
      await watch.look(undefined, room);
      if (poll < 4) watch.forget();
      time += 15_000;
    }
    expect((await stateAt(3_499))?.state).toBe('unknown');
    expect(new Set(enqueued).size).toBe(3_500);
    expect(enqueued).toHaveLength(3_500);
    // What such a poll has recorded and not enqueued is due soon: it is looked for from the beginning.
    const soon = inLine(0, time - now.getTime() + minuteMs);
    await store.insert(notificationEntity({ ...soon, key: `${soon.key}0` }));
    await watch.look(undefined, room);
    expect(enqueued.at(-1)).toBe(`${soon.key}0`);
  });

  test('of whom more are late than a process remembers leave the rest to the sweep', async () => {
    await fill(3_500, late, { 3499: lapsed() });
    const watch = new StuckWatch(2_000);
    for (let poll = 1; poll <= 16; poll += 1) {
      await watch.look(undefined, room);
      time += 15_000;
    }
    expect((await stateAt(3_499))?.state).toBe('unknown');
    expect(enqueued.length).toBeLessThan(2_100);
    expect(new Set(enqueued).size).toBe(enqueued.length);
  });

  test('are told of again neither where others come late in their midst, nor where some go', async () => {
    await fill(3_000, (index) => (index % 2 === 0 ? late(index) : 125_000 + index), {});
    const watch = new StuckWatch();
    for (let poll = 1; poll <= 28; poll += 1) {
      await watch.look(undefined, room);
      time += 15_000;
      for (let index = poll * 100; index < poll * 100 + 50; index += 1) {
        const stored = await room.ledger.get(inLine(index, 0));
        if (!stored) throw new Error('it is there');
        await room.ledger.replace(
          {
            ...stored.notification,
            state: 'sent',
            endedAt: room.now().toISOString(),
          } as Notification,
          stored.etag,
        );
      }
    }
    expect(new Set(enqueued).size).toBe(enqueued.length);
    expect(enqueued.length).toBeGreaterThan(2_000);
  });
});
