import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readConfig } from '../../../functions/config/config.ts';
import { EventDoor } from '../../../functions/intake/receive.ts';
import { Ledger } from '../../../functions/ledger/ledger.ts';
import { TableStore } from '../../../functions/ledger/tableStore.ts';
import { readingRoom } from '../../../functions/rooms.ts';
import { readEventBatchSize } from '../../../local/host/hostJson.ts';
import { monitorEvent } from '../../fixtures/azureMonitor.ts';
import { auditRow } from '../../fixtures/rows.ts';
import { campaignGraph } from './campaign.ts';
import { FreshTable } from './recorder.ts';
import { atMost, type BenchRow, short } from './row.ts';

// All memory of a process that records the largest batch of events there may be: as many as host.json
// allows, of 1 MB each, and every record in them one that is watched.

/** In MB: half of the smallest instance, whose other half is left to the Functions host. */
const most = 256;

const eventBytes = 1_000_000;

interface Peak {
  readonly before: number;
  readonly peak: number;
  readonly recorded: number;
}

/** What a process takes at most, in MB, while it records one batch. */
export async function eventMemoryRows(connectionString: string): Promise<BenchRow[]> {
  const child = fork(import.meta.filename, [connectionString], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that took events ended with ${code}`);
  });
  const [{ before, peak, recorded }] = (await Promise.race([once(child, 'message'), ended])) as [
    Peak,
  ];
  await ended.catch(() => {});
  const what = `${batchSize()} events of 1 MB, ${recorded.toLocaleString('en')} records, all memory (${short(before)} MB before)`;
  return [atMost(what, most, peak, ' MB')];
}

const batchSize = () =>
  readEventBatchSize(join(import.meta.dirname, '..', '..', '..', 'host.json'));

/** An event filled with records up to its longest, as text. */
function eventText(number: number, end: number): string {
  const records: unknown[] = [];
  let length = 0;
  while (length < eventBytes - 5000) {
    const time = new Date(end - 600_000 + records.length).toISOString().replace('Z', '0000Z');
    const id = `5eed0000-0000-4000-8000-${String(number * 10_000 + records.length).padStart(12, '0')}`;
    const upn = `person${number}-${records.length}@contoso.example`;
    const row = auditRow({
      id: `Authentication Methods_${id}_BENCH`,
      time,
      target: { id, upn },
      by: { id, userPrincipalName: upn },
      reason: 'User registered Mobile Phone SMS',
    });
    const one = (monitorEvent(row) as { readonly records: readonly unknown[] }).records[0];
    length += JSON.stringify(one).length + 1;
    records.push(one);
  }
  return JSON.stringify({ records });
}

if (import.meta.main) {
  const [connectionString = ''] = process.argv.slice(2);
  const now = new Date();
  const config = readConfig({
    AzureWebJobsStorage: connectionString,
    GRAPH_BASE_URL: 'http://127.0.0.1:1',
    SENDER_MAILBOXES: 'security@contoso.example',
    INITIAL_LOOKBACK_MINUTES: '60',
  });
  const ledger = new Ledger(new TableStore(new FreshTable(connectionString).client));
  const graph = campaignGraph({ script: [], people: 0, start: now, stepMs: 1 });
  const queue = { enqueue: async () => {} };
  const room = readingRoom({ config, graph, ledger, queue, now: () => now, wait: async () => {} });
  const before = process.memoryUsage().rss / 1e6;
  // The worker has the texts, and parses each before the function is called.
  const texts = Array.from({ length: batchSize() }, (_, index) => eventText(index, now.getTime()));
  let recorded = 0;
  await new EventDoor().receive(
    texts.map((text) => JSON.parse(text) as unknown),
    {
      ...room,
      log: (_level, _event, fields) => {
        const count = fields?.['recorded'];
        if (typeof count === 'number') recorded += count;
      },
    },
  );
  const peak = (process.resourceUsage().maxRSS * 1024) / 1e6;
  process.send?.({ before, peak, recorded }, () => process.disconnect());
}
