import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { connectGraph, type Graph, segment } from '../../functions/graph/client.ts';
import { failureKind, GraphFailure, retryAfterMs } from '../../functions/graph/failure.ts';
import type { Credential } from '../../functions/graph/token.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const now = () => new Date('2026-11-24T09:00:00.000Z');

/** A Graph that answers as the test says; waits pass at once and are noted. */
async function graphThat(handler: Handler, credential?: Credential) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => handler(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close().closeAllConnections());
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const graph = connectGraph({ origin, now, wait, ...(credential && { credential }) });
  return { graph, waits, origin };
}

/** An address where nobody listens any more. */
async function closedOrigin(): Promise<URL> {
  const { origin } = await graphThat(() => {});
  for (const close of closing.splice(0)) close();
  return origin;
}

const failureOf = async (run: () => Promise<unknown>): Promise<GraphFailure> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof GraphFailure) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

const send = (graph: Graph, timeoutMs = 2000) =>
  failureOf(() => graph.sendMail('a@x.example', Buffer.from('x'), timeoutMs));

describe('a read', () => {
  test('by POST carries JSON, and is repeated like any other', async () => {
    const bodies: unknown[] = [];
    const { graph, waits } = await graphThat((request, response, body) => {
      bodies.push([request.method, request.headers['content-type'], JSON.parse(body)]);
      response.statusCode = bodies.length === 1 ? 504 : 200;
      response.end('{"value":[]}');
    });
    const path = '/users/x/checkMemberGroups';
    expect(await graph.post(path, { groupIds: ['g'] })).toEqual({ value: [] });
    expect(bodies).toEqual(Array(2).fill(['POST', 'application/json', { groupIds: ['g'] }]));
    expect(waits).toHaveLength(1);
  });

  test('goes to the configured origin, with the query as it was given', async () => {
    const urls: unknown[] = [];
    const { graph } = await graphThat((request, response) => {
      urls.push(decodeURI(request.url ?? '').replaceAll('%27', "'"));
      response.end('{"value":[]}');
    });
    const path = "/auditLogs/directoryAudits?$filter=x%20eq%20'a%26b%23c%2B'&$top=5";
    expect(await graph.get(path)).toEqual({ value: [] });
    expect(urls).toEqual([decodeURI(`/v1.0${path}`)]);
  });

  test('is tried again after Retry-After, and only as often as that can help', async () => {
    let requests = 0;
    const { graph, waits } = await graphThat((_, response) => {
      requests += 1;
      response.writeHead(requests < 3 ? 429 : 200, { 'retry-after': '7' }).end('{"ok":true}');
    });
    expect(await graph.get('/users/x')).toEqual({ ok: true });
    expect(waits).toEqual([7000, 7000]);
  });

  test('is paced each time: Graph counts what it refused before like any other', async () => {
    const order: string[] = [];
    const { graph } = await graphThat((_, response) => {
      order.push('request');
      response.writeHead(order.length < 6 ? 429 : 200, { 'retry-after': '7' }).end('{}');
    });
    await graph.get('/auditLogs/directoryAudits', { pace: async () => void order.push('pace') });
    expect(order).toEqual(['pace', 'request', 'pace', 'request', 'pace', 'request']);
  });

  test('does not wait long within a run: the caller comes back later', async () => {
    const { graph, waits } = await graphThat((_, response) => {
      response.writeHead(429, { 'retry-after': '600' }).end();
    });
    const failure = await failureOf(() => graph.get('/users/x'));
    expect(failure).toMatchObject({ kind: 'throttled', retryAfterMs: 600_000, retry: true });
    expect(waits).toEqual([]);
  });

  test.each([
    ['TooLong', {}, Buffer.alloc(17 * 1024 * 1024, ' ')],
    ['UnknownEncoding', { 'content-encoding': 'br' }, Buffer.from('{}')],
  ])(
    'that would be answered in the same way is not repeated at once: %s',
    async (code, headers, body) => {
      let requests = 0;
      const { graph } = await graphThat((_, response) => {
        requests += 1;
        response.writeHead(200, headers).end(body);
      });
      expect(await failureOf(() => graph.get('/users/x'))).toMatchObject({
        kind: 'unknownOutcome',
        status: 200,
        code,
        retry: true,
      });
      expect(requests).toBe(1);
    },
  );

  test('follows nobody elsewhere', async () => {
    let requests = 0;
    const elsewhere = await graphThat((_, response) => {
      requests += 1;
      response.end('{}');
    });
    const { graph } = await graphThat((_, response) => {
      response.writeHead(307, { location: `${elsewhere.origin}` }).end();
    });
    const failure = await failureOf(() => graph.get('/users/x', { tries: 1 }));
    expect(failure).toMatchObject({ kind: 'unknownOutcome', status: 307 });
    expect(requests).toBe(0);
  });

  test('of what is not there, or not allowed, is not repeated', async () => {
    let requests = 0;
    const { graph } = await graphThat((request, response) => {
      requests += 1;
      response.writeHead(request.url?.includes('denied') ? 403 : 404, { 'request-id': 'r1' });
      response.end('{"error":{"code":"Authorization_RequestDenied","message":"m"}}');
    });
    expect(await failureOf(() => graph.get('/denied'))).toMatchObject({
      kind: 'denied',
      code: 'Authorization_RequestDenied',
      requestId: 'r1',
      retry: false,
    });
    expect((await failureOf(() => graph.get('/x'))).kind).toBe('notFound');
    expect(requests).toBe(2);
  });
});

describe('a send', () => {
  test('is one POST of base64 text, whatever comes back', async () => {
    for (const status of [429, 500, 503, 504]) {
      const bodies: string[] = [];
      const { graph } = await graphThat((request, response, body) => {
        bodies.push(`${request.method} ${request.headers['content-type']} ${body}`);
        response.writeHead(status).end();
      });
      await send(graph);
      expect(bodies).toEqual(['POST text/plain eA==']);
    }
  });

  test('is done once 202 is there, even if the connection breaks after it', async () => {
    const { graph } = await graphThat((_, response) => {
      response.writeHead(202, { 'content-length': '10' }).write('x');
      setImmediate(() => response.destroy());
    });
    await graph.sendMail('a@x.example', Buffer.from('x'), 2000);
  });

  test('may have a time limit that is no whole number', async () => {
    const { graph } = await graphThat((_, response) => response.writeHead(202).end());
    await graph.sendMail('a@x.example', Buffer.from('x'), 1234.5678);
  });

  test('that never left is told apart from one without an answer', async () => {
    const reset = await graphThat((request) => request.socket.destroy());
    expect((await send(reset.graph)).kind).toBe('unknownOutcome');
    const silent = await graphThat(() => {});
    expect((await send(silent.graph, 100)).kind).toBe('unknownOutcome');
    const nobody = connectGraph({
      origin: await closedOrigin(),
      now,
      wait: async () => {},
    });
    expect((await send(nobody)).kind).toBe('unreachable');
  });

  test('that gets no token never left', async () => {
    const getToken = async () => {
      throw Object.assign(new Error('no identity'), { name: 'CredentialUnavailableError' });
    };
    const { graph } = await graphThat((_, response) => response.writeHead(202).end(), { getToken });
    expect(await send(graph)).toMatchObject({
      kind: 'token',
      code: 'CredentialUnavailableError',
      retry: true,
    });
  });

  test.each([
    ['never comes', () => new Promise<never>(() => {})],
    ['comes when too little time is left', () => delay(150, inTime)],
    ['is none', async () => null],
  ])('never left whose token %s, and its time is not exceeded', async (_, getToken) => {
    let requests = 0;
    const counting: Handler = (_, response) => {
      requests += 1;
      response.writeHead(202).end();
    };
    const { graph } = await graphThat(counting, { getToken });
    expect((await send(graph, 200)).kind).toBe('token');
    expect(requests).toBe(0);
  });
});

const inTime = { token: 'late', expiresOnTimestamp: Date.now() + 3_600_000 };

describe('a token that Graph refuses', () => {
  /** Gives `old` until it is told that this was refused, then `another`. */
  function changing(another: string): Credential & { readonly refused: string[] } {
    const refused: string[] = [];
    return {
      refused,
      getToken: async () => ({
        token: refused.length > 0 ? another : 'old',
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
      refuse: (_, token) => void refused.push(token),
    };
  }

  test.each(['get', 'sendMail'] as const)('is exchanged once, and %s goes on', async (way) => {
    let requests = 0;
    const credential = changing('new');
    const { graph } = await graphThat((_, response) => {
      requests += 1;
      response.writeHead(requests === 1 ? 401 : way === 'get' ? 200 : 202).end('{}');
    }, credential);
    if (way === 'get') await graph.get('/users/x');
    else await graph.sendMail('a@x.example', Buffer.from('x'), 2000);
    expect(requests).toBe(2);
    expect(credential.refused).toEqual(['old']);
  });

  test.each(['new', 'old'])('and no better one (%s) is nothing that is denied', async (another) => {
    let requests = 0;
    const { graph, waits } = await graphThat((_, response) => {
      requests += 1;
      response.writeHead(401).end('{"error":{"code":"InvalidAuthenticationToken"}}');
    }, changing(another));
    const failure = await failureOf(() => graph.get('/users/x'));
    expect(failure).toMatchObject({ kind: 'token', status: 401, retry: true });
    expect(requests).toBe(another === 'old' ? 1 : 2);
    expect(waits).toEqual([]);
  });
});

test('an answer that is cut says so, and nothing of itself', async () => {
  const { graph } = await graphThat((_, response) => response.end('{"value":[{"mail":"adele@'));
  const failure = await failureOf(() => graph.get('/users/x', { tries: 1 }));
  expect(failure).toMatchObject({ kind: 'unknownOutcome', code: 'NotJson' });
  expect(`${failure.stack} ${failure.cause}`).not.toContain('adele');
});

test('a time-out is named, not numbered', async () => {
  const { graph } = await graphThat(() => {});
  expect((await send(graph, 50)).code).toBe('TimeoutError');
});

test('no credential is sent to a loopback address, even if there is one', async () => {
  const seen: unknown[] = [];
  const getToken = async () => ({ token: 'secret', expiresOnTimestamp: Date.now() + 3_600_000 });
  const { graph } = await graphThat(
    (request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    },
    { getToken },
  );
  await graph.get('/users/x');
  expect(seen).toEqual([undefined]);
});

test.each([
  [429, undefined, 'throttled'],
  [503, 5000, 'throttled'],
  [503, undefined, 'unknownOutcome'],
  [504, undefined, 'unknownOutcome'],
  [500, undefined, 'unknownOutcome'],
  [408, undefined, 'unknownOutcome'],
  [302, undefined, 'unknownOutcome'],
  [401, undefined, 'token'],
  [403, undefined, 'denied'],
  [404, undefined, 'notFound'],
  [400, undefined, 'invalid'],
] as const)('status %i with Retry-After %s is %s', (status, after, kind) => {
  expect(failureKind(status, after)).toBe(kind);
});

const dayMs = 24 * 3_600_000;
test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['1.5', 1_500],
  ['86400', dayMs],
  ['86401', dayMs],
  ['9'.repeat(40), dayMs],
  ['9'.repeat(400), dayMs],
  ['Tue, 24 Nov 2026 09:02:00 GMT', 120_000],
  ['Tuesday, 24-Nov-26 09:02:00 GMT', 120_000],
  ['Tue, 24 Nov 2026 08:00:00 GMT', 0],
  ['Fri, 01 Jan 9999 00:00:00 GMT', dayMs],
  ['Tue, 99 Nov 2026 09:02:00 GMT', undefined],
  ['2026-11-24T09:02:00Z', undefined],
  ['soon', undefined],
  ['soon 5', undefined],
  ['120 s', undefined],
  ['5, 10', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['0x10', undefined],
  ['Infinity', undefined],
  [' ', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After is seconds, or a date, a day at most, or nothing: %j', (header, milliseconds) => {
  expect(retryAfterMs(header, now())).toBe(milliseconds);
});

test('an id that holds half a character is looked for, and not found, as any other', () => {
  expect(segment('a\ud800#')).toBe('a%EF%BF%BD%23');
});

test('a segment stays one: dots alone do not climb up the path', () => {
  const path = (text: string) =>
    new URL(`https://graph.microsoft.com/v1.0/users/${segment(text)}/manager`).pathname;
  expect(['.', '..', 'a/../b', 'adele@contoso.com', '#EXT#'].map(path)).toEqual([
    '/v1.0/users/_/manager',
    '/v1.0/users/_/manager',
    '/v1.0/users/a%2F..%2Fb/manager',
    '/v1.0/users/adele@contoso.com/manager',
    '/v1.0/users/%23EXT%23/manager',
  ]);
});
