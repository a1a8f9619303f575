import type { Notification } from '../../functions/ledger/notification.ts';
import type { RehearsedMail } from './rehearse.ts';

/** How many of what, most first. */
export type Counts = readonly { readonly what: string; readonly count: number }[];

/** Mails a day, or what one minute held. Times are ISO 8601, UTC. */
export interface Load {
  /** Every day of the period, mails or none. */
  readonly days: readonly { readonly day: string; readonly mails: number }[];
  /** The minute in which most mails came up, whenever they could be sent. */
  readonly busiest: { readonly minute: string; readonly mails: number } | null;
  /** From when a mail came up to when it went out, in seconds: settling, and waiting for a slot. */
  readonly longestWaitSeconds: number;
}

export const ordered = (counts: ReadonlyMap<string, number>): Counts =>
  [...counts]
    .map(([what, count]) => ({ what, count }))
    .sort((one, other) => other.count - one.count || (one.what < other.what ? -1 : 1));

export const tally = (words: readonly string[]): Counts =>
  ordered(
    new Map([...Map.groupBy(words, (word) => word)].map(([word, { length }]) => [word, length])),
  );

/** How many people rows are about; somebody by id in one and by name in another counts twice. */
export const peopleIn = (rows: readonly Pick<Notification, 'target'>[]): number =>
  new Set(rows.map(({ target }) => target.id ?? target.userPrincipalName?.toLowerCase())).size;

const dayMs = 24 * 3_600_000;
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** When there is how much to send. */
export function loadOf(mails: readonly RehearsedMail[], from: Date, to: Date): Load {
  const byDay = new Map<string, number>();
  for (let time = Date.parse(dayOf(from.getTime())); time <= to.getTime(); time += dayMs) {
    byDay.set(dayOf(time), 0);
  }
  for (const { at } of mails) {
    const day = dayOf(at.getTime());
    byDay.set(day, (byDay.get(day) ?? 0) + 1);
  }
  const [most] = tally(mails.map(({ row }) => `${row.recordedAt.slice(0, 16)}Z`));
  // Who was looked for in vain first did not wait for a mailbox.
  const waits = mails.flatMap(({ row, at }) =>
    row.deferrals > 0 ? [] : (at.getTime() - Date.parse(row.recordedAt)) / 1000,
  );
  return {
    days: [...byDay].map(([day, count]) => ({ day, mails: count })),
    busiest: most ? { minute: most.what, mails: most.count } : null,
    longestWaitSeconds: Math.round(waits.reduce((longest, one) => Math.max(longest, one), 0)),
  };
}
