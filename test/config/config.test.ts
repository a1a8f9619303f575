import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../functions/config/config.ts';

const least = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  SENDER_MAILBOXES: 'security@contoso.example',
  AZURE_CLIENT_ID: '0a1b2c3d-0000-4000-8000-000000000001',
};

const seventeen = Array.from({ length: 17 }, (_, index) => `s${index}@contoso.example`).join(',');

function problemsOf(environment: Record<string, string | undefined>) {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('there were no problems');
}

describe('the least that must be set', () => {
  test('gives every other setting its default', () => {
    const config = readConfig({ ...least, COPY_MANAGER: '  ', CLAIM_LEASE_SECONDS: '' });
    expect(config).toMatchObject({
      SENDER_MAILBOXES: ['security@contoso.example'],
      POLL_SCHEDULE: '*/15 * * * * *',
      SETTLE_SECONDS: 15,
      OVERLAP_MINUTES: 60,
      COPY_MANAGER: 'always',
      DRY_RUN: false,
    });
    expect(config.GRAPH_BASE_URL.origin).toBe('https://graph.microsoft.com');
  });

  test('is named, all of it at once, with the fix', () => {
    const problems = problemsOf({});
    expect(problems.map(({ setting }) => setting)).toEqual([
      'SENDER_MAILBOXES',
      'AzureWebJobsStorage',
      'AZURE_CLIENT_ID',
    ]);
    for (const { problem } of problems) expect(problem).toMatch(/^is missing\. Give /);
  });
});

describe('a broken setting is named, with its value and the fix:', () => {
  test.each([
    ['SENDER_MAILBOXES', 'security', 'mail addresses'],
    ['SENDER_MAILBOXES', seventeen, 'at most 16'],
    ['GRAPH_BASE_URL', 'http://graph.example', 'loopback'],
    ['GRAPH_BASE_URL', 'https://graph.microsoft.com/beta', 'origin'],
    ['SECURITY_INFO_URL', 'javascript:alert(1)', 'https://'],
    ['SUPPORT_URL', 'http://help.contoso.example', 'https://'],
    ['REPORT_URL', 'http://help.contoso.example', 'mailto:'],
    ['REPORT_URL', 'https://{reference}.evil.example/', 'https://'],
    ['REPORT_URL', 'https://help.example/{ref}', '{reference}'],
    ['REPORT_URL', 'mailto:a@b.example?bcc=c@d.example&x', 'mailto:'],
    ['REPORT_URL', 'mailto:a@b.example?subject=Alarm', 'mailto:'],
    ['LOGO_URL', 'data:image/png;base64,iVBORw0KGgo=', 'not all of it'],
    ['DEFAULT_LANGUAGE', 'xx', 'nb, nl'],
    ['LOGO_URL', 'https://contoso.example/logo.png', 'data: address'],
    ['LOGO_URL', 'data:image/png;base64,PHN2Zz4=', 'no such picture'],
    ['LOGO_URL', 'file:///nowhere/logo.png', 'cannot be read'],
    ['AUTHENTICATOR_NAMES', 'Blue key', 'Give AAGUIDs'],
    ['AUTHENTICATOR_NAMES', '2fc0579f-8113-47ea-b116-bb5a8db9202a', 'and a name'],
    ['AUTHENTICATOR_NAMES', '00000000-0000-0000-0000-000000000000=Any', 'Give AAGUIDs'],
    ['BRAND_COLOR', 'red;background:url(x)', 'six hex digits'],
    ['POLL_SCHEDULE', '* * *', 'has 3 fields, not six'],
    ['POLL_SCHEDULE', '99 * * * * *', 'for its second, which is 0 to 59'],
    ['SWEEP_SCHEDULE', '0 0 9 * * 7', 'for its day of week, which is 0 to 6'],
    ['SWEEP_SCHEDULE', '0 0 22-6 * * *', 'comes in these hours only, in UTC: 6, 7, 8'],
    ['SWEEP_SCHEDULE', '0 * * * * FRI-MON', 'comes on these days of the week only: 1, 2, 3, 4, 5'],
    ['POLL_SCHEDULE', '0 0 0 31 2 *', 'never comes'],
    ['POLL_SCHEDULE', '0 0 0 1 * *', 'come at least once an hour'],
    ['OVERLAP_MINUTES', '-1', 'whole number from 1'],
    ['SEND_RATE_PER_MINUTE', '1e3', 'whole number'],
    ['COPY_MANAGER', 'sometimes', 'always, risky, never'],
    ['EXCLUDED_USERS', 'adele', 'object ids or user principal names'],
    ['INCLUDED_USERS', 'a@b.cd;c@d.ef', 'separated by commas'],
    ['EXCLUDED_USERS', '<a@b.cd>', 'separated by commas'],
    ['WATCHED_GROUPS', 'Executives', 'object ids of groups'],
    ['DRY_RUN', 'yes', 'true, false'],
    ['DEFAULT_TIME_ZONE', 'Mars/Phobos', 'IANA'],
    ['DEFAULT_LANGUAGE', 'not a tag', 'BCP 47'],
  ])('%s=%s', (setting, value, fix) => {
    const [problem, ...more] = problemsOf({ ...least, [setting]: value });
    expect(more).toEqual([]);
    expect(problem?.setting).toBe(setting);
    expect(problem?.problem).toContain(fix);
    expect(problem?.problem).toContain(value.slice(0, 10));
  });

  test('more groups than Graph checks at once', () => {
    const groups = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => {
        return `c0a70500-7e4a-4c1d-9b6e-${String(from + index).padStart(12, '0')}`;
      }).join(',');
    const twenty = { ...least, WATCHED_GROUPS: groups(1, 15), EXCLUDED_GROUPS: groups(11, 10) };
    expect(readConfig(twenty).EXCLUDED_GROUPS).toHaveLength(10);
    const [problem] = problemsOf({ ...twenty, INCLUDED_GROUPS: groups(21, 1) });
    expect(problem?.setting).toBe('WATCHED_GROUPS');
    expect(problem?.problem).toContain('more than 20 groups');
  });

  test('all of them in one message', () => {
    const wrong = { ...least, DRY_RUN: 'maybe', RETENTION_DAYS: '0' };
    expect(() => readConfig(wrong)).toThrow(
      /2 setting\(s\)[\s\S]*DRY_RUN[\s\S]*RETENTION_DAYS|RETENTION_DAYS[\s\S]*DRY_RUN/,
    );
  });

  test('but a storage connection string is never shown', () => {
    const [problem] = problemsOf({ ...least, AzureWebJobsStorage: 'AccountKey=secret' });
    expect(problem?.setting).toBe('AzureWebJobsStorage');
    expect(problem?.problem).not.toContain('secret');
  });
});

test('authenticators get names of the operator’s own, which may hold commas', () => {
  const AUTHENTICATOR_NAMES =
    '2FC0579F-8113-47EA-B116-BB5A8DB9202A = Blue key (2024, 2025), a25342c0-3cdc-4414-8e46-f4807fca511c=A=B,';
  expect(readConfig({ ...least, AUTHENTICATOR_NAMES }).AUTHENTICATOR_NAMES).toEqual({
    '2fc0579f-8113-47ea-b116-bb5a8db9202a': 'Blue key (2024, 2025)',
    'a25342c0-3cdc-4414-8e46-f4807fca511c': 'A=B',
  });
  expect(readConfig(least).AUTHENTICATOR_NAMES).toEqual({});
});

test('a report goes to a page or to a mailbox, and a logo is read where the settings are', () => {
  const url = 'https://help.contoso.example/{reference}?ref={reference}';
  const logo = 'data:image/gif;base64,R0lGODlhAQABAAAAAAAsOw==';
  const config = readConfig({ ...least, REPORT_URL: url, LOGO_URL: logo });
  expect(config.REPORT_URL).toEqual({ kind: 'page', url });
  expect(config.LOGO_URL?.contentType).toBe('image/gif');
  const { REPORT_URL } = readConfig({ ...least, REPORT_URL: 'mailto:soc@contoso.example' });
  expect(REPORT_URL).toEqual({ kind: 'mailbox', address: 'soc@contoso.example' });
  expect(readConfig(least).LOGO_URL).toBeUndefined();
  const heavy = `data:image/gif;base64,${Buffer.from(`GIF8${'x'.repeat(9_000)};`).toString('base64')}`;
  expect(problemsOf({ ...least, LOGO_URL: heavy })).toEqual([
    { setting: 'LOGO_URL', problem: 'is of 9005 bytes. Give a picture of at most 8000 bytes' },
  ]);
});

describe('the identity', () => {
  test('is the managed one, by client id, in Azure', () => {
    const IDENTITY_ENDPOINT = 'http://localhost:1/msi';
    const { identity } = readConfig({ ...least, IDENTITY_ENDPOINT, IDENTITY_HEADER: 'h' });
    expect(identity).toEqual({
      kind: 'managed',
      clientId: least.AZURE_CLIENT_ID,
      endpoint: { url: new URL(IDENTITY_ENDPOINT), header: 'h' },
    });
    for (const IDENTITY_HEADER of ['a\r\nX-Other: b', 'a\0', 'a\u2028']) {
      const problems = problemsOf({ ...least, IDENTITY_ENDPOINT, IDENTITY_HEADER });
      expect(problems).toEqual([
        {
          setting: 'IDENTITY_HEADER',
          problem:
            'holds what no HTTP header may. Azure sets it beside IDENTITY_ENDPOINT: leave both out elsewhere',
        },
      ]);
    }
    expect(problemsOf({ ...least, IDENTITY_ENDPOINT: 'msi' })).toEqual([
      {
        setting: 'IDENTITY_ENDPOINT',
        problem:
          'is no address. Azure sets it where the app has an identity: leave it out elsewhere',
      },
    ]);
  });

  test('comes from the environment elsewhere, and from nowhere for a loopback Graph', () => {
    expect(readConfig(least).identity).toEqual({
      kind: 'environment',
      clientId: least.AZURE_CLIENT_ID,
    });
    for (const GRAPH_BASE_URL of [
      'http://127.0.0.1:8080',
      'http://localhost:1/',
      'http://[::1]:9',
    ]) {
      expect(readConfig({ ...least, GRAPH_BASE_URL }).identity).toMatchObject({ kind: 'none' });
    }
  });

  test('of storage is never used on a plain http address', () => {
    const uris = {
      AzureWebJobsStorage: undefined,
      AzureWebJobsStorage__tableServiceUri: 'http://127.0.0.1:10002/x',
      AzureWebJobsStorage__queueServiceUri: 'https://x.queue.core.windows.net',
    };
    expect(problemsOf({ ...least, ...uris })[0]?.problem).toContain('https://');
    const config = readConfig({
      ...least,
      AzureWebJobsStorage: undefined,
      AzureWebJobsStorage__accountName: 'contoso',
      AzureWebJobsStorage__clientId: 'c',
    });
    expect(config.storage).toEqual({
      blobUri: 'https://contoso.blob.core.windows.net',
      tableUri: 'https://contoso.table.core.windows.net',
      queueUri: 'https://contoso.queue.core.windows.net',
      clientId: 'c',
    });
  });

  test.each(['https://contoso.table.core.windows.net', 'contoso.table', 'st account', 'st'])(
    'of storage is not looked for at an account that is called %s',
    (accountName) => {
      const account = { AzureWebJobsStorage__accountName: accountName };
      expect(problemsOf({ ...least, ...account })).toEqual([
        {
          setting: 'AzureWebJobsStorage__accountName',
          problem: expect.stringMatching(/^is ".+"\. Give the name of the storage account alone/),
        },
      ]);
    },
  );

  test('of storage is the same as for Graph, whatever blanks stand around it', () => {
    const account = { AzureWebJobsStorage__accountName: 'contoso', AZURE_CLIENT_ID: ' c ' };
    const { storage, identity } = readConfig({ ...least, ...account });
    expect(storage).toMatchObject({ clientId: 'c' });
    expect(identity).toMatchObject({ clientId: 'c' });
  });

  test('of storage counts before a connection string that is left from before', () => {
    const { storage } = readConfig({ ...least, AzureWebJobsStorage__accountName: 'contoso' });
    expect(storage).toMatchObject({ tableUri: 'https://contoso.table.core.windows.net' });
    const half = { AzureWebJobsStorage__tableServiceUri: 'https://contoso.table.core.windows.net' };
    expect(problemsOf({ ...least, ...half })[0]?.problem).toMatch(/^is incomplete\. Give /);
  });

  test.each([
    ['https://graph.microsoft.us', 'https://contoso.table.core.usgovcloudapi.net'],
    ['https://dod-graph.microsoft.us/v1.0', 'https://contoso.table.core.usgovcloudapi.net'],
    ['https://microsoftgraph.chinacloudapi.cn', 'https://contoso.table.core.chinacloudapi.cn'],
  ])('of storage is looked for in the cloud of %s', (GRAPH_BASE_URL, tableUri) => {
    const account = { AzureWebJobsStorage: undefined, AzureWebJobsStorage__accountName: 'contoso' };
    expect(readConfig({ ...least, ...account, GRAPH_BASE_URL }).storage).toMatchObject({
      tableUri,
    });
  });

  test('of storage is not guessed in a cloud whose names are not known', () => {
    const account = { AzureWebJobsStorage: undefined, AzureWebJobsStorage__accountName: 'contoso' };
    const GRAPH_BASE_URL = 'https://graph.svc.sovcloud.example';
    expect(problemsOf({ ...least, ...account, GRAPH_BASE_URL })[0]?.problem).toContain(
      'tableServiceUri',
    );
  });
});

describe('an event hub', () => {
  const hub = { ...least, AUDIT_EVENT_HUB: 'audit-logs' };
  const namespace = 'AuditEventHub__fullyQualifiedNamespace';
  const reached = { ...hub, [namespace]: 'contoso.servicebus.example' };

  test('is off unless it is named, whatever else is there', () => {
    const config = readConfig({ ...least, AUDIT_EVENT_HUB: ' ', [namespace]: 'sb://x' });
    expect(config).toMatchObject({ AUDIT_EVENT_HUB: '', POLL_SCHEDULE: '*/15 * * * * *' });
  });

  test('makes the poll a safety net, unless the schedule is given', () => {
    expect(readConfig(reached)).toMatchObject({
      AUDIT_EVENT_HUB: 'audit-logs',
      POLL_SCHEDULE: '0 */10 * * * *',
    });
    expect(readConfig({ ...reached, POLL_SCHEDULE: ' ' }).POLL_SCHEDULE).toBe('0 */10 * * * *');
    const own = { ...reached, POLL_SCHEDULE: '0 * * * * *' };
    expect(readConfig(own).POLL_SCHEDULE).toBe('0 * * * * *');
  });

  test('needs a connection, which is named with the fix, among all other problems', () => {
    const [first, problem] = problemsOf({ ...hub, DRY_RUN: 'maybe' });
    expect(first?.setting).toBe('DRY_RUN');
    expect(problem?.setting).toBe('AuditEventHub');
    expect(problem?.problem).toMatch(/^is missing.* Give AuditEventHub__fullyQualifiedNamespace/);
    const text = 'Endpoint=sb://localhost;UseDevelopmentEmulator=true';
    expect(() => readConfig({ ...hub, AuditEventHub: text })).not.toThrow();
  });

  test('is given by its name alone', () => {
    expect(problemsOf({ ...reached, AUDIT_EVENT_HUB: 'sb://contoso/hub' })).toEqual([
      { setting: 'AUDIT_EVENT_HUB', problem: expect.stringContaining('name of the event hub') },
    ]);
  });

  test('is reached by the name of its host, and by a managed identity of that client id', () => {
    expect(problemsOf({ ...hub, [namespace]: 'sb://contoso.example' })[0]?.setting).toBe(namespace);
    const managed = { ...reached, AuditEventHub__credential: 'managedidentity' };
    expect(problemsOf(managed)).toEqual([
      { setting: 'AuditEventHub__clientId', problem: expect.stringMatching(/^is missing\. Give /) },
    ]);
    expect(() => readConfig({ ...managed, AuditEventHub__clientId: 'c' })).not.toThrow();
  });
});

test('a schedule is handed on as it was given, and a tab that the host refuses is refused', () => {
  expect(readConfig({ ...least, POLL_SCHEDULE: '0  */5 * * * *' }).POLL_SCHEDULE).toBe(
    '0  */5 * * * *',
  );
  expect(problemsOf({ ...least, POLL_SCHEDULE: '0\t* * * * *' })).toMatchObject([
    { setting: 'POLL_SCHEDULE', problem: expect.stringContaining('only spaces part fields') },
  ]);
});
