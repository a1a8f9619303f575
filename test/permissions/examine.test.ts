import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectGraph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import {
  type Examined,
  examine,
  isClean,
  judge,
  type PermissionReport,
  remembering,
} from '../../functions/permissions/examine.ts';
import { compareGrants, permissions } from '../../functions/permissions/needed.ts';
import { tryToSend } from '../../functions/permissions/probe.ts';
import type { Fault, FaultTarget } from '../../local/graph/faults.ts';
import { graphId, notifierAppId } from '../../local/graph/grants.ts';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';

let simulator: Simulator;
const senders = ['security@contoso.example', 'security2@contoso.example'];

/** How far Graph's clock is ahead, in ms: one look takes most of its limit of ten seconds. */
let ahead = 0;

beforeEach(async () => {
  simulator = await startSimulator({ now: () => new Date(Date.now() + ahead) });
});
afterEach(() => simulator.close());

const look = (given: Partial<Omit<Examined, 'graph'>> = {}) => {
  const wait = async () => {};
  const graph = connectGraph({ origin: new URL(simulator.url), now: () => new Date(), wait });
  const now = () => new Date();
  return examine({ graph, senders, clientId: notifierAppId, extra: [], now, ...given });
};

const entra = permissions.filter(({ grantedIn }) => grantedIn === 'entra').map(({ name }) => name);

describe('examining', () => {
  test('finds everything granted, nothing more, and sends nothing', async () => {
    for (const { id, name } of permissions) {
      if (/^(MailboxSettings|ExchangeMessage)/.test(name)) simulator.grants.add(graphId, id);
    }
    const report = await look();
    const works = { send: 'works', look: 'works' };
    expect(report).toEqual({
      granted: entra.toSorted(),
      uses: Object.fromEntries(entra.map((name) => [name, 'works'])),
      senders: [works, works],
      other: { send: 'denied', look: 'denied' },
    });
    expect(isClean(judge(report))).toBe(true);
    expect(simulator.mailboxes.mails).toEqual([]);
  });

  const clean = { missing: [], broader: [], senders: [], othersOpen: false, lost: [] };
  test.each<[string, FaultTarget, Fault['kind'], object]>([
    ['the audit log', 'audit', 'consentMissing', { missing: ['AuditLog.Read.All'] }],
    ['the directory', 'users', 'consentMissing', { missing: ['Directory.Read.All'] }],
    ['sending', 'sendMail', 'consentMissing', { senders: [1, 2] }],
    ['a mailbox', 'sendMail', 'noMailbox', { senders: [1, 2] }],
    ['the scope', 'sendMail', 'tenantWide', { broader: ['Mail.Send'], othersOpen: true }],
    ['nothing that is needed', 'methods', 'consentMissing', {}],
    ['nothing that is needed', 'sentItems', 'consentMissing', {}],
  ])('tells when %s is lost (%s: %s)', async (_, target, kind, faults) => {
    simulator.faults.set(target, { kind } as Fault);
    expect(judge(await look())).toEqual({ ...clean, ...faults });
  });

  test('names the mailbox that fails by its place', async () => {
    const report = await look({ senders: ['security@contoso.example', 'typo@contoso.example'] });
    expect(judge(report).senders).toEqual([2]);
    expect(report.senders[1]).toMatchObject({ send: 'noMailbox' });
  });

  test('is content where nobody says who the app is', async () => {
    const report = await look({ clientId: undefined });
    expect(report.granted).toBeUndefined();
    expect(judge(report)).toEqual(clean);
  });

  test('takes an answer that says nothing for no fault', async () => {
    simulator.faults.set('sendMail', { kind: '503' });
    simulator.faults.set('audit', { kind: '500' });
    const report = await look();
    expect(report.senders[0]?.send).toBe('unclear');
    expect(judge(report)).toEqual(clean);
  });

  test('asks the log what the polls ask', async () => {
    await look({ extra: ["Add user's key"] });
    const [asked] = simulator.requests.filter(({ path }) => path.endsWith('/directoryAudits'));
    const filter = new URLSearchParams(asked?.query).get('$filter');
    expect(filter).toMatch(
      /^activityDateTime ge .* and \(loggedByService eq '.* or activityDisplayName eq/,
    );
    expect(filter).toContain("activityDisplayName eq 'Add user''s key'");
  });

  test('takes no refusal for leave but the one that proves it', async () => {
    const graph = connectGraph({
      origin: new URL(simulator.url),
      now: () => new Date(),
      wait: async () => {},
    });
    const refusing = (code: string, status = 400) => ({
      ...graph,
      post: () => Promise.reject(new GraphFailure('invalid', { status, code })),
    });
    expect(await tryToSend(refusing('ErrorInvalidRecipients'), 'a@b.cd')).toBe('works');
    for (const [code, status] of [
      ['BadRequest'],
      ['RequestBodyRead'],
      ['', 405],
      ['', 413],
      ['', 415],
    ] as const) {
      expect(await tryToSend(refusing(code, status), 'a@b.cd'), code).toBe('unclear');
    }
  });

  test('reads what Graph lets be null', async () => {
    const graph = connectGraph({
      origin: new URL(simulator.url),
      now: () => new Date(),
      wait: async () => {},
    });
    const nulled = { ...graph, get: async (path: string) => withNulls(await graph.get(path)) };
    const report = await examine({
      graph: nulled,
      senders,
      clientId: notifierAppId,
      extra: [],
      now: () => new Date(),
    });
    expect(report.granted?.every((name) => name.startsWith('Microsoft Graph: '))).toBe(true);
    expect(report.other.send).toBe('denied');
  });

  test('tells of optional ones that worked before', async () => {
    const before = await look();
    simulator.faults.set('methods', { kind: 'consentMissing' });
    simulator.faults.set('sentItems', { kind: 'consentMissing' });
    ahead += 10_000;
    const after = await look();
    const lost = ['UserAuthMethod-Passkey.Read.All', 'UserAuthenticationMethod.Read.All'];
    expect(judge(after, before).lost).toEqual([...lost, 'Mail.ReadBasic']);
    expect(judge(after, after).lost).toEqual([]);
  });
});

/** The same answer with null where the metadata allows it. */
const withNulls = (answer: unknown) =>
  JSON.parse(JSON.stringify(answer), (name, value) =>
    name === 'resourceId' || name === 'userPrincipalName' ? null : value,
  );

const works = { send: 'works', look: 'works' } as const;
const report: PermissionReport = {
  granted: ['AuditLog.Read.All', 'Directory.Read.All'],
  uses: {},
  senders: [works, works],
  other: { send: 'denied', look: 'denied' },
};

test('what could not be looked at is as it was, for as many mailboxes as there were', () => {
  const before = { ...report, granted: ['AuditLog.Read.All', 'Mail.Send'] };
  const unclear = { send: 'unclear', look: 'unclear' } as const;
  const { granted: _, ...unread } = report;
  const now = remembering({ ...unread, senders: [unclear, works] }, before);
  expect(judge(now)).toMatchObject({ missing: ['Directory.Read.All'], broader: ['Mail.Send'] });
  expect(now).toMatchObject({ senders: [works, works], unclear: ['sender 1'] });
  expect(remembering({ ...report, senders: [unclear] }, before).senders).toEqual([unclear]);
});

test.each([
  ['sent from', { send: 'works', look: 'denied' }],
  ['looked into', { send: 'denied', look: 'works' }],
] as const)('a mailbox of somebody else that can be %s is open', (_, other) => {
  expect(judge(report).othersOpen).toBe(false);
  expect(judge({ ...report, other }).othersOpen).toBe(true);
});

test('a sender mailbox that is named by its user principal name is nobody else’s', async () => {
  const { directory } = simulator;
  const everybody = directory.all().map(({ userPrincipalName }) => userPrincipalName);
  for (const name of everybody) directory.patch(name, { mail: `other.${name}` });
  expect((await look({ senders: everybody })).other).toEqual({ send: 'unclear', look: 'unclear' });
});

test('mail permissions in Entra are always too much', () => {
  const granted = ['AuditLog.Read.All', 'Mail.Send', 'Mail.ReadBasic', 'Directory.Read.All'];
  expect(compareGrants(granted)).toEqual({ missing: [], broader: ['Mail.ReadBasic', 'Mail.Send'] });
});
