import { describe, expect, test } from 'vitest';
import { auditPacer, besideLookUps, unhurried } from '../../functions/audit/pacer.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { StorageFailure } from '../../functions/ledger/store.ts';
import type { Clock } from '../../functions/log.ts';
import { lookUpReserver, lookUpTaker } from '../../functions/pacing/lookUps.ts';
import { seededRandom } from '../../local/graph/random.ts';
import { VirtualClock } from '../lab/scale/virtualClock.ts';

const start = new Date('2026-11-24T09:00:00Z');
const at = start.getTime();

/** How storage answers: how long it takes in ms, and how often it fails, before or after it has written. */
interface Storage {
  readonly latency: (random: number) => number;
  readonly failing: number;
}

/** Polls, the daily reading and senders, who ask whenever chance has it, and now and then die or forget. */
class Tenant {
  readonly clock = new VirtualClock(start);
  readonly asked: { readonly of: string; readonly time: number }[] = [];
  /** Runs that storage failed. */
  failed = 0;
  readonly #ledger = new Ledger(new MemoryStore());
  readonly #random;
  readonly #storage: Storage;

  constructor(seed: number, storage: Storage) {
    this.#random = seededRandom(seed);
    this.#storage = storage;
  }

  #memory() {
    const way = async () => {
      await this.clock.sleep(this.#storage.latency(this.#random.next()) / 2);
      if (this.#random.next() < this.#storage.failing) throw new StorageFailure('busy');
    };
    const through = async <T>(work: () => Promise<T>): Promise<T> => {
      await way();
      const answer = await work();
      await way();
      return answer;
    };
    const ledger = this.#ledger;
    return {
      readLookUps: () => through(() => ledger.readLookUps()),
      writeLookUps: (...given: Parameters<typeof ledger.writeLookUps>) =>
        through(() => ledger.writeLookUps(...given)),
    };
  }

  sends(): void {
    const { clock } = this;
    const taker = () => lookUpTaker(this.#memory(), clock.now);
    let take = taker();
    clock.task(async () => {
      for (;;) {
        if (this.#random.next() < 0.02) take = taker();
        if ((await take()) === 0 && this.#random.next() < 0.95) this.#ask('lookUp');
        await clock.sleep(this.#random.next() * 3000);
      }
    });
  }

  reads(of: 'poll' | 'daily', mostAtOnce: number, pauseMs: number, now: Clock = this.clock.now) {
    const { clock } = this;
    const isDaily = of === 'daily';
    const pace = auditPacer(now, clock.sleep, isDaily ? unhurried : undefined, {
      besides: isDaily ? 0 : besideLookUps,
      reserve: lookUpReserver(this.#memory(), now, !isDaily),
    });
    clock.task(async () => {
      for (;;) {
        const requests = this.#random.next() * mostAtOnce;
        for (let made = 0; made < requests; made += 1) {
          await pace().then(
            () => this.#ask(of),
            () => {
              this.failed += 1;
            },
          );
          await clock.sleep(this.#random.next() * 500);
        }
        await clock.sleep(this.#random.next() * pauseMs);
      }
    });
  }

  #ask(of: string): void {
    this.asked.push({ of, time: this.clock.time });
  }

  count = (of: string) => this.asked.filter((one) => one.of === of).length;

  /** The most requests that start within any ten seconds. */
  get mostAtOnce(): number {
    const times = this.asked.map(({ time }) => time);
    return Math.max(
      ...times.map((first) => times.filter((one) => one >= first && one < first + 10_000).length),
    );
  }
}

const quick: Storage = { latency: (random) => random * 100, failing: 0 };

describe('however polls, the daily reading and four senders come', () => {
  test.each([
    ['storage is quick', quick],
    ['storage is slow', { latency: (random: number) => random * 1500, failing: 0 }],
    [
      'an answer now and then takes seconds',
      { latency: (random: number) => (random < 0.1 ? random * 80_000 : random * 100), failing: 0 },
    ],
    ['storage fails, after it has written, too', { ...quick, failing: 0.05 }],
  ])('no more than five requests start within ten seconds where %s', async (_, storage) => {
    const counts = { poll: 0, daily: 0, lookUp: 0 };
    for (let seed = 1; seed <= 15; seed += 1) {
      const tenant = new Tenant(seed, storage);
      for (let senders = 0; senders < 4; senders += 1) tenant.sends();
      tenant.reads('poll', 40, 20_000);
      tenant.reads('daily', 20, 40_000);
      await tenant.clock.run(at + 5 * 60_000);
      expect(tenant.mostAtOnce).toBeLessThanOrEqual(5);
      expect(tenant.failed > 0).toBe(storage.failing > 0);
      for (const of of ['poll', 'daily', 'lookUp'] as const) counts[of] += tenant.count(of);
    }
    // Of 430 for the daily reading if it were alone and never paused, of 1,070 for polls.
    expect(counts.daily / 15).toBeGreaterThan(30);
    expect(counts.poll / 15).toBeGreaterThan(60);
    expect(counts.lookUp).toBeGreaterThan(0);
  });
});

test('a poll that catches up without end leaves the daily reading its two, and takes three', async () => {
  const tenant = new Tenant(1, quick);
  tenant.reads('poll', Number.POSITIVE_INFINITY, 0);
  await tenant.clock.run(at + 60_000);
  expect(tenant.count('poll')).toBeGreaterThan(25);
  tenant.reads('daily', Number.POSITIVE_INFINITY, 0);
  await tenant.clock.run(at + 11 * 60_000);
  // Ten minutes are 57 periods.
  expect(tenant.count('daily')).toBeGreaterThan(100);
  expect(tenant.count('poll')).toBeGreaterThan(25 + 140);
  expect(tenant.mostAtOnce).toBe(5);
});

test('a clock that is set back keeps nobody from reserving, nor does one that was ahead', async () => {
  const tenant = new Tenant(1, quick);
  let offset = 3_600_000;
  tenant.reads('poll', 10, 5000, () => new Date(tenant.clock.time + offset));
  tenant.sends();
  await tenant.clock.run(at + 60_000);
  offset = 0;
  await tenant.clock.run(at + 120_000);
  const before = tenant.asked.length;
  await tenant.clock.run(at + 10 * 60_000);
  tenant.asked.splice(0, before);
  expect(tenant.mostAtOnce).toBe(5);
  expect(tenant.count('poll')).toBeGreaterThan(110);
});

test.each([
  ['poll', 45],
  ['daily', 15],
] as const)(
  'where storage takes longer than what is reserved, reading goes on: %s',
  async (of, least) => {
    const tenant = new Tenant(1, { latency: () => 3000, failing: 0 });
    tenant.reads(of, Number.POSITIVE_INFINITY, 0);
    await tenant.clock.run(at + 5 * 60_000);
    expect(tenant.count(of)).toBeGreaterThan(least);
  },
);
