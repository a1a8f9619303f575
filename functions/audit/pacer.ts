import type { Clock, Wait } from '../log.ts';

/** Graph's limit for the audit log: 5 requests in 10 s per app and tenant. Half a second to spare. */
const requests = 5;
const periodMs = 10_500;

/** Returns a function to await before each audit request: no six of them start within the period. */
export function auditPacer(now: Clock, wait: Wait): () => Promise<void> {
  const started: number[] = [];
  return async () => {
    const oldest = started.length < requests ? undefined : started.shift();
    const pause = oldest === undefined ? 0 : oldest + periodMs - now().getTime();
    if (pause > 0) await wait(pause);
    started.push(now().getTime());
  };
}
