import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Ledger } from '../../../functions/ledger/ledger.ts';
import { openLedger } from '../../../functions/ledger/tableStore.ts';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type Simulator, startSimulator } from '../../../local/graph/simulator.ts';
import { HostLog } from '../../../local/inbox/hostLog.ts';
import { type InboxServer, serveInbox } from '../../../local/inbox/server.ts';

/** A tenant whose inbox page is served, without a functions host. */
interface ServedTenant {
  ledger: Ledger;
  simulator: Simulator;
  inbox: InboxServer;
  log: HostLog;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A new one for each test of the file; the ledger is the same for all of them. */
export function serveTenant() {
  let azurite: Azurite;
  const tenant = {} as ServedTenant;
  beforeAll(async () => {
    azurite = await startAzurite();
    tenant.ledger = openLedger({ connectionString: azurite.connectionString }, undefined);
  });
  afterAll(() => azurite.stop());
  beforeEach(async () => {
    tenant.simulator = await startSimulator();
    tenant.log = new HostLog();
    tenant.inbox = await serveInbox(tenant, 0);
  });
  afterEach(async () => {
    await tenant.inbox.close();
    await tenant.simulator.close();
  });

  /** fetch sets Host by itself, and some tests are about a wrong one. */
  function ask(method: string, path: string, headers: Record<string, string> = {}, body = '') {
    return new Promise<Answer>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: tenant.inbox.port, method, path, headers };
      request(options, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      })
        .on('error', reject)
        .end(body);
    });
  }

  return {
    tenant,
    ask,
    read: async (path: string) => JSON.parse((await ask('GET', path)).text),
    post: (path: string, body: unknown, headers = {}) =>
      ask('POST', path, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body)),
  };
}

const html = `<html><head><meta name="color-scheme" content="light dark"><style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) { p { color: white } }
</style></head><body><p>Hello</p><script>alert(1)</script></body></html>`;

/** Puts a mail to Adele, with a copy to Miriam, into the tenant's mailboxes. */
export function deliver({ mailboxes }: Simulator, messageId = '<one@contoso.example>') {
  const from = 'security@contoso.example';
  const to = 'AdeleV@contoso.example';
  const cc = 'MiriamG@contoso.example';
  const subject = 'Something changed';
  const raw = [
    `From: Contoso <${from}>`,
    `To: ${to}`,
    `Cc: ${cc}`,
    `Subject: ${subject}`,
    `Message-ID: ${messageId}`,
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
  ].join('\r\n');
  const recipients = { to: [to], cc: [cc], bcc: [] };
  return mailboxes.deliver(from, { raw, from, recipients, messageId, subject });
}
