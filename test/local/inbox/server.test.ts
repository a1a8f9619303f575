import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { auditRef, notificationRef, reference } from '../../../functions/ledger/keys.ts';
import { type Ledger, openLedger } from '../../../functions/ledger/ledger.ts';
import type { Notification } from '../../../functions/ledger/notification.ts';
import { messageIdOf } from '../../../functions/mail/transmit.ts';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type Simulator, startSimulator } from '../../../local/graph/simulator.ts';
import { HostLog } from '../../../local/inbox/hostLog.ts';
import { type InboxServer, serveInbox } from '../../../local/inbox/server.ts';

let azurite: Azurite;
let ledger: Ledger;
let simulator: Simulator;
let inbox: InboxServer;
let log: HostLog;

beforeAll(async () => {
  azurite = await startAzurite();
  ledger = openLedger({ connectionString: azurite.connectionString }, undefined);
});
afterAll(() => azurite.stop());

beforeEach(async () => {
  simulator = await startSimulator();
  log = new HostLog();
  inbox = await serveInbox({ simulator, ledger, log }, 0);
});
afterEach(async () => {
  await inbox.close();
  await simulator.close();
});

/** fetch sets Host by itself, and some tests are about a wrong one. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = '') {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const options = { host: '127.0.0.1', port: inbox.port, method, path, headers };
      request(options, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      })
        .on('error', reject)
        .end(body);
    },
  );
}

const json = { 'Content-Type': 'application/json' };
const post = (path: string, body: unknown, headers = {}) =>
  ask('POST', path, { ...json, ...headers }, JSON.stringify(body));

const html = `<html><head><meta name="color-scheme" content="light dark"><style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) { p { color: white } }
</style></head><body><p>Hello</p><script>alert(1)</script></body></html>`;

function deliver(messageId = '<one@contoso.example>') {
  const raw = [
    'From: Contoso <security@contoso.example>',
    'To: AdeleV@contoso.example',
    'Cc: MiriamG@contoso.example',
    'Subject: Something changed',
    `Message-ID: ${messageId}`,
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
  ].join('\r\n');
  const recipients = {
    to: ['AdeleV@contoso.example'],
    cc: ['MiriamG@contoso.example'],
    bcc: [],
  };
  const subject = 'Something changed';
  return simulator.mailboxes.deliver('security@contoso.example', {
    raw,
    from: 'security@contoso.example',
    recipients,
    messageId,
    subject,
  });
}

test('only requests for this machine by its own names are answered', async () => {
  const own = await ask('GET', '/', { Host: `localhost:${inbox.port}` });
  expect(own.status).toBe(200);
  for (const host of ['evil.example', `evil.example:${inbox.port}`, 'localhost', 'localhost:1']) {
    const { status, text } = await ask('GET', '/api/state', { Host: host });
    expect([host, status]).toEqual([host, 403]);
    expect(text).toContain('Host: ask for http://localhost:');
  }
});

test('no other page can press a button', async () => {
  for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
    const answer = await post('/api/happen', { name: 'burst' }, { Origin: origin });
    expect([origin, answer.status]).toEqual([origin, 403]);
  }
  const crossSite = { 'Sec-Fetch-Site': 'cross-site' };
  expect((await ask('DELETE', '/api/mails', crossSite)).status).toBe(403);
  const form = { 'Content-Type': 'text/plain' };
  expect((await ask('POST', '/api/happen', form, '{"name":"burst"}')).status).toBe(415);
  expect(simulator.audit.size).toBe(0);

  const origin = { Origin: `http://127.0.0.1:${inbox.port}` };
  const pressed = await post('/api/happen', { name: 'userDeletesPhone' }, origin);
  expect(pressed.status).toBe(200);
  expect(JSON.parse(pressed.text)).toEqual({ rows: simulator.audit.size });
});

test.each([
  ['/api/happen', { name: 'earthquake' }, 'name'],
  ['/api/happen', {}, 'name'],
  ['/api/happen', { name: 'burst', count: 0 }, 'count'],
  ['/api/happen', { name: 'burst', count: '5' }, 'count'],
  ['/api/happen', { name: 'burst', user: 'nobody@contoso.example' }, 'user'],
  ['/api/happen', { name: 'burst', colour: 'red' }, 'colour'],
  ['/api/happen', [], 'body'],
  ['/api/faults', { target: 'moon', kind: '503' }, 'target'],
  ['/api/faults', { target: 'users', kind: '504kept' }, 'kind'],
  ['/api/faults', { target: 'users' }, 'kind'],
  ['/api/faults', { target: 'users', kind: '503', times: 1.5 }, 'times'],
])('%s refuses %j and names the field %s', async (path, body, field) => {
  const { status, text } = await post(path, body);
  const answer = JSON.parse(text);
  expect([status, answer.field]).toEqual([400, field]);
  expect(answer.error).toMatch(new RegExp(`^${field}: .+\\.$`));
});

test('what is no JSON, too large or nowhere is refused', async () => {
  expect((await ask('POST', '/api/happen', json, '{')).status).toBe(400);
  expect((await ask('POST', '/api/happen', json, ' '.repeat(20_000))).status).toBe(413);
  for (const path of ['/nothing', '/../package.json', '/%2e%2e/server.ts', '/api/mails/mail-9']) {
    expect([path, (await ask('GET', path)).status]).toEqual([path, 404]);
  }
});

test('the page may load its own files and nothing else', async () => {
  const { headers, text } = await ask('GET', '/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/i);
});

test('a mail is shown without scripts, requests or an origin of its own', async () => {
  const { id } = deliver();
  const light = await ask('GET', `/mail/${id}?view=rendered`);
  const policy = String(light.headers['content-security-policy']);
  expect(policy).toMatch(/^sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;/);
  expect(light.text).toContain('@media (max-width: 0) { p { color: white } }');
  expect(light.text).toContain('content="light"');

  const dark = await ask('GET', `/mail/${id}?view=dark`);
  expect(dark.text).toContain('@media (min-width: 0) { p { color: white } }');
  expect(dark.text).toContain('color-scheme: dark;');
  const other = await ask('GET', `/mail/${id}?view=sepia`);
  expect([other.status, JSON.parse(other.text).field]).toEqual([400, 'view']);
});

test('a mail is taken apart', async () => {
  const { id } = deliver();
  const parts = JSON.parse((await ask('GET', `/api/mails/${id}`)).text);
  expect(parts).toMatchObject({
    id,
    from: 'Contoso <security@contoso.example>',
    to: ['AdeleV@contoso.example'],
    cc: ['MiriamG@contoso.example'],
  });
  expect(parts.raw).toContain('Message-ID: <one@contoso.example>');
  expect(parts.html).toContain('<p>Hello</p>');
  expect(parts.headers[0]).toEqual({
    name: 'From',
    value: 'Contoso <security@contoso.example>',
  });
});

test('a mail leads to its row of the ledger and the audit records behind it', async () => {
  const [record] = simulator.happen('adminDeletesTemporaryAccessPass');
  if (!record) throw new Error('nothing happened');
  const { id: auditId, activityDateTime: time } = record;
  const row: Notification = {
    ...notificationRef(time, auditId),
    state: 'sent',
    urgent: true,
    target: { userPrincipalName: 'MeganB@contoso.example' },
    changes: [],
    sender: 'security@contoso.example',
    recordedAt: time,
    notBefore: time,
    attempts: 1,
    unknownOutcomes: 0,
    deferrals: 0,
    outcome: 'user told',
    steps: [{ at: time, state: 'sent', note: 'user told' }],
  };
  const audit = {
    ...auditRef(time, auditId),
    auditId,
    activity: record.activityDisplayName,
    service: record.loggedByService,
    verdict: 'change' as const,
    why: 'in the catalogue',
    notification: row,
  };
  await ledger.record({ audits: [audit], inserts: [row], updates: [] }, new Map());
  const { id } = deliver(messageIdOf(row, 'contoso.example'));
  deliver(messageIdOf(row, 'contoso.example'));

  const story = JSON.parse((await ask('GET', `/api/mails/${id}/story`)).text);
  expect(story).toMatchObject({
    copies: 2,
    notification: { reference: reference(row), state: 'sent', outcome: 'user told' },
    audits: [{ auditId, verdict: 'change', why: 'in the catalogue', record: { id: auditId } }],
  });
  const stranger = deliver('<stranger@contoso.example>');
  const none = JSON.parse((await ask('GET', `/api/mails/${stranger.id}/story`)).text);
  expect(none).toMatchObject({ copies: 1, notification: null, audits: [] });
});

test('faults are switched on and off', async () => {
  await post('/api/faults', { target: 'sendMail', kind: '503', times: 2 });
  await post('/api/faults', { target: 'users', kind: 'hang' });
  const state = async () => JSON.parse((await ask('GET', '/api/state')).text);
  expect((await state()).pulse.faults).toEqual([
    { target: 'sendMail', kind: '503', times: 2 },
    { target: 'users', kind: 'hang', times: null },
  ]);
  await post('/api/faults', { target: 'users', kind: null });
  expect(simulator.faults.active()).toHaveLength(1);
  await ask('DELETE', '/api/faults');
  expect(simulator.faults.active()).toEqual([]);
});

test('an open page is told of mails and of what the host says', async () => {
  const response = await fetch(`http://127.0.0.1:${inbox.port}/events`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  const read = async (wanted: string) => {
    while (!told.includes(wanted)) told += (await reader?.read())?.value ?? '';
  };
  await read('event: state');
  deliver();
  await read('event: mail\ndata: {"id":"mail-1"');
  const time = new Date().toISOString();
  const idle = { event: 'poll.finished', records: 4, recorded: 0, notifications: 0, revived: 0 };
  log.add({ time, level: 'info', function: 'pollAuditLog', ...idle });
  log.add({ time, level: 'warn', function: 'sendNotification', event: 'odd', count: 3 });
  await read('"text":"count=3"');
  expect(told).not.toContain('event: log\ndata: {"event":"poll.finished"');
  expect(log.lines).toHaveLength(1);
  await vi.waitFor(async () => {
    const { pulse } = JSON.parse((await ask('GET', '/api/state')).text);
    expect(pulse.lastPollAt).toBe(time);
  });
  await reader?.cancel();
});

test('a taken port leads to the next free one', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const second = await serveInbox({ simulator, ledger, log }, port);
  expect(second.port).toBeGreaterThan(port);
  expect(second.url).toBe(`http://localhost:${second.port}`);
  await second.close();
  other.close();
});
