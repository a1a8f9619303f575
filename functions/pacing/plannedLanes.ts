import type { Watch } from '../audit/pages.ts';
import type { PollState } from '../audit/windows.ts';
import type { Lanes, Pauses } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { AppState, Stored } from '../ledger/progress.ts';
import { retry } from '../retry.ts';
import { plannedAnew, slotOf } from './plan.ts';
import { areStored, type PlannedMail, plannedIn } from './planned.ts';

const mostTries = 5;

/** Rows that are written at once. */
const atOnce = 16;

/** The lanes in which one run gives slots away, and how they are kept for the next. */
export class PlannedLanes {
  readonly #ledger: Ledger;
  readonly pauses: Pauses;
  #lanes: Lanes;
  #etag: string | undefined;
  #saved = true;

  constructor(ledger: Ledger, { lanes, pauses }: Pick<AppState, 'lanes' | 'pauses'>) {
    this.#ledger = ledger;
    this.#lanes = lanes?.value ?? {};
    this.#etag = lanes?.etag;
    this.pauses = pauses;
  }

  get now(): Lanes {
    return this.#lanes;
  }

  set(lanes: Lanes): void {
    this.#lanes = lanes;
    this.#saved = !plannedIn(lanes);
  }

  /** Keeps the lanes, if there are new ones. Throws what storage throws. */
  async save(): Promise<void> {
    if (this.#saved) return;
    const outdone = async (error: unknown) => {
      if (!(error instanceof LedgerConflict)) return false;
      await this.#planAnew();
      return true;
    };
    const etag = await retry(mostTries, outdone, () =>
      this.#ledger.writeLanes(this.#lanes, this.#etag),
    );
    await this.#stored(etag);
  }

  /** Keeps how far reading has come, and in the same transaction the lanes. Returns the new ETag. */
  async saveWith(watch: Watch, { value, etag }: Partial<Stored<PollState>> & { value: PollState }) {
    if (this.#saved || etag === undefined || this.#etag === undefined) {
      await this.save();
      return this.#ledger.writePoll(watch, value, etag);
    }
    const lanes = { value: this.#lanes, etag: this.#etag };
    try {
      const etags = await this.#ledger.writePollAndLanes(watch, { value, etag }, lanes);
      await this.#stored(etags.lanes);
      return etags.poll;
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
      // Whichever of the two has moved: what was planned goes on top, the other is for the caller to know.
      await this.save();
      return this.#ledger.writePoll(watch, value, etag);
    }
  }

  /** A poll and a batch of events at once, or a mailbox that was paused: others have given lanes away, too. */
  async #planAnew(): Promise<void> {
    const { lanes } = await this.#ledger.readState();
    const planned = plannedIn(this.#lanes);
    this.#lanes = planned ? plannedAnew(lanes?.value ?? {}, planned) : (lanes?.value ?? {});
    this.#etag = lanes?.etag;
  }

  /** They are kept: whoever was moved on the way is told. */
  async #stored(etag: string): Promise<void> {
    const moved = plannedIn(this.#lanes)?.mails.filter(({ before }) => before) ?? [];
    this.#etag = etag;
    this.#saved = true;
    areStored(this.#lanes);
    for (let next = 0; next < moved.length; next += atOnce) {
      await Promise.all(moved.slice(next, next + atOnce).map((mail) => this.#move(mail)));
    }
  }

  /** Gives a mail its other slot, unless it has left its first, or somebody is at it all the time. */
  async #move(mail: PlannedMail): Promise<void> {
    const moved = (error: unknown) => error instanceof LedgerConflict;
    try {
      await retry(mostTries, moved, async () => {
        const stored = await this.#ledger.get(mail);
        if (!stored || !hasSlot(stored.notification, mail.before)) return;
        const { inLine: _, ...row } = stored.notification;
        await this.#ledger.replace({ ...row, ...slotOf(mail) }, stored.etag);
      });
    } catch (error) {
      if (!moved(error)) throw error;
    }
  }
}

const hasSlot = (
  { state, sender, notBefore, slotUntil }: Notification,
  slot: PlannedMail['before'],
): boolean =>
  state === 'pending' &&
  slotUntil !== undefined &&
  sender === slot?.sender &&
  Date.parse(notBefore) === slot.at;
