import type { Lanes, Pauses } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Clock } from '../log.ts';
import { retry } from '../retry.ts';
import { givenBack } from './lane.ts';
import { type CopySettings, mostRecipients, planSends } from './plan.ts';
import type { Mailboxes } from './planned.ts';

/** What is looked at again after so long, in ms: less than the time by which a slot is preempted ahead. */
const freshMs = 3000;

/** As many processes may want slots at the same moment. Each time, one of them gets what it wants. */
const mostTries = 60;

interface Wish {
  readonly row: Notification;
  readonly pauses: Pauses;
  readonly grant: (row: Notification) => void;
  readonly refuse: (error: unknown) => void;
}

/** What the planner has given away since a mail got its slot, and what other processes learned. */
export class Line {
  readonly #ledger: Ledger;
  readonly #mailboxes: Omit<Mailboxes, 'pauses'>;
  readonly #copies: CopySettings;
  readonly #now: Clock;
  #looked = 0;
  #seen: Promise<{ readonly lanes: Lanes; readonly pauses: Pauses }> | undefined;
  #wishes: Wish[] = [];
  #granting = false;

  constructor(
    ledger: Ledger,
    mailboxes: Omit<Mailboxes, 'pauses'>,
    copies: CopySettings,
    now: Clock,
  ) {
    this.#ledger = ledger;
    this.#mailboxes = mailboxes;
    this.#copies = copies;
    this.#now = now;
  }

  /** The lanes and pauses, at most some seconds old. One read for all mails that this process sends. */
  look(): Promise<{ readonly lanes: Lanes; readonly pauses: Pauses }> {
    const time = this.#now().getTime();
    // A clock that was set back must not keep what was seen for as long.
    if (!this.#seen || Math.abs(time - this.#looked) >= freshMs) {
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

  /**
   * The row with another slot, in whichever mailbox has one first. Rows that want one while others of
   * this process get theirs get them together. Throws what storage throws.
   */
  newSlot(row: Notification, pauses: Pauses): Promise<Notification> {
    const { promise, resolve: grant, reject: refuse } = Promise.withResolvers<Notification>();
    this.#wishes.push({ row, pauses, grant, refuse });
    if (!this.#granting) void this.#grantAll();
    return promise;
  }

  async #grantAll(): Promise<void> {
    this.#granting = true;
    while (this.#wishes.length > 0) {
      const wishes = this.#wishes;
      this.#wishes = [];
      try {
        const granted = await this.#grant(wishes);
        for (const { row, grant } of wishes) grant(granted.get(row.key) ?? row);
      } catch (error) {
        for (const { refuse } of wishes) refuse(error);
      }
    }
    this.#granting = false;
  }

  #grant(wishes: readonly Wish[]): Promise<ReadonlyMap<string, Notification>> {
    const moved = (error: unknown) => error instanceof LedgerConflict;
    return retry(mostTries, moved, async () => {
      const now = this.#now();
      const { lanes: stored, pauses: known } = await this.#ledger.readState();
      const pauses = wishes.map((wish) => wish.pauses).reduce(latestOf, known);
      // They will be sent, whether they were held or not.
      const due = wishes.map(({ row }) => ({ ...row, changes: [], notBefore: now.toISOString() }));
      const before = wishes.reduce(
        (lanes, { row }) => without(row, lanes, this.#copies),
        stored?.value ?? {},
      );
      const plan = planSends(due, { ...this.#mailboxes, pauses }, before, this.#copies, now);
      await this.#ledger.writeLanes(plan.lanes, stored?.etag);
      const changes = new Map(wishes.map(({ row }) => [row.key, row.changes]));
      return new Map(
        plan.paced.map((row) => [row.key, { ...row, changes: changes.get(row.key) ?? [] }]),
      );
    });
  }
}

/** What was planned for a mail that did not leave counts no more. */
function without(row: Notification, lanes: Lanes, copies: CopySettings): Lanes {
  const { [row.sender]: lane } = lanes;
  if (!lane || row.slotUntil === undefined) return lanes;
  const back = givenBack(lane, lastSlot(row, lanes), mostRecipients(row, copies));
  return { ...lanes, [row.sender]: back };
}

/** The slot of a mail, wherever urgent ones have moved it to, one after the other. In ms since 1970. */
function lastSlot(row: Notification, lanes: Lanes): number {
  const at = Date.parse(row.notBefore);
  const instead = row.inLine ? movedTo(row, lanes) : undefined;
  // They move later only.
  if (instead === undefined || instead <= at) return at;
  return lastSlot({ ...row, notBefore: new Date(instead).toISOString() }, lanes);
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
