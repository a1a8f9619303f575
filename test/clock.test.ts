import { expect, test } from 'vitest';
import { SharedClock } from '../functions/clock.ts';

const start = Date.parse('2026-11-24T09:00:00.400Z');

/** A machine whose clock is ahead of storage's, and what an answer does to it. */
function machine(ahead: number) {
  const world = { time: start, ahead };
  const clock = new SharedClock(() => new Date(world.time + world.ahead));
  const ask = (takesMs = 20, date = (time: number) => new Date(time).toUTCString()) =>
    clock.during(
      async () => {
        world.time += takesMs / 2;
        const header = date(world.time);
        world.time += takesMs / 2;
        return header;
      },
      (header) => header,
    );
  const wrongBy = () => clock.now().getTime() - world.time;
  return { world, clock, ask, wrongBy };
}

test.each([0, 900, -900, 1900, -1900])('a clock that is %i ms off is left alone', async (ahead) => {
  const { clock, ask } = machine(ahead);
  for (let asked = 0; asked < 50; asked += 1) await ask(37);
  expect(clock.offsetMs).toBe(0);
});

test.each([600_000, -600_000, 5000, -5000, 86_400_000])(
  'a clock that is %i ms off is put right by the first answer, within a second',
  async (ahead) => {
    const { ask, wrongBy } = machine(ahead);
    expect(wrongBy()).toBe(ahead);
    await ask();
    expect(Math.abs(wrongBy())).toBeLessThan(1000);
    const before = wrongBy();
    for (let asked = 0; asked < 50; asked += 1) await ask(37);
    expect(wrongBy()).toBe(before);
  },
);

test('a clock that is set while the process runs is put right by the next answer', async () => {
  const { world, clock, ask, wrongBy } = machine(600_000);
  await ask();
  world.ahead = 0;
  await ask();
  expect(clock.offsetMs).toBe(0);
  world.ahead = -600_000;
  await ask();
  expect(Math.abs(wrongBy())).toBeLessThan(1000);
});

test('a slow answer, or one without a time, moves nothing that may be right', async () => {
  const { clock, ask } = machine(-20_000);
  await ask(60_000);
  expect(clock.offsetMs).toBe(0);
  await ask(20, () => 'yesterday');
  expect(clock.offsetMs).toBe(0);
});
