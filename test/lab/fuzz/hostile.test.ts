import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { words } from '../../fixtures/words.ts';
import { passkey, person } from './hostilePeople.ts';
import { record } from './hostileRecords.ts';
import { inspectMail } from './inspectMail.ts';
import { type HostileTenant, run, type Traces } from './tenant.ts';

const asked = process.env['FUZZ_RECORDS'];
const count = Number(asked ?? 10_000);
const pageSize = 100;
// The same records each time, unless somebody asks for more of them.
const seed = asked ? {} : { seed: 20_261_124 };

const settings = fc.record(
  {
    COPY_MANAGER: fc.constantFrom('always', 'risky', 'never'),
    SECURITY_COPY: fc.constantFrom('soc@contoso.com', 'soc@contoso.com,soc2@contoso.com'),
    NOTIFY_OTHER_MAILS: fc.constant('true'),
    SUPPORT_CONTACT: fc.constantFrom('call 100', 'mail help@contoso.com'),
    REPORT_URL: fc.constantFrom('https://contoso.com/report?r={reference}'),
    DEFAULT_LANGUAGE: fc.constantFrom(...Object.keys(words)),
    DEFAULT_TIME_ZONE: fc.constantFrom('UTC', 'Europe/Berlin'),
    BULK_LIMIT: fc.constantFrom('1', '50'),
    SETTLE_SECONDS: fc.constantFrom('0', '30', '120'),
    MUTED_ACTIVITIES: fc.constantFrom('Update user', 'Reset password (self-service)'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const world: fc.Arbitrary<HostileTenant> = fc.record(
  {
    records: fc.noBias(fc.array(record, { minLength: 1, maxLength: pageSize, size: 'max' })),
    people: fc.array(fc.option(person, { freq: 12 }), { minLength: 1, maxLength: 8 }),
    passkeys: fc.array(passkey, { maxLength: 3 }),
    settings,
  },
  { noNullPrototype: true },
);

const total = { records: 0, mails: 0, rows: 0, logLines: 0 };

describe(`${count} records of somebody who hates us`, () => {
  it('stop nothing, and say nothing but what the template says', {
    timeout: 3_600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const traces = await run(given);
        for (const mail of traces.mails) await inspectMail(mail);
        for (const line of traces.logLines) inspectLogLine(line);
        note(given, traces);
      }),
      { ...seed, numRuns: Math.ceil((count / pageSize) * 2.1) },
    );
    if (asked) console.log(total);
    expect(total.records).toBeGreaterThan(count * 0.9);
    expect(total.mails).toBeGreaterThan(count / 10);
  });
});

function note({ records }: HostileTenant, { mails, rows, logLines }: Traces) {
  total.records += records.length;
  total.mails += mails.length;
  total.rows += rows.length;
  total.logLines += logLines.length;
}

/**
 * Ids, and the activities that Microsoft names, are for operators to act on; names of people,
 * addresses and markup are nobody's business.
 */
function inspectLogLine(line: string) {
  expect(line).not.toMatch(/[\r\n\u2028\u2029]/);
  const known = ['initiator', 'auditId', 'activity', 'service'];
  const fields = Object.entries(JSON.parse(line)).filter(([name]) => !known.includes(name));
  expect(JSON.stringify(fields)).not.toMatch(/canary|evil|contoso|203\.0\.113|2001:db8/i);
}
