import { expect, test } from 'vitest';
import { Kinds } from '../../functions/coverage/kinds.ts';
import { confirmed } from '../../functions/coverage/live.ts';
import type { OwnMethod } from '../../functions/people/methodFinder.ts';

const kinds = new Kinds();
const after = '2026-11-24T06:00:00Z';
const set = (...words: string[]) => kinds.bitsOf(words);

/** What is left of somebody's questions, and whether their methods contradict the report. */
function ask(before: number, now: number, ...methods: OwnMethod[]) {
  const person = { kinds: now, open: before ^ now, told: 0, after };
  const answer = confirmed(person, methods, kinds);
  return [kinds.words(answer.person.open), answer.contradicted];
}

test('what vanished is still there only where the method has one kind', () => {
  const phone = { method: 'phone' } as const;
  expect(ask(set('mobilePhone', 'officePhone'), set('officePhone'), phone)).toEqual([
    ['mobilePhone'],
    false,
  ]);
  expect(ask(set('email'), 0, { method: 'email' })).toEqual([['email'], true]);
  expect(ask(set('email'), 0)).toEqual([['email'], false]);
});

test('what appeared is old only where all that it may be is', () => {
  const [old, recent] = ['2026-11-01T00:00:00Z', '2026-11-24T00:00:00Z'];
  const key = (time?: string): OwnMethod => ({ method: 'passkey', ...(time && { time }) });
  const gets = (...methods: OwnMethod[]) => ask(0, set('passKeySynced'), ...methods);
  expect(gets(key(old))).toEqual([[], false]);
  expect(gets(key(old), key(recent))).toEqual([['passKeySynced'], false]);
  expect(gets(key(old), key())).toEqual([['passKeySynced'], false]);
  expect(gets()).toEqual([['passKeySynced'], true]);
});

test('what Graph does not list can’t be seen not to be there', () => {
  for (const word of ['hardwareOneTimePasscode', 'x509CertificateMultiFactor', 'appPassword']) {
    expect(ask(0, set(word))).toEqual([[word], false]);
  }
  // An app that makes codes is not the token.
  const app = { method: 'oathToken', time: '2026-11-01T00:00:00Z' } as const;
  expect(ask(0, set('hardwareOneTimePasscode'), app)).toEqual([['hardwareOneTimePasscode'], false]);
  expect(ask(0, set('softwareOneTimePasscode'))).toEqual([['softwareOneTimePasscode'], true]);
});
