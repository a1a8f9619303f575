import { describe, expect, test } from 'vitest';
import { groupChanges, keyed } from '../../functions/intake/group.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import { recognise } from '../../functions/recognise/recognise.ts';
import { adele, auditRow, type RowSpec } from '../fixtures/rows.ts';
import { defaultRules, parsed } from './story.ts';

const settings = { settleSeconds: 30, maxAgeHours: 72, startedAt: '2026-01-01T00:00:00Z' };
const start = Date.parse('2026-11-24T09:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const admin = { id: 'it', userPrincipalName: 'it@contoso.example' };

/** What a poll at that second makes of rows. */
function made(seconds: number, specs: readonly RowSpec[], before: readonly Notification[] = []) {
  const existing = new NotificationsByTime(
    before.map((notification) => ({ notification, etag: 'e' })),
  );
  const news = parsed(specs.map((spec) => auditRow(spec))).map((record) => ({
    ...keyed(record),
    verdict: recognise(record, defaultRules),
  }));
  return groupChanges(news, existing, settings, new Date(at(seconds))).inserts.map((one) => ({
    ...one,
    sender: 'a@contoso.example',
  }));
}
const phone = (seconds: number, more: RowSpec = {}): RowSpec => ({ time: at(seconds), ...more });
const pass = (seconds: number): RowSpec => ({
  time: at(seconds),
  activity: 'Admin registered security info',
  reason: 'Admin registered temporary access pass method for user',
  by: admin,
});
const pager = (seconds: number) => phone(seconds, { reason: 'User registered Pager' });
const whats = (rows: readonly Notification[]) =>
  rows.map(({ changes }) => changes.map(({ method }) => method).join(' '));

describe('a mail leaves', () => {
  test.each([
    ['at once where it is urgent', pass(0), 10],
    ['when the rows of its change have come', phone(0), 30],
    ['half as late again where it names no method', pager(0), 55],
  ] as const)('%s', (_, spec, seconds) => {
    expect(made(10, [spec])[0]?.notBefore).toBe(at(seconds));
  });
});

describe('changes of a person', () => {
  const email = (seconds: number) => phone(seconds, { reason: 'User registered Email' });

  test('share a mail while it waits, within twice the time to settle', () => {
    expect(whats(made(70, [phone(0), email(60)]))).toEqual(['phone email']);
    expect(whats(made(70, [phone(0), email(61)]))).toEqual(['phone', 'email']);
  });

  test('do not where one is urgent: neither waits for the other, nor hides it', () => {
    expect(whats(made(10, [phone(0), pass(5)]))).toEqual(['phone', 'temporaryAccessPass']);
    const urgent = made(5, [pass(0)]);
    const other = { ...pass(8), time: at(8) };
    expect(whats(made(10, [other], urgent))).toEqual(['temporaryAccessPass']);
  });

  test('nor with one that is told as one of very many', () => {
    const bulk = made(5, [phone(0)]).map((one) => ({ ...one, bulk: true as const }));
    expect(whats(made(10, [email(8)], bulk))).toEqual(['email']);
  });

  test('nor where nothing says that it is one person', () => {
    const correlated = (spec: RowSpec) => ({ ...auditRow(spec), correlationId: 'c' });
    const mallory = { upn: 'mallory@contoso.example' };
    const rows = parsed([
      correlated(phone(0, { target: { id: adele.id }, by: { id: adele.id } })),
      correlated({
        ...email(8),
        target: mallory,
        by: { userPrincipalName: mallory.upn },
      }),
    ]);
    const news = rows.map((record) => ({
      ...keyed(record),
      verdict: recognise(record, defaultRules),
    }));
    const none = new NotificationsByTime();
    const { inserts } = groupChanges(news, none, settings, new Date(at(10)));
    expect(inserts).toHaveLength(2);
  });
});
