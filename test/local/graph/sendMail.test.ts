import { describe, expect, it, vi } from 'vitest';
import { refusal, startTenant, type TestTenant } from './tenant.ts';

const sender = 'security@contoso.example';

const sentItems = `/users/${sender}/mailFolders/sentitems/messages`;

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${index}@contoso.example`).join(',\r\n ');

interface Letter {
  readonly from?: string;
  readonly to?: string;
  readonly more?: string;
}

function letter({ from = sender, to = 'AdeleV@contoso.example', more = '' }: Letter = {}): string {
  const header = `From: Contoso <${from}>\r\nTo: ${to}\r\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <one@contoso.example>\r\n`;
  return `${header}${more}\r\nHello\r\n`;
}

function send({ simulator }: TestTenant, mime: string, mailbox = sender): Promise<Response> {
  return post(simulator.url, mailbox, Buffer.from(mime).toString('base64'), 'text/plain');
}

function post(url: string, mailbox: string, body: string, type: string): Promise<Response> {
  const headers = { 'content-type': type };
  const address = `${url}/v1.0/users/${encodeURIComponent(mailbox)}/sendMail`;
  return fetch(address, { method: 'POST', headers, body });
}

describe('sendMail', () => {
  it('accepts a message and keeps it in inboxes and Sent Items', async () => {
    const tenant = await startTenant();
    const { mailboxes } = tenant.simulator;
    const heard: string[] = [];
    mailboxes.onMail(({ id }) => heard.push(id));
    const answer = await send(tenant, letter({ more: 'Cc: Miriam <MiriamG@contoso.example>\r\n' }));
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    const mail = mailboxes.mails[0];
    expect(mail).toEqual({
      id: heard[0],
      at: tenant.clock.now().toISOString(),
      sender,
      raw: expect.stringContaining('\r\n\r\nHello'),
      recipients: { to: ['AdeleV@contoso.example'], cc: ['MiriamG@contoso.example'], bcc: [] },
      messageId: '<one@contoso.example>',
      subject: 'Grüße',
    });
    for (const address of ['adelev@contoso.example', 'MiriamG@contoso.example']) {
      expect(mailboxes.inbox(address)).toEqual([mail]);
    }
    expect(mailboxes.sentItems(sender)).toEqual([mail]);
    expect(mailboxes.inbox('LeeG@contoso.example')).toEqual([]);
  });

  it.each([
    ['nobody@contoso.example', letter(), '404 ErrorInvalidUser'],
    ['LidiaH@contoso.example', letter(), '404 MailboxNotEnabledForRESTAPI'],
    ['AdeleV@contoso.example', letter(), '403 ErrorAccessDenied'],
    [sender, letter({ from: 'security2@contoso.example' }), '403 ErrorSendAsDenied'],
    [sender, letter({ to: 'adele(at)contoso' }), '400 ErrorInvalidRecipients'],
    [sender, letter({ to: '' }), '400 ErrorMimeContentInvalid:'],
    [sender, 'Subject: no sender\r\nTo: a@b.example\r\n\r\n', '400 ErrorMimeContentInvalid:'],
    [sender, 'just words', '400 ErrorMimeContentInvalid:'],
  ])('from %s refuses with the code of Exchange (%#)', async (mailbox, mime, code) => {
    const tenant = await startTenant();
    expect(await refusal(await send(tenant, mime, mailbox))).toContain(code);
    expect(tenant.simulator.mailboxes.mails).toEqual([]);
  });

  it('refuses what is not base64, and JSON', async () => {
    const { simulator } = await startTenant();
    const mime = await post(simulator.url, sender, 'From: not base64', 'text/plain');
    expect(await refusal(mime)).toContain('400 ErrorMimeContentInvalidBase64String');
    const body = '{"message":{"toRecipients":[{"emailAddress":{"address":"a@contoso.example"}}]}}';
    const json = await post(simulator.url, sender, body, 'application/json');
    expect(await refusal(json)).toContain('400 ErrorInvalidRequest');
  });

  it('refuses a message for nobody in words of its own, and only where it may send', async () => {
    const { simulator } = await startTenant();
    const trial = (mailbox: string) =>
      post(simulator.url, mailbox, '{"message":{}}', 'application/json');
    expect(await refusal(await trial(sender))).toContain('400 ErrorInvalidRecipients');
    expect(await refusal(await trial('AdeleV@contoso.example'))).toContain('403');
    expect(simulator.mailboxes.mails).toEqual([]);
  });

  it.each([
    ['{"message":', '400 BadRequest'],
    ['{}', '400 RequestBodyRead'],
    ['{"message":{},"saveToSentItem":true}', '400 RequestBodyRead'],
    ['{"message":{"toRecipient":[]}}', '400 RequestBodyRead'],
    ['{"Message":{}}', '400 ErrorInvalidRecipients'],
  ])('reads JSON as the metadata has it: %s', async (body, code) => {
    const { simulator } = await startTenant();
    expect(await refusal(await post(simulator.url, sender, body, 'application/json'))).toContain(
      code,
    );
  });

  it('lets a From in other case pass', async () => {
    const tenant = await startTenant();
    expect((await send(tenant, letter({ from: 'Security@Contoso.example' }))).status).toBe(202);
  });

  it('takes 30 messages a minute from each mailbox', async () => {
    const tenant = await startTenant();
    for (let number = 0; number < 30; number += 1) {
      expect((await send(tenant, letter())).status).toBe(202);
      tenant.clock.advance(1);
    }
    const refused = await send(tenant, letter());
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refusal(refused)).toContain('429 ApplicationThrottled');
    const other = 'security2@contoso.example';
    expect((await send(tenant, letter({ from: other }), other)).status).toBe(202);
    tenant.clock.advance(30);
    expect((await send(tenant, letter())).status).toBe(202);
  });

  it('takes 10,000 recipients a day', async () => {
    const tenant = await startTenant();
    const to = people(500);
    for (let number = 0; number < 20; number += 1) {
      expect((await send(tenant, letter({ to }))).status).toBe(202);
    }
    expect(await refusal(await send(tenant, letter()))).toContain('429 ErrorExceededMessageLimit');
    tenant.clock.advance(24 * 60 * 60);
    expect((await send(tenant, letter())).status).toBe(202);
  });

  it('takes 500 recipients of a message', async () => {
    const tenant = await startTenant();
    expect(await refusal(await send(tenant, letter({ to: people(501) })))).toMatch(/^400 /);
    expect(tenant.simulator.mailboxes.mails).toEqual([]);
    expect((await send(tenant, letter({ to: people(500) }))).status).toBe(202);
  });

  it('takes 10,000 requests in ten minutes of each mailbox, those that only read too', async () => {
    const tenant = await startTenant();
    tenant.simulator.mailboxes.limitsOf(sender).requests.take(tenant.clock.now(), 9999);
    expect((await tenant.get(sentItems)).status).toBe(200);
    expect(await refusal(await tenant.get(sentItems))).toContain('429 ApplicationThrottled');
    expect(await refusal(await send(tenant, letter()))).toContain('429 ApplicationThrottled');
    tenant.clock.advance(600);
    expect((await send(tenant, letter())).status).toBe(202);
  });

  it('takes looks into Sent Items for requests of its four', async () => {
    const tenant = await startTenant();
    tenant.simulator.faults.set('sentItems', { kind: 'hang' });
    const looks = Array.from({ length: 4 }, () => tenant.get(sentItems));
    const waiting = Promise.allSettled(looks);
    await vi.waitFor(() => expect(tenant.simulator.counts.sentItems).toBe(4));
    expect(await refusal(await send(tenant, letter()))).toContain('429 ApplicationThrottled');
    await tenant.simulator.close();
    expect((await waiting).every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('takes four requests at a time from each mailbox', async () => {
    const tenant = await startTenant();
    tenant.simulator.faults.set('sendMail', { kind: 'hang' });
    const five = Array.from({ length: 5 }, () => send(tenant, letter()));
    const waiting = Promise.allSettled(five);
    const refused = await Promise.race(five);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refusal(refused)).toContain('429 ApplicationThrottled');
    tenant.simulator.faults.clear();
    const other = 'security2@contoso.example';
    expect((await send(tenant, letter({ from: other }), other)).status).toBe(202);
    await tenant.simulator.close();
    expect((await waiting).filter(({ status }) => status === 'rejected')).toHaveLength(4);
  });
});

describe('the faults of sendMail', () => {
  it.each([
    ['resetBefore', 0],
    ['resetAfter', 1],
  ] as const)('%s breaks the connection', async (kind, kept) => {
    const tenant = await startTenant();
    tenant.simulator.faults.set('sendMail', { kind, times: 1 });
    await expect(send(tenant, letter())).rejects.toThrow();
    expect(tenant.simulator.mailboxes.mails).toHaveLength(kept);
    expect(tenant.simulator.requests[0]?.status).toBe(0);
    expect((await send(tenant, letter())).status).toBe(202);
  });

  it.each([
    ['429', 429, 0, 11],
    ['503', 503, 0, 11],
    ['503', 503, 0, undefined],
    ['503kept', 503, 1, undefined],
    ['504', 504, 0, undefined],
    ['504kept', 504, 1, undefined],
    ['consentMissing', 403, 0, undefined],
    ['sendAsDenied', 403, 0, undefined],
    ['submissionBlocked', 403, 0, undefined],
  ] as const)('%s answers %s and keeps %s', async (kind, status, kept, retryAfter) => {
    const tenant = await startTenant();
    const fault = { kind, ...(retryAfter === undefined ? {} : { retryAfter }) };
    tenant.simulator.faults.set('sendMail', fault);
    const answer = await send(tenant, letter());
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter?.toString() ?? null);
    expect(tenant.simulator.mailboxes.mails).toHaveLength(kept);
  });

  it.each([
    ['hang', 0],
    ['hangKept', 1],
  ] as const)('%s gives no answer and keeps %s', async (kind, kept) => {
    const tenant = await startTenant();
    tenant.simulator.faults.set('sendMail', { kind, times: 1 });
    const hanging = send(tenant, letter());
    const ended = expect(hanging).rejects.toThrow();
    expect((await send(tenant, letter({ more: 'X-Second: yes\r\n' }))).status).toBe(202);
    expect(tenant.simulator.mailboxes.mails).toHaveLength(kept + 1);
    await tenant.simulator.close();
    await ended;
  });

  it('can be those of one mailbox', async () => {
    const tenant = await startTenant();
    tenant.simulator.faults.set('sendMail', { kind: 'submissionBlocked', mailbox: sender });
    expect(await refusal(await send(tenant, letter()))).toMatch(
      /^403 ErrorMessageSubmissionBlocked/,
    );
    const other = 'security2@contoso.example';
    expect((await send(tenant, letter({ from: other }), other)).status).toBe(202);
  });
});

describe('Sent Items', () => {
  const path = sentItems;
  const query = (id: string) =>
    `${path}?$filter=${encodeURIComponent(`internetMessageId eq '${id}'`)}&$select=id,internetMessageId&$top=1`;

  it('tell whether a message went out', async () => {
    const tenant = await startTenant();
    await send(tenant, letter());
    const found = (await (await tenant.get(query('<one@contoso.example>'))).json()) as object;
    expect(found).toMatchObject({
      value: [{ id: 'mail-1', internetMessageId: '<one@contoso.example>' }],
    });
    const none = await (await tenant.get(query('<two@contoso.example>'))).json();
    expect(none).toMatchObject({ value: [] });
  });

  it('may be closed to the app', async () => {
    const tenant = await startTenant();
    tenant.simulator.faults.set('sentItems', { kind: 'consentMissing' });
    expect(await refusal(await tenant.get(query('<one@contoso.example>')))).toContain(
      '403 ErrorAccessDenied',
    );
  });
});
