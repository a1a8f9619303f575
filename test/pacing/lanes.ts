import type { Notification } from '../../functions/ledger/notification.ts';

export const minute = 60_000;
export const now = new Date('2026-11-24T09:00:00.000Z');
export const inMs = (ms: number): Date => new Date(now.getTime() + ms);

/** Mailboxes by the number. */
export const senders = (count: number) =>
  Array.from({ length: count }, (_, index) => `s${index}@x.example`) as [string, ...string[]];

/** A notification as far as planning looks at it. */
export const row = (key: string, more: Partial<Notification> & { delay?: number } = {}) => {
  const { delay = 0, ...rest } = more;
  return {
    key,
    urgent: false,
    target: { id: key },
    changes: [{}],
    notBefore: inMs(delay).toISOString(),
    ...rest,
  } as unknown as Notification;
};

export const rows = (count: number, more: Parameters<typeof row>[1] = {}) =>
  Array.from({ length: count }, (_, index) => row(`${more.notBefore ?? ''}${index}`, more));

/** The most of some times that are within any span that long. */
export function mostWithin(times: readonly number[], span: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  let most = 0;
  let first = 0;
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] ?? time) >= span) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
