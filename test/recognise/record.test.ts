import { describe, expect, test } from 'vitest';
import { auditRow as schema } from '../../functions/recognise/auditRow.ts';
import {
  auditProperties,
  isUnparsable,
  parseAuditRecord,
} from '../../functions/recognise/record.ts';
import { auditRow } from '../fixtures/rows.ts';

test('Graph is asked for what is read, and for no more', () => {
  expect(auditProperties).toEqual(Object.keys(schema().shape));
});

describe('a row that cannot be parsed names the field and what is wrong with it:', () => {
  test.each([
    ['no id', { id: undefined }, /^id: Invalid input: expected string, received undefined$/],
    ['no time', { activityDateTime: null }, /^activityDateTime: /],
    ['a time that is none', { activityDateTime: 'yesterday' }, /^activityDateTime: must be a UTC/],
    [
      'an impossible time',
      { activityDateTime: '2026-13-45T00:00:00Z' },
      /must be a time that exists/,
    ],
    [
      'a day that is none',
      { activityDateTime: '2026-02-30T00:00:00Z' },
      /must be a time that exists/,
    ],
    ['the hour 24', { activityDateTime: '2026-11-24T24:00:00Z' }, /must be a time that exists/],
    ['a year that keys cannot hold', { activityDateTime: '9999-12-31T23:59:59Z' }, /must be a UTC/],
    ['a number for a name', { activityDisplayName: 7 }, /: expected string, received number$/],
    [
      'targets of a wrong type',
      { targetResources: 'everyone' },
      /^targetResources: .*expected array/,
    ],
    ['a name of 2 MB', { activityDisplayName: 'x'.repeat(2_000_000) }, /^activityDisplayName: /],
  ])('%s', (_, fields, reason) => {
    const parsed = parseAuditRecord({ ...auditRow(), ...fields });
    if (!isUnparsable(parsed)) throw new Error('was parsed');
    expect(parsed.reason).toMatch(reason);
    expect(parsed.raw.length).toBeLessThanOrEqual(4096);
  });

  test.each([[null], [7], ['text'], [[]], [undefined]])('%j', (row) => {
    expect(isUnparsable(parseAuditRecord(row))).toBe(true);
  });
});

test('a row that is nested too deeply to be written is kept aside all the same', () => {
  const row: unknown = JSON.parse(`{"id":${'['.repeat(12_000)}${']'.repeat(12_000)}}`);
  expect(parseAuditRecord(row)).toMatchObject({ reason: expect.stringMatching(/^id: /) });
});

test('what is kept of a row ends with a whole character', () => {
  for (const start of ['', 'x']) {
    const parsed = parseAuditRecord({ start, id: null, end: '😀'.repeat(4096) });
    if (!isUnparsable(parsed)) throw new Error('was parsed');
    expect(parsed.raw.isWellFormed()).toBe(true);
  }
});

describe('what real rows hold is taken:', () => {
  test.each([
    ['nulls everywhere', { targetResources: null, initiatedBy: null, additionalDetails: null }],
    ['unknown keys', { agentType: 'notAgentic' }],
    ['a time without fraction', { activityDateTime: '2026-11-24T09:00:00Z' }],
    ['another way to write UTC', { activityDateTime: '2026-11-24T09:00:00.123456+00:00' }],
    ['Type for type', { targetResources: [{ Type: 'User', id: 'x' }] }],
    ['nulls in lists', { targetResources: [null, { id: 'x', modifiedProperties: [null] }] }],
    ['a null among details', { additionalDetails: [null, { key: 'AAGuid', value: 'x' }] }],
    ['a reason of 2 MB', { resultReason: 'x'.repeat(2_000_000) }],
    ['501 details', { additionalDetails: Array(501).fill({ key: 'k', value: 'v' }) }],
    ['an id with spaces', { id: 'Authentication Methods_x y / \\ # ?' }],
  ])('%s', (_, fields) => {
    expect(isUnparsable(parseAuditRecord({ ...auditRow(), ...fields }))).toBe(false);
  });

  test.each([
    ['2026-11-24T10:00:00.5+01:00', '2026-11-24T09:00:00.5Z'],
    ['2026-11-24T09:00:00.123456789Z', '2026-11-24T09:00:00.1234567Z'],
    ['2026-11-24T09:00Z', '2026-11-24T09:00:00Z'],
    ['2026-11-24T09:00:00.123456+00:00', '2026-11-24T09:00:00.123456Z'],
    ['2026-11-24T00:30:00-11:30', '2026-11-24T12:00:00Z'],
  ])('the time %s, as %s', (activityDateTime, read) => {
    const parsed = parseAuditRecord({ ...auditRow(), activityDateTime });
    expect(parsed).toMatchObject({ activityDateTime: read });
  });

  test('a value of a property beyond 32,768 characters, whole', () => {
    const value = JSON.stringify('x'.repeat(100_000));
    const row = auditRow({ properties: [['SearchableDeviceKey', null, value]] });
    const parsed = parseAuditRecord({ ...row, additionalDetails: [null] });
    expect(JSON.stringify(parsed)).toContain('x'.repeat(100_000));
  });

  test('seven-digit times stay as they are', () => {
    const parsed = parseAuditRecord(auditRow({ time: '2024-12-27T10:01:19.5796748Z' }));
    expect(parsed).toMatchObject({ activityDateTime: '2024-12-27T10:01:19.5796748Z' });
  });
});
