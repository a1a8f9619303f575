import { expect, test } from 'vitest';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { copiesRef } from '../../functions/ledger/managerCopies.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { allowCopy, CopyCounts } from '../../functions/pacing/copies.ts';

test.each([
  [[], 'a', 'open', ['a']],
  [['a'], 'b', 'open', ['a', 'b']],
  [['a', 'b'], 'c', 'last', ['a', 'b', 'c']],
  [['a', 'b', 'c'], 'd', 'spent', ['a', 'b', 'c']],
  [['a', 'b', 'c'], 'a', 'open', ['a', 'b', 'c']],
  [['a', 'b', 'c'], 'c', 'last', ['a', 'b', 'c']],
])('after %j of three, %s is %s', (given, notification, allowance, kept) => {
  expect(allowCopy(given, notification, 3)).toEqual({ allowance, given: kept });
});

const manager = 'MiriamG@contoso.example';
const row = (number: number, day = '2026-11-24') =>
  ({ day, key: `${day}T09:00:00~n~${String(number).padStart(16, '0')}` }) as Notification;
const noLedger = {} as Ledger;

test('copies of one manager are counted one after the other', async () => {
  const counts = new CopyCounts(noLedger, 3, () => new Promise(() => {}));
  const now = new Date('2026-11-24T09:00:00Z');
  const first = await counts.allow(manager, row(1), now);
  const second = counts.allow(manager, row(2), now);
  expect(await Promise.race([second, 'waits'])).toBe('waits');
  if (first.count) counts.counted(first.count, 'etag 1');
  first.release();
  expect((await second).count).toMatchObject({ etag: 'etag 1', copies: { given: { length: 2 } } });
  const other = await counts.allow('LeeG@contoso.example', row(3), now);
  expect(other.count).toMatchObject({ etag: undefined });
});

test('of more managers in a day than are kept, the first is read again, and counted on', async () => {
  const ref = copiesRef(manager, new Date('2026-11-24T09:00:00Z'));
  const stored = { copies: { ...ref, given: ['a'] }, etag: 'etag 1' };
  const ledger = { readCopies: async () => stored } as unknown as Ledger;
  const counts = new CopyCounts(ledger, 3, async () => {});
  const now = new Date('2026-11-24T09:00:00Z');
  for (let number = 0; number <= 5000; number += 1) {
    const address = number === 0 ? manager : `manager${number}@contoso.example`;
    const { count, release } = await counts.allow(address, row(number), now);
    if (count) counts.counted(count, 'etag');
    release();
  }
  // Not known any more, and so taken for the first: storage refuses that, and it is read.
  const first = await counts.allow(manager, row(6000), now);
  expect(first.count).toMatchObject({ etag: undefined });
  if (first.count) counts.doubt(first.count);
  first.release();
  const again = await counts.allow(manager, row(6000), now);
  expect(again.count).toMatchObject({
    etag: 'etag 1',
    copies: { given: ['a', expect.any(String)] },
  });
});

test('a copy counted across midnight is yesterday’s', async () => {
  const counts = new CopyCounts(noLedger, 1, async () => {});
  const late = await counts.allow(manager, row(1), new Date('2026-11-24T23:59:59.990Z'));
  const early = await counts.allow(
    'x@contoso.example',
    row(2, '2026-11-25'),
    new Date('2026-11-25'),
  );
  early.release();
  if (late.count) counts.counted(late.count, 'etag');
  late.release();
  const { allowance } = await counts.allow(manager, row(3, '2026-11-25'), new Date('2026-11-25'));
  expect(allowance).toBe('last');
});

test('an account has one copy a day beyond the limit for what matters, whatever others have used up', () => {
  const full = ['a', 'b', 'c'];
  expect(allowCopy(full, 'd', 3)).toEqual({ allowance: 'spent', given: full });
  const first = allowCopy(full, 'd', 3, 'ADELE');
  expect(first).toEqual({ allowance: 'open', given: [...full, '!ADELE!d'] });
  expect(allowCopy(first.given, 'd', 3, 'ADELE')).toEqual(first);
  expect(allowCopy(first.given, 'e', 3, 'ADELE').allowance).toBe('spent');
  expect(allowCopy(first.given, 'e', 3, 'ALEX').allowance).toBe('open');
  expect(allowCopy(['!ADELE!d'], 'e', 3)).toEqual({ allowance: 'open', given: ['!ADELE!d', 'e'] });
});
