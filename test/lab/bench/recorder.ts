import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { readConfig } from '../../../functions/config/config.ts';
import { catchUp, type ReadingRoom, type RunResult } from '../../../functions/intake/catchUp.ts';
import { Ledger } from '../../../functions/ledger/ledger.ts';
import type { NotificationQueue } from '../../../functions/ledger/queue.ts';
import { TableStore } from '../../../functions/ledger/tableStore.ts';
import { readingRoom } from '../../../functions/rooms.ts';
import { type Campaign, campaignGraph } from './campaign.ts';

/** A table of its own, and how many requests went to it. */
export class FreshTable {
  readonly client: TableClient;
  requests = 0;

  constructor(connectionString: string) {
    const name = `b${randomUUID().replaceAll('-', '')}`;
    this.client = TableClient.fromConnectionString(connectionString, name, {
      allowInsecureConnection: true,
      additionalPolicies: [
        {
          position: 'perRetry',
          policy: {
            name: 'count',
            sendRequest: (request, next) => {
              this.requests += 1;
              return next(request);
            },
          },
        },
      ],
    });
  }
}

/** What happens to see how it goes, after each request for a page. */
type OnPage = (page: number) => void;

/** Reads a whole campaign, as a poll does that comes at its end, with a queue in memory. */
export async function record(
  campaign: Campaign,
  connectionString: string,
  table: FreshTable,
  onPage: OnPage = () => {},
): Promise<RunResult> {
  const room = recordingRoom(campaign, connectionString, new Ledger(new TableStore(table.client)));
  let pages = 0;
  const pace = async () => {
    pages += 1;
    onPage(pages);
  };
  return catchUp({ ...room, pace });
}

/** The room of a process that comes when a whole campaign is in the log, with a queue in memory. */
export function recordingRoom(
  campaign: Campaign,
  connectionString: string,
  ledger: Ledger,
): ReadingRoom {
  const end = campaign.start.getTime() + campaign.people * campaign.stepMs;
  const now = () => new Date(end);
  const wait = async () => {};
  const config = readConfig({
    AzureWebJobsStorage: connectionString,
    GRAPH_BASE_URL: 'http://127.0.0.1:1',
    SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example',
    WATCH_UPDATE_USER: 'false',
    INITIAL_LOOKBACK_MINUTES: String(Math.ceil((end - campaign.start.getTime()) / 60_000)),
  });
  const graph = campaignGraph(campaign);
  const rooms = { config, graph, ledger, queue: countedQueue(), now, wait };
  return { ...readingRoom(rooms), log: () => {} };
}

/** A queue that costs nothing and keeps nothing. */
const countedQueue = (): NotificationQueue => ({ enqueue: async () => {} });
