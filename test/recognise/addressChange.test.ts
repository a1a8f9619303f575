import { describe, expect, test } from 'vitest';
import { addressEntity } from '../../functions/ledger/addressChanges.ts';
import { writtenAddresses } from '../../functions/recognise/addressChange.ts';
import { isUnparsable, parseAuditRecord } from '../../functions/recognise/record.ts';
import { auditRow } from '../fixtures/rows.ts';

/** What a row shows that writes these addresses over those. */
function shown(before: readonly string[], after: readonly string[], id?: string) {
  const values = [before, after].map((list) => JSON.stringify(list)) as [string, string];
  const record = parseAuditRecord(
    auditRow({
      service: 'Core Directory',
      activity: 'Update user',
      reason: '',
      properties: [['OtherMail', ...values]],
      ...(id !== undefined && { target: { id } }),
    }),
  );
  if (isUnparsable(record)) throw new Error(record.reason);
  return writtenAddresses(record);
}

const many = (count: number, of: (number: number) => string) =>
  Array.from({ length: count }, (_, number) => of(number));
const evil = 'evil@evil.example';

describe('addresses that a row shows to be written', () => {
  test('are those that came and those that went', () => {
    expect(shown(['a@home.example', 'B@home.example'], ['b@home.example', evil])).toMatchObject([
      { before: ['a@home.example'], after: [evil] },
    ]);
    expect(shown(['a@home.example'], ['A@home.example'])).toEqual([]);
  });

  test.each([
    ['otherMail', '["a@home.example"]', `["${evil}"]`],
    ['OtherMails', '"[\\"a@home.example\\"]"', `"[\\"${evil}\\"]"`],
    ['OtherMail', '"a@home.example"', `"${evil}"`],
    ['OtherMail', 'a@home.example', evil],
    ['strongAuthenticationUserDetails', '[{"email":"a@home.example"}]', `[{"email":"${evil}"}]`],
  ])('are found in %s, %s', (...property) => {
    const record = parseAuditRecord(
      auditRow({ service: 'Core Directory', activity: 'Update user', properties: [property] }),
    );
    if (isUnparsable(record)) throw new Error(record.reason);
    expect(writtenAddresses(record)).toMatchObject([{ before: ['a@home.example'], after: [evil] }]);
  });

  test('are all of them: a new one does not hide behind others', () => {
    const crowd = many(249, (number) => `adele${number}@home.example`);
    const found = shown([], [...crowd, evil]);
    expect(found.flatMap(({ after }) => after)).toEqual([...crowd, evil]);
    expect(shown(crowd, [...crowd, evil])).toMatchObject([{ before: [], after: [evil] }]);
    expect(new Set(found.map(({ auditId }) => auditId)).size).toBe(found.length);
  });

  test.each([
    ['very long', many(1000, (number) => `${'x'.repeat(64)}@${number}.${'y'.repeat(180)}`)],
    [
      'of characters that JSON writes in six',
      many(1000, (number) => `${'\u0001'.repeat(240)}@${number}`),
    ],
    ['of quotes', many(1000, (number) => `${'"'.repeat(240)}@${number}`)],
    ['of half characters', many(1000, (number) => `${'\ud800'.repeat(240)}@${number}`)],
  ])('fit into a row of the table: %s', (_, addresses) => {
    for (const written of [...shown([], addresses), ...shown(addresses, [])]) {
      const row = addressEntity(written, new Date());
      for (const value of Object.values(row)) expect(String(value).length).toBeLessThan(32_000);
    }
  });

  test('are of whoever can be looked up: an id that nobody has is none', () => {
    expect(shown([], [evil], '\ud800'.repeat(100))).toEqual([]);
    expect(shown([], [evil], 'x'.repeat(32_768))).toEqual([]);
  });
});
