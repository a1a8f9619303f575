import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../../functions/audit/azureMonitor.ts';
import { watchedRows } from '../../functions/audit/watched.ts';
import { recognise } from '../../functions/recognise/recognise.ts';
import { parseAuditRecord } from '../../functions/recognise/record.ts';
import { monitorEvent, monitorRecord, signInRecord } from '../fixtures/azureMonitor.ts';
import { auditRow } from '../fixtures/rows.ts';

const watched = watchedRows({ extraActivities: [], watchUpdateUser: true });
const read = (events: unknown) => readEvents(events, watched);
const rules = { muted: new Set<string>(), extra: new Set<string>() };

describe('an event is read in each shape that it may come in:', () => {
  const row = auditRow();
  const event = monitorEvent(row);
  const text = JSON.stringify(event);
  test.each<[string, unknown]>([
    ['an object with records', event],
    ['its text', text],
    ['its text with a byte order mark', `\uFEFF${text}`],
    ['its bytes', Buffer.from(text)],
    ['bytes that are no Buffer', new TextEncoder().encode(text)],
    ['text within text', JSON.stringify(text)],
    ['a single record', monitorRecord(row)],
    ['a list of records', [monitorRecord(row)]],
    [
      'properties as text',
      { ...monitorRecord(row), properties: JSON.stringify(monitorRecord(row).properties) },
    ],
    ['another case of the category', { ...monitorRecord(row), category: 'auditlogs' }],
  ])('%s', (_, shape) => {
    for (const events of [[shape], shape]) {
      const { records, unparsable } = read(events);
      expect(unparsable).toEqual([]);
      expect(records.map(({ id }) => id)).toEqual([row.id]);
    }
  });
});

test('a record means the same by either door', () => {
  const rows = [
    auditRow(),
    auditRow({ reason: null }),
    auditRow({ reason: '' }),
    auditRow({ target: { id: null, upn: 'AdeleV@contoso.example' } }),
    auditRow({
      by: null,
      app: {
        appId: 'a',
        displayName: 'Joiner',
        servicePrincipalId: null,
        servicePrincipalName: null,
      },
      activity: 'Admin registered security info',
      reason: 'Admin registered temporary access pass method for user',
    }),
    auditRow({
      service: 'Self-service Password Management',
      activity: 'Reset password (by admin)',
      reason: null,
      details: { OnPremisesAgent: 'None' },
    }),
    auditRow({ result: 'failure' }),
  ];
  for (const row of rows) {
    const [record] = read([monitorEvent(row)]).records;
    const graph = parseAuditRecord(row);
    if (!record || 'raw' in graph) throw new Error('not read');
    expect(recognise(record, rules)).toEqual(recognise(graph, rules));
    expect(record.activityDateTime).toBe(graph.activityDateTime);
  }
});

test('"Success" is success', () => {
  const record = monitorRecord(auditRow());
  const event = { ...record, properties: { ...record.properties, result: 'Success' } };
  expect(recognise(read([event]).records[0] ?? never(), rules).kind).toBe('change');
});

test('records are put in the order of their times, whatever their digits', () => {
  const at = (time: string) => auditRow({ id: time, time });
  const times = ['2026-11-24T09:00:01.5Z', '2026-11-24T09:00:00Z', '2026-11-24T09:00:00.9999999Z'];
  const { records } = read([
    monitorEvent(...times.map(at)),
    monitorEvent(at('2026-11-23T00:00:00Z')),
  ]);
  expect(records.map(({ id }) => id)).toEqual([
    '2026-11-23T00:00:00Z',
    times[1],
    times[2],
    times[0],
  ]);
});

describe('what a poll would not ask for is passed over:', () => {
  const other = auditRow({ service: 'Core Directory', activity: 'Add member to group' });
  const update = auditRow({ service: 'Core Directory', activity: 'Update user' });
  const reset = auditRow({ service: 'Core Directory', activity: 'Reset user password.' });
  const count = (
    settings: Partial<Parameters<typeof watchedRows>[0]>,
    ...rows: (typeof other)[]
  ) => {
    const chosen = watchedRows({ extraActivities: [], watchUpdateUser: false, ...settings });
    const { records, passedOver, unparsable } = readEvents([monitorEvent(...rows)], chosen);
    return [records.length, passedOver, unparsable.length];
  };

  test('other activities', () => expect(count({}, other, reset)).toEqual([1, 1, 0]));
  test('but those of EXTRA_ACTIVITIES', () =>
    expect(count({ extraActivities: ['add member to  group'] }, other)).toEqual([1, 0, 0]));
  test('"Update user" without WATCH_UPDATE_USER', () => {
    expect(count({}, update)).toEqual([0, 1, 0]);
    expect(count({ watchUpdateUser: true }, update)).toEqual([1, 0, 0]);
  });
  test('other logs', () => {
    const bare = { category: 'ProvisioningLogs' };
    const event = { records: [signInRecord, bare, monitorRecord(auditRow())] };
    expect(read([event])).toMatchObject({ records: [{}], passedOver: 2, unparsable: [] });
  });
  test('other activities in a shape that we do not know', () => {
    const record = monitorRecord(other);
    const broken = { ...record, properties: { ...record.properties, targetResources: 'many' } };
    expect(read([broken])).toEqual({ records: [], unparsable: [], passedOver: 1 });
  });
});

describe('what cannot be read is kept aside, and the rest goes on:', () => {
  const good = monitorRecord(auditRow());
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  test.each<[string, unknown, RegExp]>([
    ['no JSON', 'hello', /^event: /],
    ['half an event', JSON.stringify(good).slice(0, 100), /^event: /],
    ['nothing', null, /^event: /],
    ['a number', 42, /^event: /],
    ['bytes of no text', Buffer.from([0xff, 0xfe, 0x00]), /^event: /],
    ['an object of another kind', { hello: 'world' }, /^event: /],
    ['nested without end', `{"records":[{"category":"AuditLogs","properties":${deep}}]}`, /./],
    ['no properties', { category: 'AuditLogs' }, /: /],
    ['properties that are no object', { category: 'AuditLogs', properties: 'x' }, /: /],
    ['no id', { ...good, properties: { ...good.properties, id: undefined } }, /^id: /],
    [
      'a time that is none',
      {
        ...good,
        properties: { ...good.properties, activityDateTime: '2026-11-24T10:00:00 CET' },
      },
      /^activityDateTime: /,
    ],
    [
      'names that are no text',
      { ...good, properties: { ...good.properties, activityDisplayName: {}, loggedByService: [] } },
      /: /,
    ],
  ])('%s', (_, event, reason) => {
    const { records, unparsable } = read([event, good]);
    expect(records).toHaveLength(1);
    expect(unparsable).toHaveLength(1);
    expect(unparsable[0]?.reason).toMatch(reason);
    expect(unparsable[0]?.raw.length).toBeLessThanOrEqual(4096);
  });

  test('and no value of it gets into the reason', () => {
    const { unparsable } = read(['adele@contoso.example']);
    expect(unparsable[0]?.reason).not.toContain('adele');
  });
});

const corpus = process.env['AUDIT_CORPUS'];
test.runIf(corpus)('records of real tenants in this shape are read', () => {
  const all = globSync('raw/*.json', { cwd: corpus ?? '' }).map((file): unknown =>
    JSON.parse(readFileSync(join(corpus ?? '', file), 'utf8')),
  );
  const events = all.filter((one) => JSON.stringify(one).includes('"category":"AuditLogs"'));
  expect(events.length).toBeGreaterThan(8);
  const { records, unparsable, passedOver } = readEvents(events, () => true);
  expect([records.length + unparsable.length, passedOver]).toEqual([events.length, 0]);
  // One of them was cut short by whoever collected it.
  expect(unparsable.length).toBeLessThanOrEqual(1);
});

function never(): never {
  throw new Error('not read');
}
