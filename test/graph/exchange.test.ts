import { Agent } from 'node:http';
import {
  createServer as createSecureServer,
  Agent as SecureAgent,
  type ServerOptions,
} from 'node:https';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ExchangeFailure, exchange } from '../../functions/graph/exchange.ts';
import { closing, listening, serverThat, tcpServerThat } from './fixtures/serverThat.ts';

const asked = (more: object = {}) => ({ headers: {}, signal: AbortSignal.timeout(5_000), ...more });

const failureOf = async (exchanged: Promise<unknown>): Promise<ExchangeFailure> => {
  const failure = await exchanged.then(
    () => undefined,
    (error) => error,
  );
  expect(failure).toBeInstanceOf(ExchangeFailure);
  return failure;
};

const long = JSON.stringify({ value: Array.from({ length: 5_000 }, (_, index) => `ü${index}`) });
const packed = { 'content-encoding': 'gzip' };

describe('an answer', () => {
  test.each([
    ['plain', {}, Buffer.from(long)],
    ['packed', packed, gzipSync(long)],
  ])('is read whole: %s', async (_, headers, bytes) => {
    const url = await serverThat((_, response) => {
      response.writeHead(200, headers).write(bytes.subarray(0, 1_001));
      setImmediate(() => response.end(bytes.subarray(1_001)));
    });
    expect((await exchange(url, asked())).text).toBe(long);
  });

  test.each([
    ['plain', { 'content-length': '90000' }, Buffer.from(long)],
    ['packed', packed, gzipSync(long)],
  ])('that breaks off is a failure, and soon: %s', async (_, headers, bytes) => {
    const url = await serverThat((_, response) => {
      response.writeHead(200, headers).write(bytes.subarray(0, 1_001));
      setTimeout(() => response.destroy(), 10);
    });
    expect(await failureOf(exchange(url, asked()))).toMatchObject({ sent: true });
  });

  test('that is cut inside its packing is a failure', async () => {
    const url = await serverThat((_, response) => {
      response.writeHead(200, packed).end(gzipSync(long).subarray(0, 1_001));
    });
    expect(await failureOf(exchange(url, asked()))).toMatchObject({ sent: true });
  });

  test.each([{}, packed])('that stops half-way ends with the time given: %s', async (headers) => {
    const url = await serverThat((_, response) => {
      response.writeHead(200, headers).write(gzipSync(long).subarray(0, 1_001));
    });
    const failure = await failureOf(exchange(url, asked({ signal: AbortSignal.timeout(100) })));
    expect(failure).toMatchObject({ code: 'TimeoutError', sent: true });
  });

  test('may be no longer than is said, unpacked', async () => {
    const url = await serverThat((_, response) => {
      response.writeHead(200, packed).end(gzipSync('x'.repeat(100_000)));
    });
    expect((await exchange(url, asked({ mostBytes: 100_000 }))).text).toHaveLength(100_000);
    const failure = await failureOf(exchange(url, asked({ mostBytes: 99_999 })));
    expect(failure.code).toBe('TooLong');
  });

  test('that leads elsewhere is given back, and nobody goes there', async () => {
    let requests = 0;
    const url = await serverThat((_, response) => {
      requests += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await exchange(url, asked())).toMatchObject({ status: 302, text: '' });
    expect(requests).toBe(1);
  });
});

describe('a connection', () => {
  test('serves one request after the other', async () => {
    const sockets = new Set<unknown>();
    const url = await serverThat((request, response) => {
      sockets.add(request.socket);
      response.writeHead(request.method === 'POST' ? 202 : 200).end('{}');
    });
    for (const method of Array(4).fill(['POST', 'GET']).flat()) {
      await exchange(url, asked({ method, ...(method === 'POST' && { body: 'x' }) }));
    }
    // Whoever gets a 202 does not wait for its end.
    expect(sockets.size).toBeLessThan(3);
  });

  test('that was alive and breaks with the next request: it may have been sent', async () => {
    let requests = 0;
    const url = await serverThat((request, response) => {
      requests += 1;
      if (requests === 1) response.end('{}');
      else request.socket.destroy();
    });
    await exchange(url, asked());
    const failure = await failureOf(exchange(url, asked({ method: 'POST', body: 'x' })));
    expect(failure).toMatchObject({ code: 'ECONNRESET', sent: true });
    expect(requests).toBe(2);
  });

  test('that the server closed while nothing was asked is not used again', async () => {
    const sockets = new Set<unknown>();
    const url = await serverThat((request, response) => {
      sockets.add(request.socket);
      response.end('{}', () => setImmediate(() => request.socket.destroy()));
    });
    const agent = new Agent({ keepAlive: true });
    await exchange(url, asked({ agent }));
    await expect.poll(() => Object.keys(agent.freeSockets)).toEqual([]);
    const { text } = await exchange(url, asked({ agent, method: 'POST', body: 'x' }));
    expect([text, sockets.size]).toEqual(['{}', 2]);
  });

  test('on which an answer came that nobody had asked for is not used again', async () => {
    let connections = 0;
    let requests = 0;
    const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${body}`;
    const url = await tcpServerThat((socket) => {
      connections += 1;
      socket.on('data', () => {
        requests += 1;
        socket.write(requests === 1 ? `${answer('{}')}${answer('[]')}` : answer('{}'));
      });
    });
    for (let time = 0; time < 2; time += 1) {
      expect((await exchange(url, asked())).text).toBe('{}');
    }
    expect(connections).toBe(2);
  });

  test.each([
    ['is closed', 'ECONNRESET', (socket: { destroy(): void }) => void socket.destroy()],
    ['is not answered', 'ConnectTimeout', () => {}],
  ])('that %s before it is secure has sent nothing', async (_, code, meet) => {
    const url = await tcpServerThat(meet, 'https');
    const failure = await failureOf(
      exchange(url, asked({ method: 'POST', body: 'x', connectMs: 100 })),
    );
    expect(failure).toMatchObject({ code, sent: false });
  });

  test('whose time is over before it is made has sent nothing', async () => {
    const url = await tcpServerThat(() => {}, 'https');
    const signal = AbortSignal.timeout(50);
    const failure = await failureOf(exchange(url, asked({ signal })));
    expect(failure).toMatchObject({ code: 'TimeoutError', sent: false });
    expect(await failureOf(exchange(url, asked({ signal })))).toMatchObject({ sent: false });
  });

  test('that breaks once it is secure: the request may have been sent', async () => {
    // A shared key, so that no certificate is needed.
    const key = Buffer.from('d731ef57be09e5204f0b205b60627028', 'hex');
    const secure = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
    const options: ServerOptions = { ...secure, pskCallback: () => key };
    const server = createSecureServer(options, (request, response) => {
      if (request.url === '/well') response.end('well');
      else request.socket.destroy();
    });
    closing.push(() => server.close().closeAllConnections());
    const url = await listening(server, 'https');
    const agent = new SecureAgent({
      ...secure,
      pskCallback: () => ({ psk: key, identity: 'x' }),
      checkServerIdentity: () => undefined,
    });
    expect((await exchange(new URL('/well', url), asked({ agent }))).text).toBe('well');
    const failure = await failureOf(exchange(url, asked({ agent, method: 'POST', body: 'x' })));
    expect(failure).toMatchObject({ code: 'ECONNRESET', sent: true });
  });
});

test('a header that can not be sent is a failure, and nothing was', async () => {
  const url = await serverThat((_, response) => response.end('{}'));
  const failure = await failureOf(exchange(url, asked({ headers: { Authorization: 'a\nb' } })));
  expect(failure).toMatchObject({ code: 'ERR_INVALID_CHAR', sent: false });
  expect(`${failure.message}`).not.toContain('a\n');
});
