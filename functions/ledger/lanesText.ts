import * as z from 'zod/mini';
import { once } from '../once.ts';
import { type Lane, type Lanes, lane, parsedJson } from './lanes.ts';

// Lanes as their row keeps them: times as differences to the one before, without names. An entity holds
// a megabyte, at two bytes a character, and one lane up to a thousand preempted slots.

const difference = z.number();

const compactLane = once(() =>
  z.object({
    runs: z.array(z.tuple([difference, z.number(), difference])),
    preempted: z.array(z.union([z.tuple([difference, difference]), z.tuple([difference])])),
    hours: z.array(z.tuple([z.number(), z.number()])),
  }),
);

type CompactLane = z.output<ReturnType<typeof compactLane>>;

/** Differences to the value before; the first to zero. */
function differences() {
  let before = 0;
  return (value: number) => {
    const difference = value - before;
    before = value;
    return difference;
  };
}

/** What {@link differences} were made of. */
function sums() {
  let sum = 0;
  return (difference: number) => {
    sum += difference;
    return sum;
  };
}

function compacted({ runs, preempted, hours }: Lane): CompactLane {
  const [time, at, instead] = [differences(), differences(), differences()];
  return {
    runs: runs.map(({ from, interval, end }) => [time(from), interval, time(end)]),
    preempted: preempted.map((slot) =>
      slot.instead === undefined ? [at(slot.at)] : [at(slot.at), instead(slot.instead)],
    ),
    hours: hours.map(([hour, count]) => [hour, count]),
  };
}

function expanded({ runs, preempted, hours }: CompactLane): Lane {
  const [time, at, instead] = [sums(), sums(), sums()];
  return {
    runs: runs.map(([from, interval, end]) => ({ from: time(from), interval, end: time(end) })),
    preempted: preempted.map(([slot, other]) =>
      other === undefined ? { at: at(slot) } : { at: at(slot), instead: instead(other) },
    ),
    hours,
  };
}

/** JSON of lanes, for their row. */
export const lanesText = (lanes: Lanes): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(lanes).map(([mailbox, one]) => [mailbox, compacted(one)])),
  );

/** Reads lanes back, also those that an earlier version wrote with names and whole times. */
export const storedLanes = once(() =>
  z.pipe(
    z.pipe(z.string(), z.transform(parsedJson)),
    z.record(z.string(), z.union([z.pipe(compactLane(), z.transform(expanded)), lane()])),
  ),
);
