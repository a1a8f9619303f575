import { readEvents } from '../audit/azureMonitor.ts';
import type { AuditPage } from '../audit/pages.ts';
import { watchedRows } from '../audit/watched.ts';
import { firstState, type PollState } from '../audit/windows.ts';
import { LedgerConflict } from '../ledger/ledger.ts';
import { LedgerView } from '../ledger/ledgerView.ts';
import type { AppState } from '../ledger/progress.ts';
import type { Log } from '../log.ts';
import type { AuditRecord } from '../recognise/record.ts';
import type { ReadingRoom } from './catchUp.ts';
import { type Counts, metricsOf, nothingRecorded, plus } from './counts.ts';
import { Recorder } from './recorder.ts';
import { reviveRecent } from './stuck.ts';

/** As many as a page of Graph: what a page costs is known from there. */
const mostRecords = 500;

/** A page reads the ledger between its oldest and newest record: late ones get a page of their own. */
const longestMs = 3_600_000;

/** What receiving needs of the room in which the log is read. */
type ReceivingRoom = Omit<
  ReadingRoom,
  'graph' | 'pace' | 'eventHub' | 'overlapMinutes' | 'budgetMs' | 'remembered'
>;

/** What the app remembers is read anew after so long, in ms: batches of a busy hour follow each other at once. */
const freshMs = 3_000;

/** What a process knows from the batches before. */
interface Known {
  readonly view: LedgerView;
  readonly recorder: Recorder;
  readonly startedAt: string;
  /** When what the app remembers was read, in ms since 1970. */
  readonly at: number;
}

/** The door for events; one for each process. It records batches one after the other. */
export class EventDoor {
  #known: Known | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #log: Log = () => {};
  /** What is kept from batch to batch speaks through the invocation of the batch in hand. */
  readonly #say: Log = (...event) => this.#log(...event);

  /**
   * Records a batch of events as a poll records its pages: whatever was recorded before, by whichever
   * door, is not recorded again. Throws what the ledger and the queue throw; the same batch may then
   * be given again, and what nobody gives again is found by the poll.
   */
  async receive(events: unknown, room: ReceivingRoom): Promise<void> {
    const turn = this.#last.then(async () => {
      const known = this.#known;
      // What failed has recorded what is not known here, and perhaps not enqueued it.
      this.#known = undefined;
      this.#log = room.log;
      this.#known = await receive(events, { ...room, log: this.#say }, known);
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}

async function receive(
  events: unknown,
  room: ReceivingRoom,
  before: Known | undefined,
): Promise<Known | undefined> {
  const { passedOver, ...read } = readEvents(events, watchedRows(room));
  if (read.records.length + read.unparsable.length === 0) return before;
  // A process that died, or failed, may have recorded what it did not enqueue.
  const look = before === undefined;
  const known = await know(room, before);
  const { recorder, startedAt } = known;
  const group = { ...room.group, startedAt };
  let counts = nothingRecorded;
  try {
    for (const page of pagesOf(read)) {
      const result = await recorder.record(page, group);
      if (look) await reviveRecent(result.known, room);
      counts = plus(counts, result);
    }
  } finally {
    await recorder.lanes.save();
  }
  report(read, passedOver, counts, room);
  return known;
}

/** Reads what the app remembers, unless a batch did so just now: whoever moved it since is met when it is written. */
async function know(room: ReceivingRoom, before: Known | undefined): Promise<Known> {
  const at = room.now().getTime();
  if (before && Math.abs(at - before.at) < freshMs) return before;
  const view = before?.view ?? new LedgerView(room.ledger);
  const state = await begin(room);
  return { view, recorder: new Recorder(room, state, view), startedAt: state.startedAt, at };
}

/** Pages of records that lie close together. What can't be read goes with the first. Pure. */
export function pagesOf({ records, unparsable }: AuditPage): AuditPage[] {
  const pages: AuditRecord[][] = [[]];
  for (const record of records) {
    const page = pages.at(-1) ?? [];
    const oldest = page[0] ?? record;
    const span = Date.parse(record.activityDateTime) - Date.parse(oldest.activityDateTime);
    if (page.length < mostRecords && span <= longestMs) page.push(record);
    else pages.push([record]);
  }
  return pages.map((page, index) => ({ records: page, unparsable: index === 0 ? unparsable : [] }));
}

/**
 * What the app remembers, and since when changes are told. Where it never ran it begins now, and the
 * first poll begins where this does.
 */
async function begin(room: ReceivingRoom): Promise<AppState & Pick<PollState, 'startedAt'>> {
  const { ledger, now, initialLookbackMinutes } = room;
  const state = await ledger.readState();
  const { watched } = state.polls;
  if (watched) return { ...state, startedAt: watched.value.startedAt };
  const first = firstState(now(), initialLookbackMinutes);
  try {
    await ledger.writePoll('watched', first, undefined);
    return { ...state, startedAt: first.startedAt };
  } catch (error) {
    if (!(error instanceof LedgerConflict)) throw error;
    // Another recorder began in between: its beginning counts.
    return begin(room);
  }
}

/** Says what came, and how old its newest record is. */
function report(
  { records, unparsable }: AuditPage,
  passedOver: number,
  counts: Counts,
  { log, now }: ReceivingRoom,
): void {
  const { recorded, notifications } = counts;
  const newest = records.at(-1);
  const age = newest && Math.round((now().getTime() - Date.parse(newest.activityDateTime)) / 1000);
  log(
    'info',
    'events.received',
    { records: records.length, recorded, notifications, unparsable: unparsable.length, passedOver },
    {
      ...(age !== undefined && { 'events.delay_seconds': Math.max(0, age) }),
      ...metricsOf(counts),
    },
  );
}
