import { EventDoor } from '../../../functions/intake/receive.ts';
import { Ledger } from '../../../functions/ledger/ledger.ts';
import { TableStore } from '../../../functions/ledger/tableStore.ts';
import type { Log } from '../../../functions/log.ts';
import type { AuditRecord } from '../../../local/graph/auditRecord.ts';
import { campaignGraph, registration } from './campaign.ts';
import { inChild } from './real/inChild.ts';
import { FreshTable, recordingRoom } from './recorder.ts';
import { campaignOf, recorded } from './recording.ts';
import { atLeast, type BenchRow, fact, short } from './row.ts';
import { median } from './timing.ts';

// The same rows through the event hub's door as by a poll, in turns. Azure Monitor bundles records: how
// many is not documented, so it is tried with many to an event, and with few.

const turns = 5;
/** Of host.json. */
const eventsABatch = 2;

/** How fast the door is, against a poll, in a process of its own: what ran before has made one of the two quicker. */
export const doorRows = (connectionString: string, count: number): Promise<BenchRow[]> =>
  inChild(import.meta.filename, [connectionString, String(count)]);

async function compared(connectionString: string, count: number): Promise<BenchRow[]> {
  const campaign = campaignOf(registration, count);
  const rows = await rowsOf(campaign);
  const [poll, bundled, few] = [[], [], []] as [number[], number[], number[]];
  for (let turn = 0; turn < turns; turn += 1) {
    poll.push((await recorded(campaign, connectionString, 'delete')).seconds);
    bundled.push(await received(rows, 250, campaign, connectionString));
    few.push(
      (await received(rows.slice(0, rows.length / 10), 10, campaign, connectionString)) * 10,
    );
  }
  const speed = (seconds: readonly number[]) => rows.length / median(seconds);
  const said = rows.length.toLocaleString('en');
  return [
    atLeast(
      `${said} rows by the event hub, 250 an event, speed against a poll`,
      0.9,
      speed(bundled) / speed(poll),
    ),
    fact(
      'the same, in a second: by poll; by event hub, 250 an event; 10 an event',
      [poll, bundled, few].map((seconds) => short(speed(seconds))).join('; '),
    ),
  ];
}

type Campaign = ReturnType<typeof campaignOf>;

async function rowsOf(campaign: Campaign): Promise<AuditRecord[]> {
  const graph = campaignGraph(campaign);
  const [from, to] = [campaign.start, new Date(campaign.start.getTime() + 86_400_000)].map((time) =>
    time.toISOString(),
  );
  const rows: AuditRecord[] = [];
  let path: string | undefined =
    `/x?activityDateTime%20ge%20${from}%20and%20activityDateTime%20le%20${to}%20`;
  while (path !== undefined) {
    const page = (await graph.get(path)) as { value: AuditRecord[]; '@odata.nextLink'?: string };
    rows.push(...page.value);
    path = page['@odata.nextLink'];
  }
  return rows;
}

/** Seconds that it takes to record rows that come as events. */
async function received(
  rows: readonly AuditRecord[],
  anEvent: number,
  campaign: Campaign,
  connectionString: string,
): Promise<number> {
  const table = new FreshTable(connectionString);
  let count = 0;
  const log: Log = (_level, _event, { recorded = 0 } = {}) => {
    count += Number(recorded);
  };
  const given = recordingRoom(campaign, connectionString, new Ledger(new TableStore(table.client)));
  const room = { ...given, log };
  const door = new EventDoor();
  const start = performance.now();
  for (let from = 0; from < rows.length; from += eventsABatch * anEvent) {
    const events = Array.from({ length: eventsABatch }, (_, index) => ({
      records: rows
        .slice(from + index * anEvent, from + (index + 1) * anEvent)
        .map((row) => ({ time: row.activityDateTime, category: 'AuditLogs', properties: row })),
    }));
    await door.receive(events, room);
  }
  const seconds = (performance.now() - start) / 1000;
  if (count !== rows.length) throw new Error(`${count} of ${rows.length} rows were recorded`);
  await table.client.deleteTable();
  return seconds;
}

if (import.meta.main) {
  const [connectionString = '', count = '0'] = process.argv.slice(2);
  const rows = await compared(connectionString, Number(count));
  process.send?.(rows, () => process.disconnect());
}
