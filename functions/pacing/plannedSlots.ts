import type { Watch } from '../audit/pages.ts';
import type { PollState } from '../audit/windows.ts';
import type { Pauses, Slots } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { AppState, Stored } from '../ledger/progress.ts';
import { retry } from '../retry.ts';
import { together } from './lane.ts';

const mostTries = 5;

/** The slots that one run gives away, and how they are kept for the next. */
export class PlannedSlots {
  readonly #ledger: Ledger;
  readonly pauses: Pauses;
  #slots: Slots;
  #etag: string | undefined;
  #saved = true;

  constructor(ledger: Ledger, { slots, pauses }: Pick<AppState, 'slots' | 'pauses'>) {
    this.#ledger = ledger;
    this.#slots = slots?.value ?? {};
    this.#etag = slots?.etag;
    this.pauses = pauses;
  }

  get now(): Slots {
    return this.#slots;
  }

  set(slots: Slots): void {
    this.#slots = slots;
    this.#saved = false;
  }

  /** Keeps the slots, if there are new ones. */
  async save(): Promise<void> {
    if (this.#saved) return;
    const joined = async (error: unknown) => {
      if (!(error instanceof LedgerConflict)) return false;
      await this.#join();
      return true;
    };
    await retry(mostTries, joined, async () => {
      this.#etag = await this.#ledger.writeSlots(this.#slots, this.#etag);
    });
    this.#saved = true;
  }

  /** Keeps how far reading has come, and in the same transaction the slots. Returns the new ETag. */
  async saveWith(watch: Watch, { value, etag }: Partial<Stored<PollState>> & { value: PollState }) {
    if (this.#saved || etag === undefined || this.#etag === undefined) {
      await this.save();
      return this.#ledger.writePoll(watch, value, etag);
    }
    const slots = { value: this.#slots, etag: this.#etag };
    try {
      const etags = await this.#ledger.writePollAndSlots(watch, { value, etag }, slots);
      this.#etag = etags.slots;
      this.#saved = true;
      return etags.poll;
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
      // Whichever of the two has moved: the slots are joined, the other is for the caller to know.
      await this.save();
      return this.#ledger.writePoll(watch, value, etag);
    }
  }

  /** A poll and a sweep at once, or a mailbox that was paused: others have given slots away, too. */
  async #join(): Promise<void> {
    const { slots } = await this.#ledger.readState();
    if (slots) this.#slots = together(this.#slots, slots.value);
    this.#etag = slots?.etag;
  }
}
