import type { LookUps } from '../audit/pacer.ts';
import type { Watch } from '../audit/pages.ts';
import type { PollState } from '../audit/windows.ts';
import type { WrittenAddresses } from '../recognise/addressChange.ts';
import type { Unparsable } from '../recognise/record.ts';
import { addressEntity, addressesOf, storedAddresses } from './addressChanges.ts';
import { shortHash } from './keys.ts';
import type { Lanes, Pause } from './lanes.ts';
import {
  type AppState,
  appState,
  type Chores,
  choresEntity,
  type KeptReport,
  lanesEntity,
  lookUpsEntity,
  lookUpsRef,
  pauseRef,
  permissionsEntity,
  pollEntity,
  type Stored,
  statePartition,
  storedLookUps,
  storedPause,
} from './progress.ts';
import {
  type Entity,
  LedgerConflict,
  type LedgerStore,
  partition,
  type StoredRow,
} from './store.ts';

/** What can't be parsed, however old. */
export const asidePartition = 'unparsable';

const notesAtOnce = 16;
/** Some ten megabytes. */
const mostNoted = 100_000;

/** What is remembered beside the ledger's days. */
export class LedgerState {
  readonly store: LedgerStore;
  /** Keys of notes on addresses that this process has made, or found. */
  readonly #noted = new Set<string>();

  constructor(store: LedgerStore) {
    this.store = store;
  }

  /** How far reading has come, and what else is remembered, in one query. */
  async readState(): Promise<AppState> {
    const rows: StoredRow[] = [];
    for await (const row of this.store.query(partition(statePartition))) rows.push(row);
    return appState(rows);
  }

  writePoll(watch: Watch, poll: PollState, etag: string | undefined): Promise<string> {
    return this.write(pollEntity(watch, poll), etag);
  }

  writeLanes(lanes: Lanes, etag: string | undefined): Promise<string> {
    return this.write(lanesEntity(lanes), etag);
  }

  /** Both in one transaction: neither is written where one of them has moved. Returns their new ETags. */
  async writePollAndLanes(
    watch: Watch,
    poll: Stored<PollState>,
    lanes: Stored<Lanes>,
  ): Promise<{ readonly poll: string; readonly lanes: string }> {
    const [first = '', second = ''] = await this.store.transact([
      { kind: 'replace', row: pollEntity(watch, poll.value), etag: poll.etag },
      { kind: 'replace', row: lanesEntity(lanes.value), etag: lanes.etag },
    ]);
    return { poll: first, lanes: second };
  }

  /** The pause of a mailbox; undefined where it never had one. */
  async readPause(mailbox: string): Promise<Stored<Pause> | undefined> {
    const found = await this.store.get(pauseRef(mailbox));
    return found && storedPause(found);
  }

  /** Notes for all processes that a mailbox is to be left alone. Returns the new ETag. */
  writePause(mailbox: string, pause: Pause, etag: string | undefined): Promise<string> {
    return this.write({ ...pauseRef(mailbox), mailbox, ...pause }, etag);
  }

  /** When people's methods were looked up, and until when they may not be; undefined where nobody ever did. */
  async readLookUps(): Promise<Stored<LookUps> | undefined> {
    const found = await this.store.get(lookUpsRef);
    return found && storedLookUps(found);
  }

  /** Returns the new ETag. */
  writeLookUps(lookUps: LookUps, etag: string | undefined): Promise<string> {
    return this.write(lookUpsEntity(lookUps), etag);
  }

  writeChores(chores: Chores): Promise<void> {
    return this.store.put(choresEntity(chores));
  }

  async readPermissions(): Promise<KeptReport | undefined> {
    return (await this.readState()).permissions;
  }

  writePermissions(check: KeptReport): Promise<void> {
    return this.store.put(permissionsEntity(check));
  }

  /**
   * Notes what was written over people's addresses. The same row again is the same note, also if erased: polls
   * read rows many times, and a synchronisation writes everybody's.
   */
  async noteAddresses(written: readonly WrittenAddresses[], now: Date): Promise<void> {
    const rows = written
      .map((one) => addressEntity(one, now))
      .filter(({ rowKey }) => !this.#noted.has(rowKey));
    for (let next = 0; next < rows.length; next += notesAtOnce) {
      await Promise.all(rows.slice(next, next + notesAtOnce).map((row) => this.#note(row)));
    }
  }

  async #note(row: Entity): Promise<void> {
    try {
      await this.store.insert(row);
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
    }
    if (this.#noted.size >= mostNoted) this.#noted.clear();
    this.#noted.add(row.rowKey);
  }

  /** What was written over a person's addresses since then. */
  async readAddresses(userId: string, since: Date) {
    const found: NonNullable<ReturnType<typeof storedAddresses>>[] = [];
    for await (const row of this.store.query(addressesOf(userId, since))) {
      const change = storedAddresses(row);
      if (change) found.push(change);
    }
    return found;
  }

  /** Keeps a row that could not be parsed. False where it was kept before. */
  async keepAside({ reason, raw }: Unparsable, now: Date): Promise<boolean> {
    // By content, and in one partition for good: a row read again tomorrow is the same row.
    const keys = { partitionKey: asidePartition, rowKey: shortHash(raw) };
    try {
      await this.store.insert({ ...keys, reason, raw, keptAt: now.toISOString() });
      return true;
    } catch (error) {
      if (error instanceof LedgerConflict) return false;
      throw error;
    }
  }

  /** Replaces a row under the ETag it was read with, or creates it. Returns the new ETag. */
  protected write(row: Entity, etag: string | undefined): Promise<string> {
    return etag === undefined ? this.store.insert(row) : this.store.replace(row, etag);
  }
}
