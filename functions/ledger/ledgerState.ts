import { RestError } from '@azure/data-tables';
import type { Watch } from '../audit/pages.ts';
import type { PollState } from '../audit/windows.ts';
import type { Unparsable } from '../recognise/record.ts';
import { absent } from './conflict.ts';
import { shortHash } from './keys.ts';
import type { Lanes, Pause } from './lanes.ts';
import { LedgerTable, replacing, type StoredRow } from './ledgerTable.ts';
import {
  type AppState,
  appState,
  type Chores,
  choresEntity,
  type KeptReport,
  lanesEntity,
  pauseRef,
  permissionsEntity,
  pollEntity,
  type Stored,
  statePartition,
  storedPause,
} from './progress.ts';

/** What is remembered beside the ledger's days. */
export class LedgerState extends LedgerTable {
  /** How far reading has come, and what else is remembered, in one query. */
  async readState(): Promise<AppState> {
    const rows: StoredRow[] = [];
    for await (const row of this.rows(`PartitionKey eq '${statePartition}'`)) rows.push(row);
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
    const [first = '', second = ''] = await this.transact([
      replacing(pollEntity(watch, poll.value), poll.etag),
      replacing(lanesEntity(lanes.value), lanes.etag),
    ]);
    return { poll: first, lanes: second };
  }

  /** The pause of a mailbox; undefined where it never had one. */
  async readPause(mailbox: string): Promise<Stored<Pause> | undefined> {
    const table = await this.ready();
    const { partitionKey, rowKey } = pauseRef(mailbox);
    const found = await absent(() => table.getEntity(partitionKey, rowKey));
    return found && storedPause(found);
  }

  /** Notes for all processes that a mailbox is to be left alone. Returns the new ETag. */
  writePause(mailbox: string, pause: Pause, etag: string | undefined): Promise<string> {
    return this.write({ ...pauseRef(mailbox), mailbox, ...pause }, etag);
  }

  async writeChores(chores: Chores): Promise<void> {
    const table = await this.ready();
    await table.upsertEntity(choresEntity(chores), 'Replace');
  }

  async readPermissions(): Promise<KeptReport | undefined> {
    return (await this.readState()).permissions;
  }

  async writePermissions(check: KeptReport): Promise<void> {
    const table = await this.ready();
    await table.upsertEntity(permissionsEntity(check), 'Replace');
  }

  /** Keeps a row that could not be parsed. False where it was kept before. */
  async keepAside({ reason, raw }: Unparsable, now: Date): Promise<boolean> {
    const table = await this.ready();
    // By content, and in one partition for good: a row read again tomorrow is the same row.
    const keys = { partitionKey: 'unparsable', rowKey: shortHash(raw) };
    try {
      await table.createEntity({ ...keys, reason, raw, keptAt: now.toISOString() });
      return true;
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 409) return false;
      throw error;
    }
  }
}
