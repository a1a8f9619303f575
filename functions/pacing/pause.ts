import type { Pause } from '../ledger/lanes.ts';

/** What an answer of Exchange means for the mailbox that was sent from. */
export interface MailboxVerdict {
  /** Do not use the mailbox before then. */
  readonly pauseUntil?: Date;
  /** Somebody must mend the mailbox or the grant. */
  readonly configuration?: boolean;
  /** It was asked for more mails than it bears. */
  readonly throttled?: boolean;
}

/** A pause is shared and outlives a process: a day is the longest that Exchange means by it. */
const longestPauseMs = 24 * 3_600_000;

/** Refusals within so long are one lesson, whichever process each of them hit. */
const lessonMs = 60_000;

/** What a lesson leaves of the mails a minute that a mailbox was given. */
const lessonShare = 0.8;

/** A mailbox that bore less than it was given is tried with one mail a minute more after so long. */
const recoveryMs = 600_000;

/** Mails a minute that a mailbox bears, as far as what it refused tells. Pure. */
export function bearable(ratePerMinute: number, pause: Pause | undefined, now: Date): number {
  if (pause?.perMinute === undefined) return ratePerMinute;
  const since = Math.max(0, now.getTime() - Date.parse(pause.noted));
  return Math.min(ratePerMinute, pause.perMinute + Math.floor(since / recoveryMs));
}

/** When a mailbox may be used again, in ms since 1970; 0 where it was never paused. */
export const endOfPause = (pause: Pause | undefined): number => Date.parse(pause?.until ?? '') || 0;

/**
 * The pause of a mailbox after a refusal: at most a day long, never shorter than it was. It is given
 * fewer mails a minute if it was throttled, once for all that was refused within a minute. Pure.
 */
export function afterRefusal(
  before: Pause | undefined,
  { pauseUntil = new Date(0), throttled }: MailboxVerdict,
  ratePerMinute: number,
  now: Date,
): Pause {
  const time = now.getTime();
  const until = Math.max(endOfPause(before), Math.min(pauseUntil.getTime(), time + longestPauseMs));
  const { perMinute, noted = '' } = before ?? {};
  const kept = perMinute === undefined ? { noted: now.toISOString() } : { perMinute, noted };
  const isNew = perMinute === undefined || Math.abs(time - Date.parse(noted)) >= lessonMs;
  const borne = Math.floor(bearable(ratePerMinute, before, now) * lessonShare);
  const learned = { perMinute: Math.max(1, borne), noted: now.toISOString() };
  return { until: new Date(until).toISOString(), ...(throttled && isNew ? learned : kept) };
}
