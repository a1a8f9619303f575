import type { Clock, Wait } from '../log.ts';

/** Graph's limit for the audit log: 5 requests in 10 s per app and tenant. Half a second to spare. */
export const most = 5;
export const periodMs = 10_500;

/** Requests that a run makes in a minute at most, which takes so many within the period: all, if it is alone. */
export const requestsPerMinute = (requests = most): number => (requests * 60_000) / periodMs;

/** What a run that is in no hurry takes of that: the daily reading, in a process of its own. */
export const unhurried = 2;

/** What a poll takes meanwhile: together they keep to the limit, and neither waits for the other. */
export const besideUnhurried = most - unhurried;

/** Look-ups of all processes together within the period. Most polls make one request or two, and need no more. */
export const mostLookUps = 3;

/** What a poll takes without reserving theirs. */
export const besideLookUps = most - mostLookUps;

/** To be awaited before each audit request: no more than `requests` of them start within the period. */
export type Pace = (requests?: number) => Promise<void>;

/** The part of the limit that looking people's methods up has, unless somebody reserves it. */
export interface LookUpShare {
  /** So many requests within the period leave look-ups theirs; for more, theirs are reserved. */
  readonly besides: number;
  readonly reserve: () => Promise<Reserved>;
}

/** Times in ms since 1970. */
interface Reserved {
  /** Nobody looks up until then. */
  readonly until: number;
  /** When others made requests, or may yet make them. */
  readonly others: readonly number[];
}

/**
 * What processes tell each other of Graph's limit. Looking people's methods up has five requests in ten
 * seconds as reading the log has, and Graph's docs don't say that they are others. Times in ms since 1970.
 */
export interface LookUps {
  /** When the last ones were made, oldest first. */
  readonly at: readonly number[];
  /** Until when there may be none: somebody reads the log as fast as it may be read. */
  readonly noneUntil: number;
}

/** How long is reserved: what is needed for one request, and 2 s more, so that a burst reserves once. In ms. */
export const reservedMs = periodMs + 2_000;
/** The longest that anybody reserves. In ms. */
export const mostReservedMs = reservedMs + periodMs;
/** So often it is reserved for one request: with storage slower than that, Graph refuses the daily reading one now and then. */
const mostReserved = 5;

/**
 * Paces the requests of one process, so many of them within the period unless fewer are asked for. Those that
 * look people's methods up count against the same limit, so it takes their share only once that is reserved.
 */
export function auditPacer(now: Clock, wait: Wait, usual = most, share?: LookUpShare): Pace {
  const started: number[] = [];
  let others: readonly number[] = [];
  let reservedUntil = 0;
  const time = () => now().getTime();
  // Whoever reserves for each request leaves polls what they take without reserving.
  const inAll = share ? share.besides + mostLookUps : most;
  const untilRoom = async (requests: number) => {
    const all = [...started, ...others].sort((one, other) => one - other);
    const oldest = Math.max(started.at(-requests) ?? -Infinity, all.at(-inAll) ?? -Infinity);
    const pause = oldest + periodMs - time();
    // Where the clock was set back, the oldest lies ahead: nobody waits for longer than the period.
    if (pause > 0) await wait(Math.min(pause, periodMs));
  };
  const isReserved = () => {
    const left = reservedUntil - time();
    // Until a period after a request: else look-ups would begin beside it. Nor after a clock was set back.
    return left >= periodMs && left <= mostReservedMs;
  };
  const needsShare = ({ besides }: LookUpShare, requests: number) =>
    requests > besides &&
    started.filter((at) => time() - at < periodMs).length >= besides &&
    !isReserved();
  return async (requests = usual) => {
    await untilRoom(requests);
    for (let tries = 0; share && needsShare(share, requests) && tries < mostReserved; tries += 1) {
      const reserved = await share.reserve();
      others = reserved.others;
      reservedUntil = reserved.until;
      await untilRoom(requests);
    }
    // In vain, where storage is slow or the daily reading may end before: then it takes no more than is always its own.
    if (share && share.besides > 0 && needsShare(share, requests)) await untilRoom(share.besides);
    if (started.length >= usual) started.shift();
    started.push(time());
  };
}
