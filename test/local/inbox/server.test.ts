import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { serveInbox } from '../../../local/inbox/server.ts';
import { serveTenant } from './servedTenant.ts';

const { tenant, ask, post } = serveTenant();
const json = { 'Content-Type': 'application/json' };

test('only requests for this machine by its own names are answered', async () => {
  const own = await ask('GET', '/', { Host: `localhost:${tenant.inbox.port}` });
  expect(own.status).toBe(200);
  for (const host of [
    'evil.example',
    `evil.example:${tenant.inbox.port}`,
    'localhost',
    'localhost:1',
  ]) {
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
  expect(tenant.simulator.audit.size).toBe(0);

  const origin = { Origin: `http://127.0.0.1:${tenant.inbox.port}` };
  const pressed = await post('/api/happen', { name: 'userDeletesPhone' }, origin);
  expect(pressed.status).toBe(200);
  expect(JSON.parse(pressed.text)).toEqual({ rows: tenant.simulator.audit.size });
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

test('every mail is shown below /preview/, without Chromium, by the same rules', async () => {
  expect((await ask('GET', '/')).text).toContain('href="/preview/"');
  const page = await ask('GET', '/preview/');
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/i);
  for (const [, file] of page.text.matchAll(/(?:src|href)="(\w+\.(?:js|css))"/g)) {
    expect([file, (await ask('GET', `/preview/${file}`)).status]).toEqual([file, 200]);
  }
  const mail = await ask('GET', '/preview/mails/en/passkey-added.dark.html');
  expect(mail.headers['content-security-policy']).toMatch(
    /^sandbox allow-same-origin; default-src 'none';/,
  );
  expect(mail.text).toContain('Passkey added');
  expect((await ask('GET', '/preview/mails/en/nothing.html')).status).toBe(404);
  expect((await ask('POST', '/preview/')).status).toBe(404);
});

test('a taken port leads to the next free one', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const second = await serveInbox(tenant, port);
  expect(second.port).toBeGreaterThan(port);
  expect(second.url).toBe(`http://localhost:${second.port}`);
  await second.close();
  other.close();
});
