import type { Lane, Lanes, Pauses } from '../ledger/lanes.ts';
import type { Notification } from '../ledger/notification.ts';
import { emptyLane, endOf, laneRules, nextSlot, type Slot, tidied, urgentSlot } from './lane.ts';

/** The mailboxes to send from, and what they bear. */
export interface Mailboxes {
  readonly senders: readonly [string, ...string[]];
  /** For each of them. */
  readonly ratePerMinute: number;
  readonly pauses: Pauses;
}

/** What decides about copies, as far as it can be told before people are looked up. */
export interface CopySettings {
  readonly copyManager: 'always' | 'risky' | 'never';
  /** Mailboxes of the security team. */
  readonly securityCopies: number;
}

/** The most recipients that a notification may turn out to have. */
export function mostRecipients(
  { bulk, urgent, summary, test }: Notification,
  { copyManager, securityCopies }: CopySettings,
): number {
  if (bulk || test) return 1;
  if (summary) return Math.max(1, securityCopies);
  const manager = copyManager === 'always' || (copyManager === 'risky' && urgent) ? 1 : 0;
  return 1 + manager + (urgent ? securityCopies : 0);
}

/** Recipients of a mail that is not urgent. */
export const usualRecipients = ({ copyManager }: Pick<CopySettings, 'copyManager'>): number =>
  copyManager === 'always' ? 2 : 1;

/** Notifications with a mailbox and a time each, and the lanes in which those are given away. */
interface Plan {
  readonly paced: Notification[];
  readonly lanes: Lanes;
  /** An urgent mail preempts somebody's slot: that one must learn of it soon. */
  readonly preempts: boolean;
}

/**
 * Gives each notification a mailbox and a time: the mailbox that is free first, within its rate, its
 * pause and its recipients of a day. Urgent ones come before all others, whatever has a slot already;
 * among the others, nobody's second before everybody's first. Pure.
 */
export function planSends(
  notifications: readonly Notification[],
  { senders, ratePerMinute, pauses }: Mailboxes,
  given: Lanes,
  copies: CopySettings,
  now: Date,
): Plan {
  const rules = new Map(
    senders.map((sender) => [sender, laneRules(ratePerMinute, pauses[sender], now)] as const),
  );
  const lanes = new Map<string, Lane>();
  for (const sender of senders) lanes.set(sender, tidied(given[sender] ?? emptyLane, now));
  let preempts = false;
  const earliest = (find: (lane: Lane, of: NonNullable<ReturnType<typeof rules.get>>) => Slot) => {
    let best: (Slot & { sender: string }) | undefined;
    for (const [sender, of] of rules) {
      const found = find(lanes.get(sender) ?? emptyLane, of);
      // As early elsewhere: where the line is shorter.
      const shorter = best?.at === found.at && endOf(found.lane) < endOf(best.lane);
      if (!best || found.at < best.at || shorter) best = { ...found, sender };
    }
    return best as Slot & { sender: string };
  };
  const paced = inOrder(notifications).map((notification): Notification => {
    const recipients = mostRecipients(notification, copies);
    const due = Date.parse(notification.notBefore);
    const { sender, at, until, lane, inLine } = earliest((free, of) =>
      notification.urgent
        ? urgentSlot(free, due, recipients, usualRecipients(copies), of)
        : nextSlot(free, due, recipients, of),
    );
    // Most of these are never sent: they must not take the place of those that are.
    if (isHeld(notification)) return { ...notification, sender };
    preempts ||= lane.preempted.length > (lanes.get(sender)?.preempted.length ?? 0);
    lanes.set(sender, lane);
    const notBefore = new Date(at).toISOString();
    const slotUntil = new Date(until).toISOString();
    return { ...notification, sender, notBefore, slotUntil, ...(inLine && { inLine }) };
  });
  return { paced, lanes: Object.fromEntries(lanes), preempts };
}

/** Urgent ones first, then everybody's first, everybody's second; of the same kind, what is due first. */
function inOrder(notifications: readonly Notification[]): Notification[] {
  const counts = new Map<string, number>();
  const ranked = notifications
    .toSorted((one, other) => Date.parse(one.notBefore) - Date.parse(other.notBefore))
    .map((notification) => {
      const { id, userPrincipalName } = notification.target;
      const user = (id ?? userPrincipalName ?? '').toLowerCase();
      const rank = counts.get(user) ?? 0;
      counts.set(user, rank + 1);
      return { notification, rank };
    });
  return ranked
    .sort(
      (one, other) =>
        +other.notification.urgent - +one.notification.urgent || one.rank - other.rank,
    )
    .map(({ notification }) => notification);
}

const isHeld = ({ changes }: Notification) =>
  changes.length > 0 && changes.every(({ held }) => held);
