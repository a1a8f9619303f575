import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RestError } from '@azure/data-tables';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Credential } from '../../functions/graph/token.ts';
import { connectQueue } from '../../functions/ledger/queueClient.ts';
import { storageOptions } from '../../functions/ledger/storageClient.ts';
import { openTable } from '../../functions/ledger/tableStore.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const limits = { callMs: 400, tryMs: 60 };
let server: ReturnType<typeof createServer>;
let requests: IncomingMessage[];
let answer: Answer;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => server.close().closeAllConnections());

const ok: Answer = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', etag: 'W/"1"' });
  response.end('{"PartitionKey":"p","RowKey":"r"}');
};

function opened(credential: Credential) {
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
  const storage = { tableUri: uri, queueUri: uri, blobUri: undefined, clientId: 'c' };
  const retries = { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 1 };
  const table = openTable(storage, credential, {
    allowInsecureConnection: true,
    retryOptions: retries,
    ...storageOptions(credential, limits),
  });
  const tries = { maxTries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 1 };
  const queue = connectQueue(storage, credential, {
    retryOptions: tries,
    ...storageOptions(credential, limits),
  });
  return { table, queue };
}

const token = (): Credential => ({
  getToken: async () => ({ token: 'good', expiresOnTimestamp: Date.now() + 3_600_000 }),
});

const calls = {
  'a row is read': ({ table }: ReturnType<typeof opened>) => table.getEntity('p', 'r'),
  'a page is read': ({ table }: ReturnType<typeof opened>) => table.listEntities().next(),
  'a transaction is written': ({ table }: ReturnType<typeof opened>) =>
    table.submitTransaction([['create', { partitionKey: 'p', rowKey: 'r' }]]),
  'a message is sent': ({ queue }: ReturnType<typeof opened>) => queue.sendMessage('x'),
};
const all = Object.entries(calls);

async function failureOf(work: () => Promise<unknown>): Promise<RestError> {
  const error = await work().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(RestError);
  return error as RestError;
}

describe.each(all)('%s', (name, call) => {
  test('with the token of the one source', async () => {
    answer = (_, response) => response.writeHead(404).end();
    await call(opened(token())).catch(() => {});
    // More than one where a machine with a lot to do is too slow for the first.
    const tokens = requests.map(({ headers }) => headers.authorization);
    expect(new Set(tokens)).toEqual(new Set(['Bearer good']));
  });

  test('again with another token, once, where storage refuses the first', async () => {
    let refused = 0;
    const credential: Credential = {
      getToken: async () => ({ token: `t${refused}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
      refuse: () => {
        refused += 1;
      },
    };
    answer = (_, response) => response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
    expect((await failureOf(() => call(opened(credential)))).statusCode).toBe(401);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t0',
      'Bearer t1',
    ]);
  });

  test('in vain where nobody answers, and the same client goes on when somebody does', async () => {
    answer = () => {};
    const clients = opened(token());
    expect((await failureOf(() => call(clients))).code).toMatch(/^(ETIMEDOUT|CallTimedOut)$/);
    requests = [];
    answer = ok;
    await call(clients).catch(() => {});
    expect(requests).not.toHaveLength(0);
  });

  test('in vain where no token ever comes, and the same client goes on when one does', async () => {
    let silent = true;
    const credential: Credential = {
      getToken: () => (silent ? new Promise<never>(() => {}) : token().getToken('')),
    };
    answer = ok;
    const clients = opened(credential);
    expect((await failureOf(() => call(clients))).code).toBe('NoToken:TimeoutError');
    expect(requests).toEqual([]);
    silent = false;
    await call(clients).catch(() => {});
    expect(requests).not.toHaveLength(0);
  });

  test('not for as long as a Retry-After says that is longer than the call may take', async () => {
    answer = (_, response) => response.writeHead(503, { 'Retry-After': '3600' }).end();
    // The queue's client heeds none: its tries are soon over.
    const expected = name === 'a message is sent' ? { statusCode: 503 } : { code: 'CallTimedOut' };
    expect(await failureOf(() => call(opened(token())))).toMatchObject(expected);
  });
});

describe('a wait that an answer of storage asks for', () => {
  const heeded = async (given: Readonly<Record<string, string>>) => {
    const { policy } = storageOptions(undefined).additionalPolicies.find(
      (one) => one.policy.name === 'trustedAnswer',
    ) as { policy: { sendRequest(request: unknown, next: unknown): Promise<unknown> } };
    const headers = new Map(Object.entries(given));
    await policy.sendRequest({}, async () => ({ status: 503, headers }));
    return Object.fromEntries(headers);
  };

  test.each([
    [{ 'retry-after': '3600' }],
    [{ 'retry-after': '9'.repeat(400) }],
    [{ 'retry-after': 'Fri, 01 Jan 9999 00:00:00 GMT' }],
    [{ 'retry-after': '9999-01-01T00:00:00Z' }],
    [{ 'retry-after-ms': '3600000' }],
    [{ 'x-ms-retry-after-ms': '9999999999999' }],
    [{ 'x-ms-retry-after-ms': '20000', 'retry-after': '1' }],
  ])('is ten seconds at most, in whichever way it is said: %j', async (headers) => {
    expect(await heeded(headers)).toEqual({ 'retry-after': '10' });
  });

  test.each([
    [{}],
    [{ 'retry-after': '7' }],
    [{ 'retry-after': 'soon' }],
    [{ 'retry-after-ms': '500' }],
    [{ 'retry-after': 'Tue, 24 Nov 2020 09:02:00 GMT' }],
  ])('is left as it is where it is shorter, or says nothing: %j', async (headers) => {
    expect(await heeded(headers)).toEqual(headers);
  });
});

test.each(all.slice(0, 2))(
  '%s, cut in the middle: the error holds nothing of it',
  async (_, call) => {
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json;odata=minimalmetadata' });
      response.end('{"value":[{"PartitionKey":"2026-11-24","target":"adele@contoso.example"');
    };
    const error = await failureOf(() => call(opened(token())));
    expect(error.code).toBe('CutAnswer');
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('adele');
  },
);

test('no token goes over plain http to another machine', async () => {
  const storage = {
    tableUri: 'http://storage.example',
    queueUri: 'http://storage.example',
    blobUri: undefined,
    clientId: 'c',
  };
  const error = await failureOf(() => connectQueue(storage, token()).sendMessage('x'));
  expect(error.code).toBe('TokenNeedsHttps');
});
