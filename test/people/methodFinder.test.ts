import { expect, test } from 'vitest';
import { type Made, nearest } from '../../functions/people/methodFinder.ts';

const at = (seconds: number) =>
  new Date(Date.parse('2026-11-24T09:00:00Z') + seconds * 1000).toISOString();
const made = (method: Made['method'], seconds: number): Made => ({ method, time: at(seconds) });

test('of several methods the nearest counts, within two minutes', () => {
  expect(nearest([made('passkey', -90), made('phone', 0)], at(0), [])?.method).toBe('phone');
  expect(nearest([made('passkey', -90)], at(0), [])?.method).toBe('passkey');
  expect(nearest([made('passkey', -121)], at(0), [])).toBeUndefined();
});

test('what another change tells of confirms nothing; each explains one', () => {
  const passkey = made('passkey', -90);
  expect(nearest([passkey], at(0), [made('passkey', -91)])).toBeUndefined();
  expect(nearest([passkey], at(0), [made('phone', -91)])?.method).toBe('passkey');
  const two = [passkey, made('passkey', -80)];
  expect(nearest(two, at(0), [made('passkey', -91)])?.time).toBe(at(-80));
});
