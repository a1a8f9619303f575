import { expect, test } from 'vitest';
import { readConfig } from '../../functions/config/config.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { prepareSummary } from '../../functions/send/prepare.ts';
import { administrator, application, change, settings } from './cases.ts';

const config = readConfig({
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  GRAPH_BASE_URL: 'http://127.0.0.1:1',
  SENDER_MAILBOXES: 'security@contoso.example',
  SECURITY_COPY: 'soc@contoso.example,ciso@contoso.example',
});
const bulk = { users: 1234, from: '2026-11-24T09:00:00.1234567Z', to: '2026-11-24T09:40:00Z' };
const row = (initiator: Parameters<typeof change>[0]) =>
  ({ key: '7F3K9Q2M00000000', changes: [change(initiator)] }) as unknown as Notification;
const prepared = (parts: Parameters<typeof change>[0], set: object = {}) =>
  prepareSummary(row(parts), bulk, { ...config, mail: settings, ...set });

test('the summary of a bulk change says who, how many, when, and what to do', () => {
  const summary = prepared({ initiator: administrator });
  if (summary.kind !== 'mail') throw new Error(summary.ending.reason);
  expect(summary.to).toEqual({ address: 'soc@contoso.example' });
  expect(summary.copies).toEqual([{ address: 'ciso@contoso.example' }]);
  expect(summary.mail.subject).toBe('Many accounts changed in an hour: 1,234 – security info');
  const { mail } = prepareSummary(row({ initiator: administrator }), bulk, {
    ...config,
    mail: settings,
    DEFAULT_TIME_ZONE: 'Europe/Berlin',
  }) as typeof summary;
  expect(mail.text).toContain('10:00 – 10:40\nCentral European Time (09:40 UTC)\n');
});

test.each([
  [application, 'By: Application “Onboarding”'],
  [{ kind: 'unknown', id: 'x' }, 'By: An administrator whose name was not recorded'],
] as const)('it names %j as every mail does', (initiator, name) => {
  const summary = prepared({ initiator });
  if (summary.kind !== 'mail') throw new Error(summary.ending.reason);
  expect(summary.mail.text).toContain(name);
});

test('it says what was changed, lists the accounts that are kept, and where the rest is', () => {
  const accounts = ['a@contoso.com', 'b@contoso.com'];
  const kinds = [{ action: 'registered', method: 'phone' } as const];
  const summary = prepareSummary(
    row({ initiator: administrator }),
    { ...bulk, accounts, kinds },
    { ...config, mail: settings },
  );
  if (summary.kind !== 'mail') throw new Error(summary.ending.reason);
  expect(summary.mail.text).toContain('Changes: Phone number added\n');
  expect(summary.mail.text).toContain('a@contoso.com\nb@contoso.com\nAll of them are in the audit');
});

test('there is none where nobody is to get it', () => {
  expect(prepared({ initiator: administrator }, { SECURITY_COPY: [] })).toMatchObject({
    kind: 'nobody',
    ending: { state: 'suppressed', reason: 'noSecurityCopy' },
  });
});
