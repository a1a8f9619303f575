import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { rehearsalConfig } from '../../cli/rehearse/settings.ts';
import { recordAll } from '../../functions/intake/recordAll.ts';
import { Recorder } from '../../functions/intake/recorder.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import {
  LedgerConflict,
  type NextReplacement,
  type Query,
  StorageFailure,
  type StoredRow,
  type StoreKeys,
  type Write,
} from '../../functions/ledger/store.ts';
import { claim, settle } from '../../functions/ledger/transitions.ts';
import type { Log } from '../../functions/log.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { type Random, seededRandom } from '../../local/graph/random.ts';
import { nobodyAsked } from '../fixtures/nobodyAsked.ts';
import { auditRow } from '../fixtures/rows.ts';
import { parsed } from './story.ts';

// Three recorders with what each remembers, and mails that leave meanwhile, on a table that answers when it
// likes, loses answers and fails. Whatever becomes of each of their steps: a change is told, and told once.

const start = Date.parse('2026-11-24T23:58:30Z');
const people = 60;
const games = 20;

/** A table whose answers take some turns, get lost, or never come to be. */
class Rough extends MemoryStore {
  readonly #random: Random;
  isCalm = false;

  constructor(random: Random) {
    super();
    this.#random = random;
  }

  override async get(keys: StoreKeys): Promise<StoredRow | undefined> {
    await this.#turns();
    const row = await super.get(keys);
    await this.#turns();
    return row;
  }

  override async *query(query: Query): AsyncGenerator<StoredRow> {
    await this.#turns();
    yield* super.select(query);
    await this.#turns();
  }

  override async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    await this.#turns();
    if (this.#happens(0.02)) throw new StorageFailure('busy', { status: 503 });
    const etags = await super.transact(writes);
    await this.#turns();
    // The request is repeated, and meets its own rows.
    if (this.#happens(0.02)) throw new LedgerConflict('another writer was first');
    if (this.#happens(0.01)) throw new StorageFailure('no answer');
    return etags;
  }

  #happens(chance: number): boolean {
    return !this.isCalm && this.#random.next() < chance;
  }

  async #turns(): Promise<void> {
    for (let left = this.#random.below(4); left > 0; left -= 1) await setImmediate();
  }
}

/** Each registers a phone: a row of the directory, one of the service, and for some the first again. */
function rowsOf(random: Random) {
  return Array.from({ length: people }, (_, at) => {
    const id = `0a1b2c3d-0000-4000-8000-${String(at).padStart(12, '0')}`;
    const upn = `u${at}@contoso.example`;
    const from = start + random.below(180_000);
    const common = { target: { id, upn }, by: { id, userPrincipalName: upn } };
    const time = (ms: number) => new Date(from + ms).toISOString();
    const named = auditRow({ ...common, id: `named ${at}`, time: time(600) });
    const directory = auditRow({
      ...common,
      id: `directory ${at}`,
      time: time(0),
      service: 'Core Directory',
      activity: 'Update user',
      reason: '',
      properties: [
        [
          'StrongAuthenticationUserDetails',
          '[]',
          JSON.stringify([{ PhoneNumber: `+1 20055501${at}` }]),
        ],
      ],
    });
    const again = auditRow({ ...common, id: `again ${at}`, time: time(900) });
    const sibling = { ...again, correlationId: named.correlationId };
    return [named, directory, ...(at % 3 === 0 ? [sibling] : [])];
  }).flat();
}

async function play(seed: number) {
  const random = seededRandom(seed);
  const store = new Rough(random);
  const ledger = new Ledger(store);
  let now = start + 200_000;
  const counts = { conflicts: 0, failures: 0, sent: 0 };
  const log: Log = (_, event) => {
    if (event === 'ledger.conflict') counts.conflicts += 1;
  };
  const queue = new MemoryQueue();
  const rooms = {
    config: rehearsalConfig({ ORGANIZATION_NAME: 'Contoso' }),
    graph: nobodyAsked,
    ledger,
    queue,
    now: () => new Date(now),
    wait: async () => {},
  };
  const room = { ...readingRoom(rooms), log };
  const group = { ...room.group, startedAt: '2026-11-24T08:00:00Z' };

  const rows = rowsOf(random);
  const byTime = parsed(rows).sort((one, other) =>
    one.activityDateTime < other.activityDateTime ? -1 : 1,
  );
  /** Rows that are listed by now, in pages; some come late. */
  const pagesFrom = (share: number) => {
    const listed = byTime.filter(() => random.next() < share);
    const size = 1 + random.below(50);
    return Array.from({ length: Math.ceil(listed.length / size) }, (_, at) => ({
      records: listed.slice(at * size, (at + 1) * size),
      unparsable: [],
    }));
  };
  let view = new LedgerView(ledger);
  const run = async (known: LedgerView, share: number) => {
    const recorder = new Recorder(room, await ledger.readState(), known);
    const pages = pagesFrom(share);
    const given = (async function* () {
      yield* pages;
    })();
    for await (const _ of recordAll(recorder, given, group)) {
      // Each page counts by itself.
    }
    await recorder.lanes.save();
  };
  const poll = async () => {
    const known = view;
    // What a run that fails has recorded, the next one must meet in the ledger.
    view = new LedgerView(ledger);
    await run(known, 0.5 + random.next() / 2);
    view = known;
  };
  const sweep = () => run(new LedgerView(ledger), random.next());
  const send = async () => {
    for await (const { notifications } of ledger.readOpen('0', { claimed: false })) {
      for (const { notification, etag } of notifications) {
        if (random.next() < 0.5 || notification.changes.some(({ held }) => held)) continue;
        const at = new Date(now);
        const holder = { sender: notification.sender, looked: false };
        const claimed = claim(notification, holder, at, { leaseSeconds: 300 });
        if (claimed.kind !== 'held') continue;
        const held = await ledger.replace(claimed.row, etag);
        const ending = { state: 'sent', reason: 'userTold' } as const;
        await ledger.replace(settle(claimed.row, { kind: 'ended', ending }, at), held);
        counts.sent += 1;
      }
    }
  };
  const often = async (work: () => Promise<void>, times: number) => {
    for (let time = 0; time < times; time += 1) {
      await work().catch((error: unknown) => {
        if (!(error instanceof LedgerConflict) && !(error instanceof StorageFailure)) throw error;
        counts.failures += 1;
      });
      now += random.below(12_000);
      await setImmediate();
    }
  };
  await Promise.all([often(poll, 12), often(sweep, 6), often(sweep, 6), often(send, 12)]);
  store.isCalm = true;
  await run(view, 1);
  await run(new LedgerView(ledger), 1);
  const { notifications, seen } = await ledger.readRange('2026-11-24', '2026-11-26');
  const told = notifications
    .map(({ notification }) => notification)
    .filter(({ state, followUp }) => state !== 'suppressed' && !followUp)
    .flatMap(({ changes }) => changes.map(({ target }) => target.userPrincipalName ?? ''))
    .toSorted();
  return { told, seen: seen.size, rows: rows.length, counts };
}

const everybody = Array.from({ length: people }, (_, at) => `u${at}@contoso.example`).toSorted();

test('a change is told once, whoever records it', async () => {
  const all = { conflicts: 0, failures: 0, sent: 0 };
  for (let seed = 1; seed <= games; seed += 1) {
    const { told, seen, rows, counts } = await play(seed);
    expect({ seed, told }).toEqual({ seed, told: everybody });
    expect(seen).toBe(rows);
    for (const name of ['conflicts', 'failures', 'sent'] as const) all[name] += counts[name];
  }
  expect(all.conflicts).toBeGreaterThan(5 * games);
  expect(all.failures).toBeGreaterThan(games);
  expect(all.sent).toBeGreaterThan(10 * games);
});
