import { expect, test } from 'vitest';
import {
  decidePage,
  type PageRules,
  type PageView,
  unseenOf,
} from '../../functions/intake/decidePage.ts';
import { auditEntity, notificationEntity } from '../../functions/ledger/entity.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import { recognise } from '../../functions/recognise/recognise.ts';
import {
  type AuditRecord,
  isUnparsable,
  parseAuditRecord,
} from '../../functions/recognise/record.ts';
import { admin } from '../fixtures/recognised.ts';
import { auditRow, type RowSpec } from '../fixtures/rows.ts';

const rules: PageRules = {
  group: { settleSeconds: 30, maxAgeHours: 72, startedAt: '2026-11-24T08:00:00Z' },
  senders: ['security@contoso.example'],
  ratePerMinute: 30,
  copies: { copyManager: 'always', securityCopies: 0 },
  bulkLimit: 20,
};
const view: PageView = {
  seen: new Set(),
  notifications: new NotificationsByTime(),
  unreadable: new Set(),
  lanes: {},
  pauses: {},
  attempted: new Set(),
  now: new Date('2026-11-24T09:01:00Z'),
};

function parsed(row: unknown): AuditRecord {
  const record = parseAuditRecord(row);
  if (isUnparsable(record)) throw new Error(record.reason);
  return record;
}

/** A page as the recorder has it understood. */
const understood = (page: { records: AuditRecord[] }, given: PageView) =>
  unseenOf(page, given).map((one) => ({
    ...one,
    verdict: recognise(one.record, { muted: new Set(), extra: new Set() }),
  }));

const decide = (page: { records: AuditRecord[] }, given: PageView) =>
  decidePage(understood(page, given), given, rules);

const pageOf = (...specs: readonly RowSpec[]) => ({
  records: specs.map((spec) => parsed(auditRow(spec))),
});

test('a page leads to the same plan each time, and what is seen to none', () => {
  const page = pageOf({}, { activity: 'User deleted security info' });
  const plan = decide(page, view);
  expect(plan.due.length).toBeGreaterThan(0);
  expect(decide(page, view)).toEqual(plan);
  const seen = new Set(plan.recording.audits.map(({ key }) => key));
  expect(decide(page, { ...view, seen })).toMatchObject({ news: [], due: [] });
});

test('a row that names no method waits without a slot, and no lanes are written for it', () => {
  const { due, lanes } = decide(pageOf({ reason: null }), view);
  expect(due).toMatchObject([{ state: 'pending', changes: [{ held: true }] }]);
  expect(lanes).toBeUndefined();
});

test('one of very many stays so when the directory’s row of it comes', () => {
  const users = Array.from({ length: 25 }, (_, index) => ({
    target: { id: `u${index}` },
    by: admin,
  }));
  const reset = (activity: string) =>
    pageOf(...users.map((user) => ({ ...user, activity, reason: null })));
  const { recording } = decide(reset('Reset password (by admin)'), view);
  const notifications = new NotificationsByTime(
    recording.inserts.map((notification) => ({ notification, etag: 'e' })),
  );
  const later = decide(reset('Reset user password'), { ...view, notifications });
  expect(later.recording.updates).toHaveLength(25);
  for (const { notification } of later.recording.updates) {
    const { notBefore } = notifications.get(notification.key)?.notification ?? {};
    expect(notification).toMatchObject({ bulk: true, urgent: false, notBefore });
  }
});

test('what an earlier try recorded is enqueued, though nothing is new', () => {
  const page = pageOf({});
  const { recording } = decide(page, view);
  const notifications = new NotificationsByTime(
    recording.inserts.map((notification) => ({ notification, etag: 'e' })),
  );
  const attempted = new Set(recording.inserts.map(({ key }) => key));
  const seen = new Set(recording.audits.map(({ key }) => key));
  const plan = decide(page, { ...view, seen, notifications, attempted });
  expect(plan.overdue).toEqual(recording.inserts);
  expect(plan.recording.inserts).toEqual([]);
});

test('a change whose texts JSON makes six times as long fits into its row', () => {
  const long = (count: number) => '\u0001'.repeat(count);
  const row = auditRow({
    id: long(1024),
    activity: 'Admin registered security info',
    reason: 'Admin registered temporary access pass method for user',
    target: { id: long(512), upn: long(512) },
    by: {
      id: long(511),
      userPrincipalName: long(512),
      displayName: long(512),
      ipAddress: long(99),
    },
    details: { 'User-Agent': long(300) },
    properties: [
      ['TemporaryAccessPass.StartDateTime', null, JSON.stringify(long(512))],
      ['TemporaryAccessPass.EndDateTime', null, JSON.stringify(long(512))],
    ],
  });
  const [target] = row.targetResources ?? [];
  const record = {
    ...row,
    correlationId: long(100),
    targetResources: [{ ...target, displayName: long(512) }],
  } as typeof row;
  const { recording } = decide({ records: [parsed(record)] }, view);
  expect(recording.inserts).toHaveLength(1);
  const entities = [
    ...recording.inserts.map(notificationEntity),
    ...recording.audits.map(auditEntity),
  ];
  for (const value of entities.flatMap(Object.values)) {
    expect(String(value).length).toBeLessThanOrEqual(32_000);
  }
});
