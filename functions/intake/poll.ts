import { tickSlackMs } from '../audit/windows.ts';
import type { Lanes } from '../ledger/lanes.ts';
import { LedgerView } from '../ledger/ledgerView.ts';
import { type AppState, pollsAlone } from '../ledger/progress.ts';
import type { Clock, Log } from '../log.ts';
import { catchUp, type ReadingRoom, type RunResult } from './catchUp.ts';
import { metricsOf } from './counts.ts';
import { reportCrowding, shortOverlapMinutes } from './crowding.ts';
import { StuckWatch } from './stuck.ts';

/** Reading that is further behind than this, in seconds, is said at level warn. */
const lateSeconds = 15 * 60;

/** Where all of the overlap takes more pages than this, it is read less often than at each poll. */
const fewPages = 2;
/** All of it so often, in minutes; in between only the latest, and few rows are later than that. */
const wholeMinutes = 10;

/** Polls of one process, one after the other. */
export class Poll {
  #view: LedgerView | undefined;
  readonly #stuck = new StuckWatch();
  #lanes: Lanes | undefined;
  #alone = true;
  /** Rows of "Update user" in a minute of the log, when it was last asked for. */
  #updateUser = 0;
  /** When all of the overlap was last read, in one run or several. */
  #whole = { at: 0, pages: 0 };
  /** Such a reading that is not at its end. */
  #begun: { readonly at: number; readonly pages: number } | undefined;

  /**
   * Reads what is new, says what came of it, and puts back in line what a process left that is gone.
   * Throws what `catchUp` throws.
   */
  async run(room: ReadingRoom): Promise<RunResult> {
    let result: RunResult;
    try {
      result = await this.#read(room);
    } catch (error) {
      // That the log can't be read is no reason to leave mails lying; and it is what is to be said.
      await this.#stuck.look(this.#lanes, room).catch(() => {});
      // It may have recorded what it did not enqueue.
      this.#stuck.forget();
      throw error;
    }
    const revived = await this.#stuck.look(this.#lanes, room);
    reportPoll(result, revived, room);
    this.#updateUser = result.updateUserPerMinute ?? this.#updateUser;
    const crowd = { watched: result.rowsPerMinute, updateUser: this.#updateUser };
    reportCrowding(crowd, this.#alone, room);
    return result;
  }

  async #read(room: ReadingRoom): Promise<RunResult> {
    // What a run that fails has recorded, the next one must meet in the ledger.
    const view = this.#view ?? new LedgerView(room.ledger);
    this.#view = undefined;
    const at = room.now().getTime();
    const isBusy = this.#whole.pages > fewPages;
    const whole = !isBusy || at - this.#whole.at >= wholeMinutes * 60_000 - tickSlackMs;
    const most = room.overlapMinutes + (isBusy ? wholeMinutes : 0);
    const overlapMinutes = whole ? most : Math.min(room.overlapMinutes, shortOverlapMinutes);
    const remembered = ({ lanes, chores }: AppState) => {
      this.#lanes = lanes?.value;
      this.#alone = pollsAlone(chores, room.now());
    };
    const reading = { ...room, overlapMinutes, remembered };
    const result = await catchUp(reading, view);
    const begun = result.resumed ? this.#begun : whole ? { at, pages: 0 } : undefined;
    const read = begun && { at: begun.at, pages: begun.pages + result.pages };
    // Where it takes more than one run, it would else be begun anew as soon as it is over.
    if (read && result.complete) this.#whole = read;
    this.#begun = result.complete ? undefined : read;
    this.#view = view;
    return result;
  }
}

/** Says what a poll did, and how far behind the present it is. */
export function reportPoll(
  result: RunResult,
  revived: number,
  { log, now }: { readonly log: Log; readonly now: Clock },
): void {
  const { pages, records, recorded, notifications, complete, readTo } = result;
  const behind = Math.max(0, Math.round((now().getTime() - Date.parse(readTo)) / 1000));
  const lag = complete ? 0 : behind;
  log(
    'info',
    'poll.finished',
    { pages, records, recorded, notifications, complete, revived },
    { 'audit.lag_seconds': lag, ...metricsOf(result) },
  );
  if (lag > lateSeconds) log('warn', 'audit.lagging', { seconds: lag, readTo });
}
