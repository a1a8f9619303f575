import type { Watch } from '../audit/pages.ts';
import type { PollState } from '../audit/windows.ts';
import type { Lanes, Pauses } from '../ledger/lanes.ts';
import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { AppState, Stored } from '../ledger/progress.ts';
import { retry } from '../retry.ts';
import { joined } from './lane.ts';

const mostTries = 5;

/** The lanes in which one run gives slots away, and how they are kept for the next. */
export class PlannedLanes {
  readonly #ledger: Ledger;
  readonly pauses: Pauses;
  #lanes: Lanes;
  /** As storage had them when they were last read or written. */
  #before: Lanes;
  #etag: string | undefined;
  #saved = true;

  constructor(ledger: Ledger, { lanes, pauses }: Pick<AppState, 'lanes' | 'pauses'>) {
    this.#ledger = ledger;
    this.#lanes = lanes?.value ?? {};
    this.#before = this.#lanes;
    this.#etag = lanes?.etag;
    this.pauses = pauses;
  }

  get now(): Lanes {
    return this.#lanes;
  }

  set(lanes: Lanes): void {
    this.#lanes = lanes;
    this.#saved = false;
  }

  /** Keeps the lanes, if there are new ones. */
  async save(): Promise<void> {
    if (this.#saved) return;
    const joined = async (error: unknown) => {
      if (!(error instanceof LedgerConflict)) return false;
      await this.#join();
      return true;
    };
    await retry(mostTries, joined, async () => {
      const written = this.#lanes;
      this.#etag = await this.#ledger.writeLanes(written, this.#etag);
      this.#before = written;
    });
    this.#saved = true;
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
      this.#etag = etags.lanes;
      this.#before = lanes.value;
      this.#saved = true;
      return etags.poll;
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
      // Whichever of the two has moved: the slots are joined, the other is for the caller to know.
      await this.save();
      return this.#ledger.writePoll(watch, value, etag);
    }
  }

  /** A poll and a sweep at once, or a mailbox that was paused: others have given lanes away, too. */
  async #join(): Promise<void> {
    const { lanes } = await this.#ledger.readState();
    if (lanes) {
      this.#lanes = joined(this.#lanes, lanes.value, this.#before);
      this.#before = lanes.value;
    }
    this.#etag = lanes?.etag;
  }
}
