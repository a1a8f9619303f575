import { describe, expect, test } from 'vitest';
import { CoverageCheck } from '../../functions/coverage/check.ts';
import { Register } from '../../functions/coverage/register.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { lookUpsRef } from '../../functions/ledger/progress.ts';
import { LedgerConflict, StorageFailure, type StoredRow } from '../../functions/ledger/store.ts';
import { equipContoso } from '../../local/graph/contosoMethods.ts';
import type { Fault } from '../../local/graph/faults.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

// The check goes wrong in each way that it can, beside a poll and a mail on real storage.

const openWorld = worlds();

/** Storage that fails where it is told to. */
class FailingStore extends MemoryStore {
  failure: (() => Error) | undefined;
  #fail(): void {
    if (this.failure) throw this.failure();
  }
  override async get(...given: Parameters<MemoryStore['get']>) {
    this.#fail();
    return super.get(...given);
  }
  override async *query(...given: Parameters<MemoryStore['query']>) {
    this.#fail();
    yield* super.query(...given);
  }
  override async insert(...given: Parameters<MemoryStore['insert']>) {
    this.#fail();
    return super.insert(...given);
  }
  override async replace(...given: Parameters<MemoryStore['replace']>) {
    this.#fail();
    return super.replace(...given);
  }
  override async transact(...given: Parameters<MemoryStore['transact']>) {
    this.#fail();
    return super.transact(...given);
  }
}

/** All but what a check takes of Graph's requests, as whoever looks methods up does. */
const ledgerRows = async ({ ledger }: World): Promise<StoredRow[]> => {
  const found: StoredRow[] = [];
  for await (const row of ledger.store.query({})) {
    if (row.rowKey !== lookUpsRef.rowKey) found.push(row);
  }
  return found;
};

/** A tenant whose methods were looked at once; a look at each call, and whether it threw. */
async function looking() {
  const world = await openWorld({}, { before: ({ passkeys }) => equipContoso(passkeys) });
  const store = new FailingStore();
  const ledgerStore = new FailingStore();
  const check = new CoverageCheck();
  const look = async (ledger: Ledger = world.ledger): Promise<boolean> => {
    const room = {
      graph: world.graph,
      ledger,
      register: new Register(store),
      everyHours: 0,
      nextPoll: () => undefined,
      budgetMs: 480_000,
      now: world.now,
      wait: world.wait,
      log: world.log,
    };
    world.advance(11);
    try {
      await check.run(room);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      return false;
    }
  };
  await look();
  return { world, store, ledgerStore, look };
}

/** Somebody's method changes, the check fails meanwhile, and the mail goes out all the same, once. */
async function tells(world: World, look: () => Promise<boolean>): Promise<void> {
  world.append('AdeleV');
  await look();
  await world.poll();
  await look();
  const before = await ledgerRows(world);
  await look();
  expect(await ledgerRows(world)).toEqual(before);
  await world.pass(2);
  expect(world.mails).toHaveLength(1);
  expect((await world.notifications()).map(({ state }) => state)).toEqual(['sent']);
  await look();
  expect(world.mails).toHaveLength(1);
}

describe('ledger, polls and mails are unharmed, and nothing is called well, by a check', () => {
  test.each<Fault<'registrations'>>([
    { kind: '401' },
    { kind: '429', retryAfter: 30 },
    { kind: '500' },
    { kind: '503' },
    { kind: '504' },
    { kind: 'html' },
    { kind: 'cut' },
    { kind: 'loop' },
    { kind: 'notPremium' },
    { kind: 'consentMissing' },
  ])('whose report fails: $kind', async (fault) => {
    const { world, look } = await looking();
    world.simulator.faults.set('registrations', fault);
    const checked = () => world.events.filter(({ event }) => event === 'coverage.checked').length;
    const before = checked();
    await tells(world, () => look());
    for (let again = 0; again < 4; again += 1) await look();
    expect(checked()).toBe(before);
    const unread = world.events.filter(({ event }) => event === 'coverage.unread');
    expect(unread.length > 0).toBe(fault.kind !== '429');
    world.simulator.faults.clear();
    for (let again = 0; again < 3; again += 1) await look();
    expect(checked()).toBeGreaterThan(before);
  });

  test.each<[string, () => Error]>([
    ['is out of reach', () => new StorageFailure('no connection', { code: 'ECONNREFUSED' })],
    ['is busy', () => new StorageFailure('busy', { status: 503, code: 'ServerBusy' })],
    ['refuses', () => new StorageFailure('denied', { status: 403 })],
    ['was written by another process', () => new LedgerConflict('another writer was first')],
  ])('whose register %s', async (_, failure) => {
    const { world, store, look } = await looking();
    store.failure = failure;
    await tells(world, async () => {
      expect(await look()).toBe(false);
      return false;
    });
    store.failure = undefined;
    expect(await look()).toBe(true);
  });

  test('that cannot read the ledger', async () => {
    const { world, ledgerStore, look } = await looking();
    ledgerStore.failure = () => new StorageFailure('busy', { status: 503 });
    const ledger = new Ledger(ledgerStore);
    await tells(world, async () => {
      expect(await look(ledger)).toBe(false);
      return false;
    });
  });

  test('whose register other hands have written', async () => {
    const { world, store, look } = await looking();
    await store.put({ partitionKey: 'state', rowKey: 'look', part0: 'no JSON' });
    await tells(world, async () => {
      expect(await look()).toBe(false);
      return false;
    });
  });
});

test('what a happening changes is explained by what it told', async () => {
  const { world, look } = await looking();
  world.happen('userRegistersPasskey', { user: 'MeganB@contoso.example' });
  await world.pass(3);
  await look();
  await look();
  expect(world.mails).toHaveLength(1);
  const { length } = world.events.filter(({ event }) => event === 'coverage.gap');
  expect(length).toBe(0);
  world.happen('methodWithoutRow');
  await look();
  await look();
  const gap = world.events.find(({ event }) => event === 'coverage.gap');
  expect(gap?.['users']).toMatch(/\+externalAuthMethod since/);
  await world.pass(3);
  expect(world.mails).toHaveLength(1);
});
