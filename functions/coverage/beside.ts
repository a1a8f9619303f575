import type { NextPoll } from '../config/schedule.ts';

/** Between two requests: one in ten seconds, and half a second to spare. */
const apartMs = 10_500;
/** A poll's own requests: those of its first half minute, and whoever waits for its tick gets out of its way. */
const behindMs = 30_000;
const aheadMs = 10_500;

/**
 * When a request may start that must not make a poll wait: at least ten seconds after the last one, half a
 * minute after a poll has begun, and ten seconds before the next. Where polls come so often that there is
 * no such time, at least ten seconds after the last one. Pure; times in ms since 1970.
 *
 * `nextPoll`: the first poll after a time; undefined where none ever comes.
 */
export function besidePolls(now: number, last: number | undefined, nextPoll: NextPoll): number {
  const ready = Math.max(now, last === undefined ? now : last + apartMs);
  let at = ready;
  for (let tries = 0; tries < 4; tries += 1) {
    const poll = nextPoll(new Date(at - behindMs))?.getTime();
    if (poll === undefined || poll > at + aheadMs) return at;
    at = Math.max(at + 1, poll + behindMs);
  }
  return ready;
}
