import { describe, expect, test } from 'vitest';
import { isIncomplete, matchPasskeys } from '../../functions/passkeys/directory.ts';
import type { PasskeyFacts } from '../../functions/recognise/change.ts';
import { change } from '../mail/cases.ts';

const at = Date.parse('2026-11-24T03:03:19Z');
const time = (seconds: number) => new Date(at + seconds * 1000).toISOString();
const passkey = (seconds: number, facts: PasskeyFacts = {}) => ({
  createdAt: at + seconds * 1000,
  facts,
});
const registered = (facts: PasskeyFacts = {}, seconds = 0) =>
  change({ time: time(seconds), details: { passkey: facts } });
const [one, other] = [
  '2fc0579f-8113-47ea-b116-bb5a8db9202a',
  '90a3ccdf-635c-4729-a248-9b709135078f',
];
const all: PasskeyFacts = {
  aaguid: one,
  name: 'Key',
  attestation: 'notAttested',
  type: 'deviceBound',
};

describe('what is still to be found out', () => {
  test('is of registered passkeys only, and of those that have not told everything', () => {
    expect(isIncomplete(registered())).toBe(true);
    expect(isIncomplete(change())).toBe(true);
    expect(isIncomplete(registered(all))).toBe(false);
    expect(isIncomplete(change({ action: 'deleted' }))).toBe(false);
    expect(isIncomplete(change({ method: 'phone' }))).toBe(false);
  });
});

describe('the passkey of a change', () => {
  const found = (facts: PasskeyFacts, ...passkeys: Parameters<typeof matchPasskeys>[1]) =>
    matchPasskeys([registered(facts)], passkeys)[0]?.details.passkey;

  test.each([
    [-120, true],
    [-1, true],
    [120, true],
    [-121, false],
    [121, false],
  ])('created %i s from it: %s', (seconds, isFound) => {
    expect(found({}, passkey(seconds, { name: 'Key' }))?.name).toBe(isFound ? 'Key' : undefined);
  });

  test('is the nearest of several, in whatever order they come', () => {
    const passkeys = [passkey(-60), passkey(-1, { name: 'new' }), passkey(-30, { name: 'old' })];
    expect(found({}, ...passkeys)).toEqual({ name: 'new' });
  });

  test('is not one that somebody added for them a minute later, which has a mail of its own', () => {
    const passkeys = [passkey(-1, { name: 'own' }), passkey(60, { name: 'of an administrator' })];
    expect(found({}, ...passkeys)).toEqual({ name: 'own' });
  });

  test('is none of another model, not even the newest, nor one that hides it', () => {
    const right = passkey(-50, { aaguid: one, name: 'right' });
    expect(found({ aaguid: one.toUpperCase() }, right, passkey(-1, { aaguid: other }))?.name).toBe(
      'right',
    );
    const facts = { aaguid: one };
    expect(found(facts, passkey(-1, { aaguid: other, name: 'x' }), passkey(-1))).toEqual(facts);
  });

  test('is, of a row that hides its model, one that hides it or has none', () => {
    const hidden = '00000000-0000-0000-0000-000000000000';
    const facts = { aaguid: hidden };
    expect(found(facts, passkey(-9, { name: 'right' }), passkey(-1, { aaguid: one }))?.name).toBe(
      'right',
    );
    expect(found(facts, passkey(-1, { aaguid: hidden, name: 'right' }))?.name).toBe('right');
  });

  test('adds to the facts of the row and replaces none', () => {
    const facts = { aaguid: one, name: 'of the row' };
    const more = { ...all, name: 'of Graph', model: 'M' };
    expect(found(facts, passkey(-1, more))).toEqual({ ...more, name: 'of the row' });
  });
});

describe('several passkeys in one mail', () => {
  test('are told apart: each belongs to one change', () => {
    const passkeys = [passkey(0, { name: 'first' }), passkey(40, { name: 'second' })];
    const changes = matchPasskeys([registered({}, 1), registered({}, 41)], passkeys);
    expect(changes.map(({ details }) => details.passkey?.name)).toEqual(['first', 'second']);
  });

  test('go to the changes that name their model first', () => {
    const passkeys = [passkey(0, { aaguid: other }), passkey(5, { aaguid: one })];
    const changes = matchPasskeys([registered({ aaguid: one }, 1), registered({}, 6)], passkeys);
    expect(changes.map(({ details }) => details.passkey?.aaguid)).toEqual([one, other]);
  });

  test('leave other changes as they are', () => {
    const phone = change({ method: 'phone' });
    const [same, complete] = matchPasskeys([phone, registered(all)], [passkey(0, { name: 'x' })]);
    expect(same).toBe(phone);
    expect(complete?.details.passkey).toEqual(all);
  });
});
