import type { Notification } from '../ledger/notification.ts';
import type { Slots } from '../ledger/progress.ts';

/**
 * Gives each notification a sender mailbox and a time, so that no mailbox exceeds
 * `ratePerMinute`: the mailbox that is free first, urgent ones before all others. An urgent one
 * does not queue behind what has a slot already; it moves that mailbox's next slot instead. Pure.
 */
export function paceSends(
  notifications: readonly Notification[],
  senders: readonly [string, ...string[]],
  slots: Slots,
  ratePerMinute: number,
  now: Date,
): { readonly paced: Notification[]; readonly slots: Slots } {
  const interval = 60_000 / ratePerMinute;
  const free = new Map<string, number>();
  const urgentFree = new Map<string, number>();
  for (const sender of senders) {
    free.set(sender, Math.max(now.getTime(), Date.parse(slots[sender] ?? '') || 0));
    urgentFree.set(sender, now.getTime());
  }
  const earliest = (times: Map<string, number>) =>
    senders.reduce((best, one) => ((times.get(one) ?? 0) < (times.get(best) ?? 0) ? one : best));
  const urgentFirst = [...notifications].sort(
    (one, other) =>
      +other.urgent - +one.urgent || Date.parse(one.notBefore) - Date.parse(other.notBefore),
  );
  const paced = urgentFirst.map((notification) => {
    // Most of these are never sent: they must not take the place of those that are.
    if (isHeld(notification)) return { ...notification, sender: earliest(free) };
    const lane = notification.urgent ? urgentFree : free;
    const sender = earliest(lane);
    const at = Math.max(Date.parse(notification.notBefore), lane.get(sender) ?? 0);
    lane.set(sender, at + interval);
    if (notification.urgent) free.set(sender, (free.get(sender) ?? at) + interval);
    return { ...notification, sender, notBefore: new Date(at).toISOString() };
  });
  const taken = [...free].filter(([, time]) => time > now.getTime());
  return {
    paced,
    slots: Object.fromEntries(
      taken.map(([sender, time]) => [sender, new Date(time).toISOString()]),
    ),
  };
}

const isHeld = ({ changes }: Notification) =>
  changes.length > 0 && changes.every(({ held }) => held);
