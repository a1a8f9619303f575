import type { Clock, Wait } from '../log.ts';

/** Graph's limit for the audit log: 5 requests in 10 s per app and tenant. Half a second to spare. */
const most = 5;
const periodMs = 10_500;

/** Requests that a run makes in a minute at most, which takes so many within the period: all, if it is alone. */
export const requestsPerMinute = (requests = most): number => (requests * 60_000) / periodMs;

/** What a run that is in no hurry takes of that: the daily reading, in a process of its own. */
export const unhurried = 2;

/** What a poll takes meanwhile: together they keep to the limit, and neither waits for the other. */
export const besideUnhurried = most - unhurried;

/** To be awaited before each audit request: no more than `requests` of them start within the period. */
export type Pace = (requests?: number) => Promise<void>;

/** Paces the requests of one process, so many of them within the period unless fewer are asked for. */
export function auditPacer(now: Clock, wait: Wait, usual = most): Pace {
  const started: number[] = [];
  return async (requests = usual) => {
    const oldest = started.at(-requests);
    if (started.length >= usual) started.shift();
    const pause = oldest === undefined ? 0 : oldest + periodMs - now().getTime();
    // Where the clock was set back, the oldest lies ahead: nobody waits for longer than the period.
    if (pause > 0) await wait(Math.min(pause, periodMs));
    started.push(now().getTime());
  };
}
