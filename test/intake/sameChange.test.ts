import { describe, expect, test } from 'vitest';
import { enrich, isSameChange, isUrgent } from '../../functions/intake/sameChange.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';

const base: SecurityInfoChange = {
  auditId: 'a',
  time: '2026-11-24T09:00:00.0000000Z',
  action: 'registered',
  method: 'phone',
  target: { id: 'u', userPrincipalName: 'adele@x.example' },
  initiator: { kind: 'self', id: 'u' },
  details: {},
};
const later = (seconds: number) => new Date(Date.parse(base.time) + seconds * 1000).toISOString();
const admin = { kind: 'administrator', id: 'it' } as const;
const same = (other: Partial<SecurityInfoChange>, one: Partial<SecurityInfoChange> = {}) =>
  isSameChange({ ...base, ...one }, { ...base, time: later(25), ...other });

describe('two rows are one change', () => {
  test.each([
    ['a minute apart', { time: later(60) }],
    [
      'with the target known by UPN only, in other case',
      { target: { userPrincipalName: 'ADELE@x.example' } },
    ],
    ['where only one says who acted', { initiator: { kind: 'unknown' } as const }],
    ['where only one names the type of phone', { details: { phoneType: 'mobile' } as const }],
    ['where one names no method', { method: 'unknown', held: true } as const],
  ])('%s', (_, other) => expect(same(other)).toBe(true));

  test('where one could be of several methods', () => {
    const vague = { method: 'windowsHello', alternatives: ['authenticatorApp'] } as const;
    expect(same(vague, { method: 'authenticatorApp' })).toBe(true);
    expect(same(vague, { method: 'passkey' })).toBe(false);
  });
});

describe('two rows are two changes', () => {
  test.each<[string, Partial<SecurityInfoChange>, Partial<SecurityInfoChange>?]>([
    ['more than a minute apart', { time: later(61) }],
    ['of different people', { target: { id: 'v' } }],
    ['of different methods', { method: 'email' } as const],
    ['of different actions', { action: 'deleted' } as const],
    ['made by the user and by an administrator', { initiator: admin }],
    ['made by two administrators', { initiator: { ...admin, id: 'other' } }, { initiator: admin }],
    [
      'of different phones',
      { details: { phoneType: 'office' } } as const,
      { details: { phoneType: 'mobile' } } as const,
    ],
    [
      'in different unknown words',
      { method: 'unknown', details: { text: 'b' } } as const,
      { method: 'unknown', details: { text: 'a' } } as const,
    ],
    [
      'of different keys',
      { method: 'passkey', details: { passkey: { aaguid: 'b' } } } as const,
      { method: 'passkey', details: { passkey: { aaguid: 'a' } } } as const,
    ],
  ])('%s', (_, other, one) => expect(same(other, one)).toBe(false));
});

describe('a sibling adds', () => {
  test('what is not known yet, and takes nothing away', () => {
    const more = { ...base, ipAddress: '203.0.113.1', details: { phoneType: 'mobile' } } as const;
    expect(enrich({ ...base, ipAddress: '203.0.113.9' }, more)).toMatchObject({
      ipAddress: '203.0.113.9',
      details: { phoneType: 'mobile' },
    });
  });

  test('the method that a held row does not name, and who acted', () => {
    const held = {
      ...base,
      method: 'unknown',
      held: true,
      initiator: { kind: 'unknown' },
    } as const;
    const known = enrich(held, { ...base, method: 'passkey' });
    expect(known).toMatchObject({ method: 'passkey', initiator: { kind: 'self' } });
    expect(known).not.toHaveProperty('held');
    expect(enrich({ ...base, method: 'passkey' }, held)).not.toHaveProperty('held');
  });
});

test('urgent is what somebody else did, a Temporary Access Pass, or unknown, but not a held row', () => {
  expect(isUrgent(base)).toBe(false);
  expect(isUrgent({ ...base, initiator: admin })).toBe(true);
  expect(isUrgent({ ...base, method: 'temporaryAccessPass' })).toBe(true);
  expect(isUrgent({ ...base, method: 'unknown' })).toBe(true);
  expect(isUrgent({ ...base, method: 'unknown', held: true })).toBe(false);
  expect(isUrgent({ ...base, initiator: { kind: 'system' } })).toBe(false);
});
