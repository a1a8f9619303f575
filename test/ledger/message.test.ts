import { expect, test } from 'vitest';
import { notificationRef } from '../../functions/ledger/keys.ts';
import { decodeMessage, encodeMessage } from '../../functions/ledger/message.ts';

const row = notificationRef('2026-11-24T09:00:00Z', 'Directory_1');
const sent = (message: unknown) => JSON.parse(Buffer.from(String(message), 'base64').toString());

test('a message gives back the key that it was made of', () => {
  expect(decodeMessage(sent(encodeMessage(row)))).toEqual(row);
});

// Storage refuses some of these, which would look like storage out of reach, minute after minute.
test.each([
  undefined,
  'text',
  { day: row.day },
  { day: 'state', key: 'poll' },
  { ...row, day: '2026-11-24/..' },
  { ...row, key: 'a/b' },
  { ...row, key: `${row.key}\u0001` },
  { ...row, key: row.key.replace('~n~', '~a~') },
  { ...row, key: `${'1'.repeat(2000)}~n~${row.key.slice(-16)}` },
])('%j is no message of ours', (given) => {
  expect(decodeMessage(given)).toBeUndefined();
});
