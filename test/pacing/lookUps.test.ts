import { expect, test } from 'vitest';
import { auditPacer, besideLookUps, mostLookUps, unhurried } from '../../functions/audit/pacer.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { lookUpsRef } from '../../functions/ledger/progress.ts';
import { LedgerConflict, StorageFailure } from '../../functions/ledger/store.ts';
import {
  lookUpPause,
  lookUpReserver,
  lookUpTaker,
  type TakeLookUp,
} from '../../functions/pacing/lookUps.ts';
import { VirtualClock } from '../lab/scale/virtualClock.ts';

const start = new Date('2026-11-24T09:00:00Z');
const at = start.getTime();

/** Processes on one ledger, whose requests for the log and look-ups all count against Graph's limit. */
function tenant() {
  const clock = new VirtualClock(start);
  const ledger = new Ledger(new MemoryStore());
  const requests: { readonly of: string; readonly time: number }[] = [];
  const share = (besides: number) => ({
    besides,
    reserve: lookUpReserver(ledger, clock.now, besides > 0),
  });
  const asked = (of: string) => requests.push({ of, time: clock.time });
  return {
    clock,
    ledger,
    requests,
    taker: () => lookUpTaker(ledger, clock.now),
    pacer: (requests?: number) =>
      auditPacer(
        clock.now,
        clock.sleep,
        requests,
        share(requests === undefined ? besideLookUps : 0),
      ),
    asked,
    async look(take: TakeLookUp) {
      if ((await take()) === 0) asked('lookUp');
    },
  };
}

/** The most requests that start within any ten seconds. */
const mostAtOnce = (requests: readonly { readonly time: number }[]) =>
  Math.max(
    ...requests.map(
      ({ time }) => requests.filter((one) => one.time >= time && one.time < time + 10_000).length,
    ),
  );

test('all processes together take three look-ups in ten seconds, and learn when the next may be', async () => {
  const { taker, clock, requests, look } = tenant();
  const takers = [taker(), taker(), taker()];
  for (const take of takers) {
    clock.task(async () => {
      for (let number = 0; number < 600; number += 1) {
        await look(take);
        await clock.sleep(100);
      }
    });
  }
  await clock.run(at + 60_000);
  expect(mostAtOnce(requests)).toBe(mostLookUps);
  expect(requests.length).toBeGreaterThanOrEqual(10);
});

test('a process that wrote last asks storage no more, whether there is room or not', async () => {
  const { taker, ledger, clock } = tenant();
  const take = taker();
  expect([await take(), await take(), await take(), await take()]).toEqual([0, 0, 0, 10_500]);
  let reads = 0;
  const read = ledger.readLookUps.bind(ledger);
  ledger.readLookUps = () => {
    reads += 1;
    return read();
  };
  clock.task(async () => {
    await clock.sleep(10_000);
    expect(await take()).toBe(500);
    await clock.sleep(500);
    expect([await take(), await take()]).toEqual([0, 0]);
    expect(reads).toBe(0);
    expect(await taker()()).toBe(0);
    expect(await take()).toBeGreaterThan(0);
    expect(reads).toBe(2);
  });
  await clock.run(at + 20_000);
});

test.each([
  ['a poll that catches up', undefined],
  ['the daily reading beside polls', unhurried],
] as const)('%s keeps to the limit beside look-ups, and gives them back', async (_, share) => {
  const { taker, pacer, clock, requests, asked, look } = tenant();
  const [take, pace] = [taker(), pacer(share)];
  const beside = share === undefined ? 0 : besideLookUps;
  clock.task(async () => {
    for (;;) {
      await look(take);
      await clock.sleep(700);
    }
  });
  clock.task(async () => {
    await clock.sleep(31_000);
    for (let number = 0; number < 40; number += 1) {
      await pace();
      asked('log');
      await clock.sleep(100);
    }
  });
  await clock.run(at + 10 * 60_000);
  expect(mostAtOnce(requests)).toBeLessThanOrEqual(5 - beside);
  const log = requests.filter(({ of }) => of === 'log').map(({ time }) => time);
  const lookUps = requests.filter(({ of }) => of === 'lookUp').map(({ time }) => time);
  const [first = 0, last = 0] = [log[0], log.at(-1)];
  // Not slower than by the limit, but for the period that begins with somebody else's look-ups.
  expect(last - first).toBeLessThan((40 / (share ?? 5) + 1) * 10_600);
  expect(lookUps.filter((time) => time > first + 1000 && time < last)).toEqual([]);
  expect(lookUps.filter((time) => time > last + 11_000).length).toBeGreaterThan(10);
});

test.each([0, 3000, 7000])(
  'a poll that takes all, %i ms after the daily reading began, keeps to the limit beside it',
  async (after) => {
    const { pacer, clock, requests, asked } = tenant();
    for (const [of, pace, begins] of [
      ['daily', pacer(unhurried), 0],
      ['poll', pacer(), after],
    ] as const) {
      clock.task(async () => {
        await clock.sleep(begins);
        for (let number = 0; number < 20; number += 1) {
          await pace();
          asked(of);
          await clock.sleep(100);
        }
      });
    }
    await clock.run(at + 10 * 60_000);
    expect(requests).toHaveLength(40);
    expect(mostAtOnce(requests)).toBeLessThanOrEqual(5);
  },
);

test('a poll of two requests leaves look-ups theirs, and writes nothing', async () => {
  const { taker, pacer, ledger, clock, requests, asked, look } = tenant();
  const [take, pace] = [taker(), pacer()];
  clock.task(async () => {
    for (;;) {
      await look(take);
      await clock.sleep(300);
    }
  });
  clock.task(async () => {
    for (;;) {
      for (let number = 0; number < 2; number += 1) {
        await pace();
        asked('log');
      }
      await clock.sleep(20_000);
    }
  });
  await clock.run(at + 120_000);
  expect(mostAtOnce(requests)).toBe(5);
  expect((await ledger.readLookUps())?.value.noneUntil).toBe(0);
});

test('a clock that was wrong keeps nobody waiting', () => {
  const hour = 3_600_000;
  expect(lookUpPause({ at: [at + hour, at + hour], noneUntil: 0 }, at)).toBe(0);
  expect(lookUpPause({ at: [], noneUntil: at + hour }, at)).toBe(0);
  expect(lookUpPause({ at: [], noneUntil: at + 12_000 }, at)).toBe(12_000);
  expect(lookUpPause({ at: [at - 3000, at - 2000, at - 1000], noneUntil: 0 }, at)).toBe(7500);
});

test.each([
  new LedgerConflict('another writer was first'),
  new StorageFailure('busy', { status: 503, code: 'ServerBusy' }),
])('where storage fails there is no look-up, and it is asked anew: $message', async (failure) => {
  const { taker, ledger } = tenant();
  const take = taker();
  const write = ledger.writeLookUps.bind(ledger);
  ledger.writeLookUps = async () => {
    throw failure;
  };
  expect(await take()).toBe(10_500);
  ledger.writeLookUps = write;
  expect(await take()).toBe(0);
});

test('what can’t be read of it is done without, and written over', async () => {
  const { taker, ledger } = tenant();
  await ledger.store.put({ ...lookUpsRef, at: 'soon', noneUntil: 7 });
  expect(await taker()()).toBe(0);
  expect((await ledger.readLookUps())?.value.at).toHaveLength(1);
});
