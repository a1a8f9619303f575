import type { Clock, Wait } from '../log.ts';

/** Graph's limit for the audit log: 5 requests in 10 s per app and tenant. Half a second to spare. */
const most = 5;
const periodMs = 10_500;

/** Requests that a run in a hurry makes in a minute at most. */
export const requestsPerMinute = (most * 60_000) / periodMs;

/**
 * What a run that is in no hurry takes of that, so that it leaves enough for a poll of another process.
 */
export const unhurried = 2;

/**
 * Returns a function to await before each audit request: no more than `requests` of them start within
 * the period.
 */
export function auditPacer(now: Clock, wait: Wait, requests = most): () => Promise<void> {
  const started: number[] = [];
  return async () => {
    const oldest = started.length < requests ? undefined : started.shift();
    const pause = oldest === undefined ? 0 : oldest + periodMs - now().getTime();
    // Where the clock was set back, the oldest lies ahead: nobody waits for longer than the period.
    if (pause > 0) await wait(Math.min(pause, periodMs));
    started.push(now().getTime());
  };
}
