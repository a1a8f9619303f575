import { describe, expect, test } from 'vitest';
import { alertRules } from './alertRules.ts';
import { ofType, read } from './deployed.ts';
import { problemsOf, type Row, run } from './kusto.ts';

const now = new Date('2026-11-24T12:00:00Z');

/** Lines of the log as Application Insights keeps them, so many minutes ago. */
const line = (event: string, fields: object = {}, minutesAgo = 1, level = 1): Row => ({
  TimeGenerated: now.getTime() - minutesAgo * 60_000,
  SeverityLevel: level,
  Message: JSON.stringify({ event, ...fields }),
});

const rules = ['main', 'events', 'settings'].flatMap((name) =>
  ofType(name, 'Microsoft.Insights/scheduledQueryRules').map(
    ({ name: rule, properties }) =>
      [`${name}: ${rule}`, String(properties.criteria.allOf[0].query)] as const,
  ),
);
const workbook = JSON.parse(read('infra/workbook.json')) as {
  readonly items: readonly { readonly content: { readonly query?: string; title?: string } }[];
};
const tiles = workbook.items.flatMap(({ content }) =>
  content.query ? [[content.title ?? '', content.query] as const] : [],
);
const documented = ['docs/operate.md', 'docs/events.md'].flatMap((page) =>
  [...read(page).matchAll(/```kusto\n(.*?)```/gs)].map(
    ([, query = ''], index) => [`${page} ${index + 1}`, query] as const,
  ),
);

describe('Kusto itself', () => {
  test.each([...rules, ...tiles, ...documented])('takes the query of %s', (_, query) => {
    expect(problemsOf(query)).toEqual([]);
  });

  test('refuses what is none: a keyword as a name, an unknown column, a wrong type', () => {
    expect(
      problemsOf('AppTraces | summarize latest = max(TimeGenerated) | order by latest'),
    ).not.toEqual([]);
    expect(problemsOf('AppTraces | where Mesage == ""')).not.toEqual([]);
    expect(problemsOf('AppTraces | where TimeGenerated > "yesterday"')).not.toEqual([]);
  });
});

/**
 * Lines of a day on which all was well, in a tenant where something happens every few minutes. The platform
 * restarted its identity endpoint in the last half hour: that is nothing.
 */
const goodDay = Array.from({ length: 24 * 60 }, (_, minute) => [
  line('poll.finished', { records: 3, recorded: 1, metrics: { 'audit.lag_seconds': 0 } }, minute),
  line('change.recognised', { action: 'registered', method: 'passkey' }, minute),
  line(
    'mail.sent',
    { reference: 'AAAA-BBBB', metrics: { 'mail.sent': 1, 'mail.delay_seconds': 30 } },
    minute,
  ),
  ...(minute % 10 === 0
    ? [
        line(
          'sweep.finished',
          {
            open: 1,
            untold: { unconfirmed: 40, notInPilot: 7 },
            metrics: {
              'mail.overdue_seconds': 130,
              'ledger.unreadable': 0,
              'changes.untold': 47,
            },
          },
          minute,
        ),
      ]
    : []),
  ...(minute === 30
    ? [
        line('coverage.checked', { people: 900, unexplained: 0 }, minute),
        line('coverage.unread', { reason: 'denied', worked: false }, minute, 2),
      ]
    : []),
]).flat();
// A silent renewal, whether somebody may look or not, and a setting that says not to tell.
for (const reason of ['unconfirmed', 'lookDenied', 'notInPilot']) {
  goodDay.push(line('mail.suppressed', { reference: 'DDDD-EEEE', reason }, 20));
}
/** Lines from so many minutes ago on, for so long, each quarter of a minute as polls come. */
const quarters = (from: number, minutes: number, said: (ago: number) => Row) =>
  Array.from({ length: 4 * minutes }, (_, quarter) => said(from - quarter / 4));
goodDay.push(
  // Each process says it of its own tokens, for Graph and for storage.
  ...[25, 24.9, 24.7, 24.1].flatMap((ago) =>
    Array.from({ length: 6 }, () => line('token.failed', { validForMinutes: 0 }, ago, 3)),
  ),
  // Everybody comes in at once, for two minutes.
  ...quarters(9, 2, (ago) => line('audit.crowded', { rowsPerMinute: 950 }, ago, 2)),
  // Storage, or Graph, is away for two minutes: polls fail, and mails that are tried again.
  ...quarters(20, 2, (ago) => line('poll.failed', { status: 503 }, ago, 3)),
  ...quarters(20, 2, (ago) => line('send.failed', { status: 503 }, ago, 3)),
  ...quarters(20, 2, (ago) => line('people.unavailable', { status: 503 }, ago, 2)),
);
/** And of one on which nothing happened. */
const idleDay = goodDay.filter(({ Message }) =>
  /poll\.finished|sweep\.finished|token\.failed/.test(String(Message)),
);

const alerts = alertRules.map(({ name, fires }) => ({
  name,
  fires: (rows: readonly Row[]) => fires(rows, now),
}));

/** What each alert is for, as lines of the log within its window. */
const incidents: Readonly<Record<string, readonly Row[]>> = {
  'no-poll': [],
  // Polls go on: it ends before it can say a word.
  'no-sweep': [line('poll.finished', { metrics: { 'audit.lag_seconds': 0 } })],
  'audit-lag': [line('poll.finished', { metrics: { 'audit.lag_seconds': 4000 } })],
  'event-hub-due': quarters(4, 3, (ago) =>
    line('audit.crowded', { rowsPerMinute: 1000, ceiling: 1298 }, ago, 2),
  ),
  'mail-failed': [line('mail.failed', { reference: 'AAAA-BBBB' }, 1, 3)],
  'mail-undeliverable': [line('mail.undeliverable', { reference: 'AAAA-BBBB' }, 20, 2)],
  'look-failed': [line('mail.suppressed', { reference: 'AAAA-BBBB', reason: 'lookFailed' }, 20, 2)],
  'storage-refused': [line('storage.refused', { role: 'Storage Table Data Contributor' }, 1, 3)],
  'sender-paused': [line('sender.paused', { sender: 1, note: '403 ErrorAccessDenied' }, 1, 3)],
  // One mail, put off for longer each time.
  'mails-waiting': [9, 8.75, 8.25, 7.25, 5.25, 1.25].map((ago) =>
    line('people.unavailable', {}, ago, 2),
  ),
  // An outage that processes with valid tokens meet: each tries again once a minute.
  'no-tokens': Array.from({ length: 12 }, (_, index) =>
    line('token.failed', { status: 500, validForMinutes: 600 }, index + 1, 2),
  ),
  'runs-failing': quarters(9, 7, (ago) => line('poll.failed', {}, ago, 3)),
  'sweeps-failing': Array.from({ length: 6 }, (_, index) => line('sweep.failed', {}, index * 9, 3)),
  'mails-overdue': [line('sweep.finished', { metrics: { 'mail.overdue_seconds': 4000 } })],
  'ledger-unreadable': [line('ledger.unreadable', { key: 'a', property: 'state' }, 5, 3)],
  'message-poisoned': [line('message.poisoned', {}, 1, 3)],
  'bulk-change': [line('bulk.guard', { reference: 'AAAA-BBBB' }, 1, 3)],
  'permissions-drift': [line('permissions.drift', { missing: 'Mail.Send' }, 1, 3)],
  'records-unparsable': [line('records.unparsable', { reason: 'activityDateTime' }, 1, 3)],
  'coverage-gap': [line('coverage.gap', { people: 1, users: 'c0a7 +passKeySynced' }, 1, 3)],
  'coverage-doubtful': [line('coverage.doubtful', { unexplained: 300, people: 3000 }, 1, 3)],
  'coverage-unread': [line('coverage.unread', { reason: 'denied', worked: true }, 1, 2)],
  'activity-unknown': [line('activity.unknown', { activity: 'New' }, 1, 2)],
};

describe.each(alerts)('the alert $name', ({ name, fires }) => {
  test('fires where it should', () => {
    expect(incidents, 'an incident for each alert').toHaveProperty([name]);
    expect(fires(incidents[name] ?? [])).toBe(true);
  });

  test('is silent on a good day, on an idle one, and beside lines that are not ours', () => {
    expect(fires(goodDay)).toBe(false);
    expect(fires(idleDay)).toBe(false);
    const foreign = { ...line('x'), Message: 'Host started (12ms)' };
    expect(fires([...idleDay, foreign])).toBe(false);
  });
});

test('what opens every mailbox is told, though an alert on permissions lasts for weeks', () => {
  const [query = ''] = rules.flatMap(([name, text]) =>
    name.startsWith('main: permissions-drift') ? [text] : [],
  );
  const drift = (more: object) =>
    line('permissions.drift', {
      missing: '',
      broader: '',
      lost: '',
      senders: '',
      othersOpen: false,
      ...more,
    });
  const lasting = { missing: 'Directory.Read.All' };
  const incidents = (rows: Row[]) => new Set(run(query, rows, now).map(({ incident }) => incident));
  expect(incidents([drift(lasting), drift(lasting)]).size).toBe(1);
  expect(incidents([drift(lasting), drift({ ...lasting, broader: 'Mail.Send' })]).size).toBe(2);
  expect(incidents([drift(lasting), drift({ ...lasting, othersOpen: true })]).size).toBe(2);
  expect(incidents([drift(lasting), drift({ ...lasting, lost: 'Mail.ReadBasic' })]).size).toBe(2);
});

test.each([
  ['mail-undeliverable', line('mail.undeliverable', { reason: 'noRecipient' }, 20, 2)],
  ['mail-failed', line('mail.failed', { reason: 'expired' }, 3, 3)],
  ['records-unparsable', line('record.nobody', { auditId: 'x' }, 20, 3)],
  ['records-unparsable', line('property.unread', { auditId: 'x' }, 20, 3)],
  ['look-failed', line('mail.suppressed', { reason: 'lookFailed' }, 20, 2)],
])('a change that ends without anybody being told is for %s alone', (name, end) => {
  const heard = alerts.filter(({ fires }) => fires([...idleDay, end]));
  expect(heard.map((alert) => alert.name)).toEqual([name]);
});

test('the tile of what nobody was told of has each reason, also those that come with a later version', () => {
  const [, query = ''] = tiles.find(([title]) => /without anybody being told/.test(title)) ?? [];
  const swept = (untold: object, ago: number) => line('sweep.finished', { untold }, ago);
  const shown = run(
    query,
    [
      swept({ lookFailed: 1, addressRefused: 2 }, 30),
      swept({ lookFailed: 3, later: 1 }, 10),
      swept({}, 5),
      line('sweep.finished', {}, 20),
    ],
    now,
  );
  expect(shown.map(({ reason, changes }) => [reason, changes])).toEqual([
    ['lookFailed', 3],
    ['addressRefused', 2],
    ['later', 1],
  ]);
});

test('each tile of the workbook shows what happened', { timeout: 120_000 }, () => {
  const busy = [...goodDay, ...Object.values(incidents).flat()];
  busy.push(
    line(
      'mail.undeliverable',
      { outcome: 'no mailbox', reference: 'CCCC-DDDD', authenticator: 'program' },
      3,
      2,
    ),
  );
  for (const [title, query] of tiles) {
    const shown = run(query, busy, now);
    expect(shown.length, title).toBeGreaterThan(0);
    for (const row of shown) expect(Object.values(row), title).not.toContain(Number.NaN);
  }
});
