import type { Lanes, Pauses } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Clock } from '../log.ts';
import { retry } from '../retry.ts';
import { givenBack } from './lane.ts';
import { type CopySettings, type Mailboxes, mostRecipients, planSends } from './plan.ts';

/** What is looked at again after so long: less than the time by which a slot is preempted ahead. */
const freshMs = 3000;

const mostTries = 5;

/** What the planner has given away since a mail got its slot, and what other processes learned. */
export class Line {
  readonly #ledger: Ledger;
  readonly #now: Clock;
  #looked = 0;
  #seen: Promise<{ readonly lanes: Lanes; readonly pauses: Pauses }> | undefined;

  constructor(ledger: Ledger, now: Clock) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** The lanes and pauses, at most some seconds old. One read for all mails that this process sends. */
  look(): Promise<{ readonly lanes: Lanes; readonly pauses: Pauses }> {
    const time = this.#now().getTime();
    if (!this.#seen || time - this.#looked >= freshMs) {
      this.#looked = time;
      this.#seen = this.#ledger.readState().then(({ lanes, pauses }) => {
        return { lanes: lanes?.value ?? {}, pauses };
      });
      this.#seen.catch(() => {
        this.#seen = undefined;
      });
    }
    return this.#seen;
  }

  /** Another slot, in whichever mailbox has one first. Throws what storage throws. */
  async newSlot(
    row: Notification,
    { senders, ratePerMinute, pauses }: Mailboxes,
    copies: CopySettings,
  ): Promise<{ readonly sender: string; readonly at: Date }> {
    const moved = (error: unknown) => error instanceof LedgerConflict;
    return retry(mostTries, moved, async () => {
      const now = this.#now();
      const { lanes, pauses: known } = await this.#ledger.readState();
      const mailboxes = { senders, ratePerMinute, pauses: latestOf(known, pauses) };
      // It will be sent, if it is one that was held.
      const due = { ...row, changes: [], notBefore: now.toISOString() };
      const before = without(row, lanes?.value ?? {}, copies);
      const plan = planSends([due], mailboxes, before, copies, now);
      await this.#ledger.writeLanes(plan.lanes, lanes?.etag);
      const { sender, notBefore } = plan.paced[0] ?? due;
      return { sender, at: new Date(notBefore) };
    });
  }
}

/** What was planned for a mail that did not leave counts no more. */
function without(row: Notification, lanes: Lanes, copies: CopySettings): Lanes {
  const { [row.sender]: lane } = lanes;
  if (!lane) return lanes;
  const back = givenBack(lane, Date.parse(row.notBefore), mostRecipients(row, copies));
  return { ...lanes, [row.sender]: back };
}

/** Of each mailbox the pause that lasts longer. */
function latestOf(one: Pauses, other: Pauses): Pauses {
  const longer = Object.entries(other).filter(([sender, { until }]) => {
    return until > (one[sender]?.until ?? '');
  });
  return { ...one, ...Object.fromEntries(longer) };
}

/** Where a mail goes whose slot an urgent one preempted, in ms since 1970; undefined where it keeps it. Pure. */
export function movedTo(
  { urgent, sender, notBefore }: Notification,
  lanes: Lanes,
): number | undefined {
  if (urgent) return undefined;
  return lanes[sender]?.preempted.find(({ at }) => at === Date.parse(notBefore))?.instead;
}
