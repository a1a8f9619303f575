import type { Azurite } from '../../../local/azurite.ts';
import type { RequestCounts } from '../../../local/graph/requestLog.ts';
import { type Passage, Tap } from '../faults/tap.ts';

/** What the app asked of the world, in requests. Azure bills each, a `$batch` as one. */
export interface Counts {
  readonly graph: number;
  readonly tableReads: number;
  /** Those among them of what the app remembers, which serve all mails of a process. */
  readonly stateReads: number;
  readonly tableWrites: number;
  readonly messages: number;
}

/** Counts requests to storage at the wire, in a proxy before it. */
export class Meter {
  readonly #table: Tap;
  readonly #queue: Tap;
  readonly connectionString: string;
  #reads = 0;
  #stateReads = 0;
  #writes = 0;
  #messages = 0;

  private constructor(table: Tap, queue: Tap, { connectionString }: Azurite) {
    this.#table = table;
    this.#queue = queue;
    this.connectionString = connectionString
      .replace(/(?<=QueueEndpoint=)http:\/\/[^/]+/, queue.url)
      .replace(/(?<=TableEndpoint=)http:\/\/[^/]+/, table.url);
    table.rule = ({ method, path }) => {
      if (method === 'GET') this.#reads += 1;
      else this.#writes += 1;
      if (decodeURIComponent(path).includes("PartitionKey eq 'state'")) this.#stateReads += 1;
      return 'pass';
    };
    queue.rule = (passage) => {
      if (isSend(passage)) this.#messages += 1;
      return 'pass';
    };
  }

  static async open(azurite: Azurite): Promise<Meter> {
    const [table, queue] = [await Tap.open(azurite.tablePort), await Tap.open(azurite.queuePort)];
    return new Meter(table, queue, azurite);
  }

  read(graph: RequestCounts): Counts {
    return {
      graph: graph.total,
      tableReads: this.#reads,
      stateReads: this.#stateReads,
      tableWrites: this.#writes,
      messages: this.#messages,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#table.close(), this.#queue.close()]);
  }
}

const isSend = ({ method, path }: Passage) => method === 'POST' && /\/messages\?/.test(path);

/** What came to be between two readings, in each of `times`. */
export const between = (before: Counts, after: Counts, times = 1): Counts => ({
  graph: (after.graph - before.graph) / times,
  tableReads: (after.tableReads - before.tableReads) / times,
  stateReads: (after.stateReads - before.stateReads) / times,
  tableWrites: (after.tableWrites - before.tableWrites) / times,
  messages: (after.messages - before.messages) / times,
});

/** What Azure bills of them for the table. */
export const transactions = ({ tableReads, tableWrites }: Counts): number =>
  tableReads + tableWrites;
