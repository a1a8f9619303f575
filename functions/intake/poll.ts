import { LedgerView } from '../ledger/ledgerView.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Clock, Log } from '../log.ts';
import { catchUp, type ReadingRoom, type RunResult } from './catchUp.ts';
import { reviveRecent } from './sweep.ts';

/** Reading that is further behind than this, in seconds, is said at level warn. */
const lateSeconds = 15 * 60;

/** Where all of the overlap takes more pages than this, it is read less often than each minute. */
const fewPages = 2;
/** All of it so often, in minutes; in between only the latest, and few rows are later than that. */
const wholeMinutes = 10;
const shortOverlapMinutes = 10;

/** Polls of one process, one after the other. */
export class Poll {
  // A run that failed, or a process that died, may have recorded what it did not enqueue.
  #lookForLost = true;
  #view: LedgerView | undefined;
  /** The last run that read all of the overlap. */
  #whole = { at: 0, pages: 0 };

  /** Reads what is new, and says what came of it. Throws what `catchUp` throws. */
  async run(room: ReadingRoom): Promise<Omit<RunResult, 'resumed'>> {
    const look = this.#lookForLost;
    this.#lookForLost = true;
    let revived = 0;
    const meet = async (rows: readonly Notification[]) => {
      revived += await reviveRecent(rows, room);
    };
    // What a run that fails has recorded, the next one must meet in the ledger.
    const view = this.#view ?? new LedgerView(room.ledger);
    this.#view = undefined;
    const at = room.now().getTime();
    const isBusy = this.#whole.pages > fewPages;
    const whole = !isBusy || at - this.#whole.at >= wholeMinutes * 60_000;
    const most = room.overlapMinutes + (isBusy ? wholeMinutes : 0);
    const overlapMinutes = whole ? most : Math.min(room.overlapMinutes, shortOverlapMinutes);
    const reading = { ...room, overlapMinutes, ...(look && { meet }) };
    const { resumed, ...result } = await catchUp(reading, view);
    if (whole && result.complete && !resumed) this.#whole = { at, pages: result.pages };
    this.#view = view;
    this.#lookForLost = false;
    reportPoll(result, revived, room);
    return result;
  }
}

/** Says what a poll did, and how far behind the present it is. */
export function reportPoll(
  { readTo, recognised, unknown, ...counts }: Omit<RunResult, 'resumed'>,
  revived: number,
  { log, now }: { readonly log: Log; readonly now: Clock },
): void {
  const behind = Math.max(0, Math.round((now().getTime() - Date.parse(readTo)) / 1000));
  const lag = counts.complete ? 0 : behind;
  log(
    'info',
    'poll.finished',
    { ...counts, revived },
    {
      'audit.lag_seconds': lag,
      ...(counts.recorded > 0 && {
        'audit.records': counts.recorded,
        'changes.recognised': recognised,
        'changes.unknown': unknown,
      }),
    },
  );
  if (lag > lateSeconds) log('warn', 'audit.lagging', { seconds: lag, readTo });
}
