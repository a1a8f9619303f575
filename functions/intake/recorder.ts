import type { AuditPage } from '../audit/pages.ts';
import { LedgerView } from '../ledger/ledgerView.ts';
import type { AppState } from '../ledger/progress.ts';
import { PlannedLanes } from '../pacing/plannedLanes.ts';
import { nothingRecorded } from './counts.ts';
import type { GroupSettings } from './group.ts';
import type { Decided, PageRecorder, PageResult, RecordingRoom } from './recordPage.ts';

/** Records the pages of one run. What it knows of the ledger and of the slots it keeps until its end. */
export class Recorder {
  readonly #room: RecordingRoom;
  readonly #view: LedgerView;
  readonly lanes: PlannedLanes;
  #pages: PageRecorder | undefined;

  /** `view`: what the process knows of the ledger from earlier runs. */
  constructor(
    room: RecordingRoom,
    state: Pick<AppState, 'lanes' | 'pauses'>,
    view = new LedgerView(room.ledger),
  ) {
    this.#room = room;
    this.#view = view;
    this.lanes = new PlannedLanes(room.ledger, state);
  }

  /** Whether a row has been recorded, as far as this process remembers: it need not be read again. */
  get isKnown(): LedgerView['isKnown'] {
    return this.#view.isKnown;
  }

  /** To be called with what has been recorded and will be read again. */
  know({ records }: AuditPage): void {
    this.#view.know(records);
  }

  /**
   * Records what is new on a page, exactly once, and enqueues it. Idempotent: after a crash or a
   * conflict the same page leads to the same rows. `lanes` is to be saved afterwards. Throws
   * `LedgerConflict` after several tries. `ahead`: what was decided before its turn came. `onWriting` is told
   * when its first transaction is about to leave.
   */
  async record(
    page: AuditPage,
    group: GroupSettings,
    ahead?: Decided,
    onWriting?: () => void,
  ): Promise<PageResult> {
    if (page.records.length + page.unparsable.length === 0) return nothing;
    return (await (await this.#loaded()).record(page, group, ahead, onWriting)) ?? nothing;
  }

  /**
   * Decides about a page while the one before is being written, as if that was done: by what is known, and
   * not all at once, for the next transaction is to leave when the answer to the last has come. Undefined
   * where something has to be read first.
   */
  async decideAhead(page: AuditPage, group: GroupSettings): Promise<Decided | undefined> {
    if (page.records.length === 0) return undefined;
    return (await this.#loaded()).decideAhead(page, group);
  }

  async #loaded(): Promise<PageRecorder> {
    const { PageRecorder } = await loadPages();
    this.#pages ??= new PageRecorder(this.#room, this.#view, this.lanes);
    return this.#pages;
  }
}

let pages: Promise<typeof import('./recordPage.ts')> | undefined;

/** Loads what decides about rows, once for each process: most polls find none, and need nothing of it. */
export function loadPages(): Promise<typeof import('./recordPage.ts')> {
  pages ??= import('./recordPage.ts').catch((error: unknown) => {
    pages = undefined;
    throw error;
  });
  return pages;
}

const nothing: PageResult = { ...nothingRecorded, known: [] };
