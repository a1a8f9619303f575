import type { TableEntity, TransactionAction } from '@azure/data-tables';
import { type Campaign, loneRows, registration, type Script } from './campaign.ts';
import { FreshTable, record } from './recorder.ts';
import { atLeast, atMost, type BenchRow, fact, short } from './row.ts';
import { median } from './timing.ts';

/** Turns of the app and of the bare SDK, one after the other: what drifts meets both. */
const turns = 5;
const twoHoursMs = 2 * 3_600_000;

/** Some rows of a campaign of two hours. */
export const campaignOf = (script: Script, rows: number): Campaign => {
  const people = Math.ceil(rows / script.length);
  return { script, people, start: new Date('2026-11-24T07:00:00Z'), stepMs: twoHoursMs / people };
};

/** How fast two campaigns are recorded, against writing the same entities with the bare SDK. */
export async function recordingRows(connectionString: string, count: number): Promise<BenchRow[]> {
  const usual = await compared(registration, count, connectionString);
  const lone = await compared(loneRows, count, connectionString);
  const rows = count.toLocaleString('en');
  return [
    atLeast(`recording ${rows} rows, speed against the bare SDK`, 0.9, usual.ratio),
    atMost(`recording ${rows} rows, table transactions for each`, 0.02, usual.requests / count),
    fact(`recording ${rows} rows, in a second; the bare SDK`, speeds(usual)),
    atLeast(
      'the same, where each row is a mail of its own, speed against the bare SDK',
      0.8,
      lone.ratio,
    ),
    fact('the same, in a second; the bare SDK', speeds(lone)),
  ];
}

interface Compared {
  readonly requests: number;
  /** Rows in a second, by the medians of the times. */
  readonly app: number;
  readonly bare: number;
  /** Of their speeds, turn by turn: the machine's own pace changes between turns more than within one. */
  readonly ratio: number;
}

const speeds = ({ app, bare }: Compared) => `${short(app)}; ${short(bare)}`;

/** The app and the bare SDK in turns. */
async function compared(
  script: Script,
  count: number,
  connectionString: string,
): Promise<Compared> {
  const campaign = campaignOf(script, count);
  const { entities, requests } = await recorded(campaign, connectionString, 'keep');
  const times: { readonly bare: number; readonly app: number }[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const bare = await writeBare(entities, connectionString);
    const { seconds: app } = await recorded(campaign, connectionString, 'delete');
    times.push({ bare, app });
  }
  return {
    requests,
    app: count / median(times.map(({ app }) => app)),
    bare: count / median(times.map(({ bare }) => bare)),
    ratio: median(times.map(({ bare, app }) => bare / app)),
  };
}

/** One run of the app. `keep`: with the entities that it leaves. */
export async function recorded(
  campaign: Campaign,
  connectionString: string,
  then: 'keep' | 'delete',
) {
  const table = new FreshTable(connectionString);
  const start = performance.now();
  const result = await record(campaign, connectionString, table);
  const seconds = (performance.now() - start) / 1000;
  const { requests } = table;
  const rows = campaign.people * campaign.script.length;
  if (!result.complete || result.recorded !== rows) {
    throw new Error(`${result.recorded} of ${rows} rows were recorded`);
  }
  const entities = then === 'keep' ? await entitiesOf(table) : [];
  await table.client.deleteTable();
  return { seconds, requests, entities };
}

type Entity = TableEntity<Record<string, unknown>>;

/** The rows of the ledger's days, as they were written. */
async function entitiesOf({ client }: FreshTable): Promise<Entity[]> {
  const found: Entity[] = [];
  for await (const { etag, timestamp, ...entity } of client.listEntities()) {
    const { partitionKey = '', rowKey = '' } = entity;
    if (/^\d/.test(partitionKey)) found.push({ ...entity, partitionKey, rowKey });
  }
  return found;
}

/** Writes entities in transactions of a hundred. Returns seconds. */
async function writeBare(entities: readonly Entity[], connectionString: string): Promise<number> {
  const { client } = new FreshTable(connectionString);
  await client.createTable();
  const start = performance.now();
  for (const day of Map.groupBy(entities, ({ partitionKey }) => partitionKey).values()) {
    for (let next = 0; next < day.length; next += 100) {
      const actions = day
        .slice(next, next + 100)
        .map((entity): TransactionAction => ['create', entity]);
      await client.submitTransaction(actions);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  await client.deleteTable();
  return seconds;
}
