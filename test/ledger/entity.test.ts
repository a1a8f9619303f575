import { expect, test } from 'vitest';
import { auditEntity } from '../../functions/ledger/entity.ts';

test('an audit row holds whole characters only, however its texts are cut', () => {
  const long = `x${'😀'.repeat(600)}\ud800`;
  const entity = auditEntity({
    day: '2026-11-24',
    key: '2026-11-24T09:00:00.0000000Z~a~0',
    auditId: long,
    activity: long,
    service: '\udfff',
    verdict: 'noise',
    why: `result is ${long}`,
  });
  for (const value of Object.values(entity)) expect(String(value).isWellFormed()).toBe(true);
});
