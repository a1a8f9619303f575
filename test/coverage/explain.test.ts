import { describe, expect, test } from 'vitest';
import { explained, type LedgerChange } from '../../functions/coverage/explain.ts';
import { Kinds } from '../../functions/coverage/kinds.ts';
import type { Person } from '../../functions/coverage/person.ts';
import type { Action, Method } from '../../functions/recognise/change.ts';

const kinds = new Kinds();
const at = '2026-11-26T06:00:00Z';
const set = (...words: string[]) => kinds.bitsOf(words);

/** Somebody who had `before` at the last look, on the 24th, and has `now`. */
const person = (before: number, now: number): Person => ({
  kinds: now,
  open: before ^ now,
  told: 0,
  since: '2026-11-25T06:00:00Z',
  after: '2026-11-24T06:00:00Z',
});
const change = (action: Action, method: Method, time = '2026-11-24T09:00:00Z'): LedgerChange => ({
  time,
  actions: [action],
  methods: [method],
});
const left = (one: Person, ...changes: LedgerChange[]) =>
  kinds.words(explained(one, changes, kinds, at).open);

describe('what appeared', () => {
  const gets = (...words: string[]) => person(set('email'), set('email', ...words));

  test.each<[string, string[], Action, Method]>([
    ['a phone', ['mobilePhone'], 'registered', 'phone'],
    ['a phone that was changed', ['alternateMobilePhone'], 'updated', 'phone'],
    [
      'both kinds of the app',
      ['microsoftAuthenticatorPush', 'softwareOneTimePasscode'],
      'registered',
      'authenticatorApp',
    ],
    ['codes of another app', ['softwareOneTimePasscode'], 'registered', 'oathToken'],
    ['a method that nobody could name', ['externalAuthMethod'], 'registered', 'unknown'],
    ['a kind that we do not know', ['faceScan'], 'registered', 'passkey'],
  ])('is explained: %s', (_, words, action, method) => {
    expect(left(gets(...words), change(action, method))).toEqual([]);
  });

  test('is not explained by a removal, another method, or what was long before', () => {
    const one = gets('mobilePhone');
    expect(left(one, change('deleted', 'phone'))).toEqual(['mobilePhone']);
    expect(left(one, change('registered', 'passkey'))).toEqual(['mobilePhone']);
    expect(left(one, change('registered', 'phone', '2026-11-21T05:00:00Z'))).toEqual([
      'mobilePhone',
    ]);
    expect(left(one, change('registered', 'phone', '2026-11-21T07:00:00Z'))).toEqual([]);
  });

  test('takes a change for each key, and none twice', () => {
    const two = gets('passKeySynced', 'passKeyDeviceBound');
    const first = change('registered', 'passkey');
    const second = change('registered', 'passkey', '2026-11-24T10:00:00Z');
    expect(left(two, first)).toHaveLength(1);
    expect(left(two, first, second)).toEqual([]);
    const { used } = explained(gets('passKeySynced'), [first], kinds, at);
    const later = { ...gets('passKeySynced'), ...(used && { used }) };
    expect(left(later, first)).toEqual(['passKeySynced']);
    expect(left(later, first, second)).toEqual([]);
  });

  test('is explained by what names its method first, whatever came before', () => {
    const two = gets('passKeySynced', 'mobilePhone');
    const held = change('registered', 'unknown', '2026-11-24T07:00:00Z');
    const key = change('registered', 'passkey');
    expect(left(two, held, key)).toEqual([]);
    const { used } = explained(gets('passKeySynced'), [held, key], kinds, at);
    expect(used).toEqual([key.time]);
  });

  test('takes none that has named its method for what nobody could name beside it', () => {
    const two = gets('passKeySynced', 'faceScan');
    const vague: LedgerChange = {
      ...change('registered', 'passkey'),
      methods: ['passkey', 'unknown'],
    };
    expect(left(two, change('registered', 'passkey'))).toEqual(['faceScan']);
    expect(left(gets('mobilePhone'), vague)).toEqual([]);
  });

  test('remembers each change that has explained something of late, and no older one', () => {
    const [old, late] = ['2026-11-20T09:00:00Z', '2026-11-22T09:00:00Z'];
    const one = { ...gets('passKeySynced'), used: [old, late] };
    const key = change('registered', 'passkey');
    expect(explained(one, [key], kinds, at).used).toEqual([late, key.time]);
  });

  test('takes the oldest change that fits, whatever came before the other', () => {
    const { used } = explained(
      gets('passKeySynced'),
      [change('registered', 'passkey', '2026-11-24T10:00:00Z'), change('registered', 'passkey')],
      kinds,
      at,
    );
    expect(used).toEqual(['2026-11-24T09:00:00Z']);
  });
});

describe('what vanished', () => {
  test('is explained by a removal, and by a change only where another came', () => {
    const gone = person(set('mobilePhone'), 0);
    expect(left(gone, change('deleted', 'phone'))).toEqual([]);
    expect(left(gone, change('updated', 'phone'))).toEqual(['mobilePhone']);
    expect(left(gone, change('registered', 'phone'))).toEqual(['mobilePhone']);
    const moved = person(set('mobilePhone'), set('alternateMobilePhone'));
    expect(left(moved, change('updated', 'phone'))).toEqual([]);
  });
});
