import type { Lane, Lanes } from '../ledger/lanes.ts';
import type { Notification } from '../ledger/notification.ts';
import {
  emptyLane,
  type LaneRules,
  laneRules,
  nextPlace,
  type Place,
  type Slot,
  tidied,
  urgentPlace,
  withSlot,
} from './lane.ts';
import {
  lastPlannedIn,
  type Mailboxes,
  type Planned,
  type PlannedMail,
  withPlanned,
} from './planned.ts';

/** What decides about copies, as far as it can be told before people are looked up. */
export interface CopySettings {
  readonly copyManager: 'always' | 'risky' | 'never';
  /** Mailboxes of the security team. */
  readonly securityCopies: number;
}

/** The most recipients that a notification may turn out to have. */
export function mostRecipients(
  { bulk, urgent, summary, test, otherAddress }: Notification,
  { copyManager, securityCopies }: CopySettings,
): number {
  if (bulk || test || otherAddress !== undefined) return 1;
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

/** Lanes in which slots are given away, one after the other. */
class Slots {
  readonly #rules: ReadonlyMap<string, LaneRules>;
  readonly #usual: number;
  readonly lanes: Map<string, Lane>;

  constructor(
    { senders, ratePerMinute, pauses }: Mailboxes,
    given: Lanes,
    usual: number,
    now: Date,
  ) {
    this.#rules = new Map(
      senders.map((sender) => [sender, laneRules(ratePerMinute, pauses[sender], now)] as const),
    );
    this.lanes = new Map(
      senders.map((sender) => [sender, tidied(given[sender] ?? emptyLane, now)] as const),
    );
    this.#usual = usual;
  }

  /** The slot of the mailbox that has one first. It is not taken yet. */
  find(due: number, recipients: number, urgent: boolean): Slot & { readonly sender: string } {
    let best: (Place & { readonly sender: string }) | undefined;
    for (const [sender, rules] of this.#rules) {
      const lane = this.lanes.get(sender) ?? emptyLane;
      const found = urgent
        ? urgentPlace(lane, due, recipients, this.#usual, rules)
        : nextPlace(lane, due, recipients, rules);
      // As early elsewhere: where the line is shorter.
      const shorter = best?.at === found.at && found.endOfLane < best.endOfLane;
      if (!best || found.at < best.at || shorter) best = { ...found, sender };
    }
    const { sender, take } = best as NonNullable<typeof best>;
    return { ...take(), sender };
  }
}

/**
 * Gives each notification a mailbox and a time: the mailbox that is free first, within its rate, its
 * pause and its recipients of a day. Urgent ones come before all others, whatever has a slot already;
 * among the others, nobody's second before everybody's first. Pure.
 */
export function planSends(
  notifications: readonly Notification[],
  mailboxes: Mailboxes,
  given: Lanes,
  copies: CopySettings,
  now: Date,
): Plan {
  const usual = usualRecipients(copies);
  const slots = new Slots(mailboxes, given, usual, now);
  const { lanes } = slots;
  const mails: PlannedMail[] = [];
  let preempts = false;
  const paced = inOrder(notifications).map((notification): Notification => {
    const { day, key, urgent } = notification;
    const recipients = mostRecipients(notification, copies);
    const due = Date.parse(notification.notBefore);
    const { lane, ...slot } = slots.find(due, recipients, urgent);
    const { sender } = slot;
    // Most of these are never sent: they must not take the place of those that are.
    if (isHeld(notification)) return { ...notification, sender };
    preempts ||= slot.kind !== 'free';
    lanes.set(sender, lane);
    mails.push({ day, key, urgent, recipients, ...slot });
    return { ...notification, ...slotOf(slot) };
  });
  const planned = { mails, mailboxes, usual, now };
  return { paced, lanes: withPlanned(Object.fromEntries(lanes), planned, given), preempts };
}

/** A mail's slot, as its row has it. */
export const slotOf = ({
  sender,
  at,
  until,
  inLine,
}: Pick<PlannedMail, 'sender' | 'at' | 'until' | 'inLine'>) => ({
  sender,
  notBefore: new Date(at).toISOString(),
  slotUntil: new Date(until).toISOString(),
  ...(inLine && { inLine }),
});

/**
 * What one planner gave away, on top of what another did who was faster: whoever has a slot that is taken gets
 * another, no sooner, for its message comes then; urgent ones first. The others keep theirs. `on`: what was planned
 * into those is known as well. Pure.
 */
export function plannedAnew(faster: Lanes, planned: Planned, on?: Lanes): Lanes {
  const slots = new Slots(planned.mailboxes, faster, planned.usual, planned.now);
  const mails = planned.mails.map((mail) => {
    // What urgent mails preempt, they choose anew: the other's may have done so, too.
    const lane = slots.lanes.get(mail.sender);
    const kept = mail.kind === 'preempted' ? undefined : lane && withSlot(lane, mail);
    if (kept) slots.lanes.set(mail.sender, kept);
    return { mail, isKept: kept !== undefined };
  });
  const moved = mails
    .filter(({ isKept }) => !isKept)
    .map(({ mail }) => mail)
    .sort((one, other) => +other.urgent - +one.urgent || one.at - other.at)
    .map((mail): PlannedMail => {
      const { lane, ...slot } = slots.find(mail.at, mail.recipients, mail.urgent);
      slots.lanes.set(slot.sender, lane);
      const { sender, at } = mail;
      return { ...mail, ...slot, before: mail.before ?? { sender, at } };
    });
  const kept = mails.filter(({ isKept }) => isKept).map(({ mail }) => mail);
  const lanes = Object.fromEntries(slots.lanes);
  return withPlanned(lanes, { ...planned, mails: [...kept, ...moved] }, on);
}

/**
 * The lanes of a plan that was refused in part: beside what was there `before`, those of its mails have their slots
 * that were recorded. Pure.
 */
export function withRecorded(
  before: Lanes,
  given: Lanes,
  isRecorded: (mail: PlannedMail) => boolean,
): Lanes {
  const planned = lastPlannedIn(given);
  const mails = planned?.mails.filter(isRecorded) ?? [];
  if (!planned || mails.length === 0) return before;
  return plannedAnew(before, { ...planned, mails }, before);
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
