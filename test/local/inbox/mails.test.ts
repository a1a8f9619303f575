import { expect, test, vi } from 'vitest';
import { auditRef, notificationRef, reference } from '../../../functions/ledger/keys.ts';
import type { Notification } from '../../../functions/ledger/notification.ts';
import { messageIdOf } from '../../../functions/send/sentItems.ts';
import { deliver, serveTenant } from './servedTenant.ts';

const { tenant, ask, read, post } = serveTenant();

test('a mail is shown without scripts, requests or forms', async () => {
  const { id } = deliver(tenant.simulator);
  const light = await ask('GET', `/mail/${id}?view=rendered`);
  const policy = String(light.headers['content-security-policy']);
  expect(policy).toMatch(
    /^sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:;/,
  );
  expect(light.text).toContain('@media (max-width: 0) { p { color: white } }');
  expect(light.text).toContain('content="light"');

  const dark = await ask('GET', `/mail/${id}?view=dark`);
  expect(dark.text).toContain('@media (min-width: 0) { p { color: white } }');
  expect(dark.text).toContain('color-scheme: dark;');
  const other = await ask('GET', `/mail/${id}?view=sepia`);
  expect([other.status, JSON.parse(other.text).field]).toEqual([400, 'view']);
});

test('a mail is taken apart', async () => {
  const { id } = deliver(tenant.simulator);
  const parts = await read(`/api/mails/${id}`);
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
  const [record] = tenant.simulator.happen('adminDeletesTemporaryAccessPass');
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
    doubts: [],
    deferrals: 0,
    outcome: { reason: 'userTold' },
    steps: [{ at: time, state: 'sent', cause: { reason: 'userTold' } }],
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
  await tenant.ledger.record({ audits: [audit], inserts: [row], updates: [] }, new Map());
  const { id } = deliver(tenant.simulator, messageIdOf(row, 'contoso.example'));
  deliver(tenant.simulator, messageIdOf(row, 'contoso.example'));

  const story = await read(`/api/mails/${id}/story`);
  expect(story).toMatchObject({
    copies: 2,
    notification: { reference: reference(row), state: 'sent', outcome: 'user told' },
    audits: [{ auditId, verdict: 'change', why: 'in the catalogue', record: { id: auditId } }],
  });
  const stranger = deliver(tenant.simulator, '<stranger@contoso.example>');
  const none = await read(`/api/mails/${stranger.id}/story`);
  expect(none).toMatchObject({ copies: 1, notification: null, audits: [] });
});

test('faults are switched on and off', async () => {
  await post('/api/faults', { target: 'sendMail', kind: '503', times: 2 });
  await post('/api/faults', { target: 'users', kind: 'hang' });
  const state = () => read('/api/state');
  expect((await state()).pulse.faults).toEqual([
    { target: 'sendMail', kind: '503', times: 2 },
    { target: 'users', kind: 'hang', times: null },
  ]);
  await post('/api/faults', { target: 'users', kind: null });
  expect(tenant.simulator.faults.active()).toHaveLength(1);
  await ask('DELETE', '/api/faults');
  expect(tenant.simulator.faults.active()).toEqual([]);
});

test('an open page is told of mails and of what the host says', async () => {
  const response = await fetch(`http://127.0.0.1:${tenant.inbox.port}/events`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let told = '';
  const hear = async (wanted: string) => {
    while (!told.includes(wanted)) told += (await reader?.read())?.value ?? '';
  };
  await hear('event: state');
  deliver(tenant.simulator);
  await hear('event: mail\ndata: {"id":"mail-1"');
  const time = new Date().toISOString();
  const idle = { event: 'poll.finished', records: 4, recorded: 0, notifications: 0, revived: 0 };
  tenant.log.add({ time, level: 'info', function: 'pollAuditLog', ...idle });
  tenant.log.add({ time, level: 'warn', function: 'sendNotification', event: 'odd', count: 3 });
  await hear('"text":"count=3"');
  expect(told).not.toContain('event: log\ndata: {"event":"poll.finished"');
  expect(tenant.log.lines).toHaveLength(1);
  await vi.waitFor(async () => {
    const { pulse } = await read('/api/state');
    expect(pulse.lastPollAt).toBe(time);
  });
  await reader?.cancel();
});
