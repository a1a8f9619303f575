import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupChanges, keyed } from '../../functions/intake/group.ts';
import { notificationEntity } from '../../functions/ledger/entity.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import { packTransactions } from '../../functions/ledger/recording.ts';
import { recognise } from '../../functions/recognise/recognise.ts';
import { isUnparsable, parseAuditRecord } from '../../functions/recognise/record.ts';
import { auditRow } from '../fixtures/rows.ts';
import { reference } from './reference.ts';
import { tell } from './story.ts';

const { rows, told } = reference;
const none = new NotificationsByTime();
const pagesOf = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, page) =>
    list.slice(page * size, (page + 1) * size),
  );

/** What is told, without who made it: a row that comes after the mail cannot correct it any more. */
const changesOf = (lines: readonly string[]) => lines.map((line) => line.replace(/ \w+$/, ''));

describe('a morning of a tenant is told, each change once,', () => {
  test('as it is', () => expect(tell([rows], 60)).toEqual(told));
  test('with each row twice', () => {
    expect(tell([[...rows, ...rows]], 60)).toEqual(told);
    expect(tell([rows, rows, rows], 60)).toEqual(told);
  });
  test('in pages of seven', () => {
    expect(changesOf(tell(pagesOf(rows, 7), 1))).toEqual(changesOf(told));
    expect(changesOf(tell(pagesOf(rows, 7), 60))).toEqual(changesOf(told));
  });
  test('one row a poll', () => {
    expect(changesOf(tell(pagesOf(rows, 1), 60))).toEqual(changesOf(told));
  });
});

test('the order, paging, repetition and delay of rows change nothing about what is told', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(rows, { minLength: rows.length }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat({ max: rows.length - 1 }), { maxLength: 10 }),
      fc.constantFrom(1, 20, 60, 600),
      (shuffled, size, again, pollSeconds) => {
        const repeated = again.map((index) => shuffled[index]);
        const pages = pagesOf([...shuffled, ...repeated], size);
        expect(changesOf(tell(pages, pollSeconds))).toEqual(changesOf(told));
      },
    ),
    { numRuns: 300 },
  );
});

test('one administrator who changes 40 people makes 40 mails', () => {
  const bulk = Array.from({ length: 40 }, (_, index) =>
    auditRow({
      activity: 'Admin registered security info',
      reason: 'Admin registered phone method for user',
      target: { id: `u${index}`, upn: null },
      by: { id: 'it' },
    }),
  );
  expect(tell([bulk], 60)).toHaveLength(40);
});

describe('a record that tells of several changes', () => {
  const at = new Date('2026-11-24T09:01:00Z');
  const twoMethods = auditRow({
    activity: 'Admin deleted security info',
    reason: 'Admin required re-registration of MFA authentication methods',
    properties: [
      ['Mobile phone', null, null],
      ['Authenticator', null, null],
    ],
  });

  test.each(['2026-11-24T08:00:00Z', '2026-11-24T10:00:00Z'])(
    'starts notifications with keys of their own where they cannot share one: since %s',
    (startedAt) => {
      const record = parseAuditRecord(twoMethods);
      if (isUnparsable(record)) throw new Error(record.reason);
      const verdict = recognise(record, { muted: new Set(), extra: new Set() });
      const settings = { settleSeconds: 30, maxAgeHours: 720, startedAt };
      const { inserts } = groupChanges([{ ...keyed(record), verdict }], none, settings, at);
      expect(inserts.flatMap(({ changes }) => changes)).toHaveLength(2);
      expect(new Set(inserts.map(({ key }) => key)).size).toBe(inserts.length);
    },
  );

  test('has been seen only when all of them are written, and none starts again', () => {
    const record = parseAuditRecord(twoMethods);
    if (isUnparsable(record)) throw new Error(record.reason);
    const verdict = recognise(record, { muted: new Set(), extra: new Set() });
    const settings = { settleSeconds: 30, maxAgeHours: 720, startedAt: '2026-11-24T10:00:00Z' };
    const recording = groupChanges([{ ...keyed(record), verdict }], none, settings, at);
    const [first, second] = recording.inserts;
    if (!first || !second) throw new Error('one notification');
    const written = packTransactions(recording).flatMap(({ writes }, transaction) =>
      writes.map(({ row }) => ({ rowKey: row.rowKey, transaction })),
    );
    const audit = written.find(({ rowKey }) => rowKey === recording.audits[0]?.key);
    const others = written.filter((row) => row !== audit);
    expect(Math.max(...others.map(({ transaction }) => transaction))).toBeLessThan(
      audit?.transaction ?? 0,
    );
    // The run ended after the first: the next finds it, and starts the second alone.
    const again = new NotificationsByTime([{ notification: first, etag: 'W/"1"' }]);
    const { inserts } = groupChanges([{ ...keyed(record), verdict }], again, settings, at);
    expect(inserts.map(({ key }) => key)).toEqual([second.key]);
    expect(inserts.map(({ changes }) => changes[0]?.method)).toEqual([second.changes[0]?.method]);
  });

  test('fits into a row of the table, whatever its names are', () => {
    const name = '\u0000'.repeat(10_000);
    const record = parseAuditRecord({
      ...auditRow({
        id: name.slice(0, 1024),
        reason: 'Admin registered temporary access pass method for user',
        properties: ['StartDateTime', 'EndDateTime'].map((of) => [
          `TemporaryAccessPass.${of}`,
          null,
          name,
        ]),
        activity: 'Admin registered security info',
        target: { id: name, upn: name },
        by: { id: `x${name}`, userPrincipalName: name, displayName: name, ipAddress: name },
        details: { 'User-Agent': name },
      }),
      correlationId: name,
    });
    if (isUnparsable(record)) throw new Error(record.reason);
    const verdict = recognise(record, { muted: new Set(), extra: new Set() });
    const settings = { settleSeconds: 30, maxAgeHours: 720, startedAt: '2026-01-01T00:00:00Z' };
    const { inserts } = groupChanges([{ ...keyed(record), verdict }], none, settings, at);
    expect(inserts).toHaveLength(1);
    for (const insert of inserts) {
      for (const value of Object.values(notificationEntity(insert))) {
        expect(String(value).length).toBeLessThanOrEqual(32_768);
      }
    }
  });
});
