import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { exchange } from '../../functions/graph/exchange.ts';
import { answering, serverThat, tcpServerThat } from './fixtures/serverThat.ts';

const asked = (more: object = {}) => ({
  headers: {},
  signal: AbortSignal.timeout(4_000),
  ...more,
});

test('an upgrade that nobody asked for is no answer, and nobody waits for one', async () => {
  const url = await answering([
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: x',
    'Connection: Upgrade',
  ]);
  await expect(exchange(url, asked())).rejects.toMatchObject({ code: 'NoAnswer', sent: true });
}, 3_000);

test.each([
  ['204 No Content', []],
  ['403 Forbidden', ['Content-Length: 0']],
  ['429 Too Many Requests', ['Content-Length: 0']],
])('an empty answer may say that it is packed: %s', async (status, more) => {
  const url = await answering([`HTTP/1.1 ${status}`, 'Content-Encoding: gzip', ...more]);
  expect(await exchange(url, asked())).toMatchObject({
    status: Number.parseInt(status, 10),
    text: '',
  });
});

test.each(['429 Too Many Requests', '503 Service Unavailable'])(
  'throttling whose words break off still says when: %s',
  async (status) => {
    const url = await answering(
      [`HTTP/1.1 ${status}`, 'Retry-After: 7', 'Content-Length: 50'],
      '{"err',
    );
    expect((await exchange(url, asked())).headers['retry-after']).toBe('7');
  },
);

test.each(['401 Unauthorized', '429 Too Many Requests'])(
  'an answer that its status tells may be as long as it likes, or packed as nobody knows: %s',
  async (status) => {
    const long = await answering(
      [`HTTP/1.1 ${status}`, 'Content-Length: 90000'],
      'x'.repeat(90_000),
    );
    const asks = asked({ mostBytes: 1_000 });
    expect(await exchange(long, asks)).toMatchObject({ text: '' });
    const packed = await answering([`HTTP/1.1 ${status}`, 'Content-Encoding: zstd'], 'x');
    expect(await exchange(packed, asked())).toMatchObject({ text: '' });
  },
);

describe('the packing of an answer', () => {
  const words = '{"value":[]}';

  test.each(['gzip', 'GZIP', 'x-gzip', 'X-GZip', ' gzip ', 'identity, gzip', 'gzip,Identity,'])(
    'is named in any way that HTTP has: %s',
    async (name) => {
      const url = await answering(
        ['HTTP/1.1 200 OK', `Content-Encoding: ${name}`],
        gzipSync(words),
      );
      expect((await exchange(url, asked())).text).toBe(words);
    },
  );

  test.each(['identity', 'Identity', '', ' , '])('may be none: %j', async (name) => {
    const url = await answering(['HTTP/1.1 200 OK', `Content-Encoding: ${name}`], words);
    expect((await exchange(url, asked())).text).toBe(words);
  });

  test.each(['br', 'zstd', 'deflate', 'gzip, gzip', 'aes128gcm', 'gzip;q=1'])(
    'that was not asked for is said: %s',
    async (name) => {
      const url = await answering(
        ['HTTP/1.1 200 OK', `Content-Encoding: ${name}`],
        gzipSync(words),
      );
      await expect(exchange(url, asked())).rejects.toMatchObject({
        code: 'UnknownEncoding',
        sent: true,
        status: 200,
      });
    },
  );
});

describe('an answer that never ends', () => {
  /** Sends these bytes again and again, for as long as somebody takes them. */
  const endless = (status: number, headers: Record<string, string>, piece: Buffer) => {
    const sent = { bytes: 0, isClosed: false };
    const url = serverThat((_, response) => {
      response.writeHead(status, headers);
      response.on('close', () => {
        sent.isClosed = true;
      });
      const go = () => {
        while (!response.destroyed && response.write(piece)) sent.bytes += piece.length;
      };
      response.on('drain', go);
      go();
    });
    return { sent, url };
  };
  const megabyte = 1024 * 1024;
  const nothing = Buffer.concat(Array(3_000).fill(gzipSync('')));
  const zeros = gzipSync(Buffer.alloc(8 * megabyte));

  test.each([
    ['plain', {}, Buffer.alloc(65_536, ' ')],
    ['small, and unpacks to much', { 'content-encoding': 'gzip' }, zeros],
    ['large, and unpacks to nothing', { 'content-encoding': 'gzip' }, nothing],
  ])(
    'is a failure at 16 MiB, and soon, and is closed: %s',
    async (_, headers, piece) => {
      const { sent, url } = endless(200, headers, piece);
      const signal = AbortSignal.timeout(20_000);
      await expect(exchange(await url, asked({ signal }))).rejects.toMatchObject({
        code: 'TooLong',
        sent: true,
        status: 200,
      });
      await expect.poll(() => sent.isClosed).toBe(true);
      expect(sent.bytes).toBeLessThan(64 * megabyte);
    },
    30_000,
  );

  test.each([202, 429])('is closed where its status says all: %i', async (status) => {
    const { sent, url } = endless(status, {}, Buffer.alloc(65_536, ' '));
    const { text } = await exchange(await url, asked({ mostBytes: megabyte }));
    expect(text).toBe('');
    await expect.poll(() => sent.isClosed).toBe(true);
  });
});

describe('the words of an answer', () => {
  test('may begin with a byte order mark, which JSON does not know', async () => {
    const body = Buffer.from('\ufeff{"a":"ü"}');
    const url = await answering(['HTTP/1.1 200 OK', `Content-Length: ${body.length}`], body);
    expect(JSON.parse((await exchange(url, asked())).text)).toEqual({ a: 'ü' });
  });

  test('that are no UTF-8 cost the characters that are none, not the page', async () => {
    const body = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xc3, 0x28, 0xed, 0xa0]),
      Buffer.from('"}'),
    ]);
    const url = await answering(['HTTP/1.1 200 OK', `Content-Length: ${body.length}`], body);
    const { a } = JSON.parse((await exchange(url, asked())).text);
    expect(a).toMatch(/^\ufffd\(\ufffd+$/);
  });

  test.each([
    ['cut inside a piece', 'a\r\n{"v'],
    ['cut between pieces', '5\r\n{"val\r\n'],
    ['of a length that is none', 'zz\r\n{}'],
  ])('in pieces must be whole: %s', async (_, body) => {
    const url = await answering(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'], body);
    await expect(exchange(url, asked())).rejects.toMatchObject({ sent: true, status: 200 });
  });
});

test.each([
  ['204 No Content', ''],
  ['304 Not Modified', ''],
])(
  'what must have no words and has some is read without, and the next is another connection: %s',
  async (status, text) => {
    const url = await answering([`HTTP/1.1 ${status}`, 'Content-Length: 4'], 'junk');
    for (let time = 0; time < 2; time += 1) {
      expect(await exchange(url, asked())).toMatchObject({ text });
    }
  },
);

describe('the time for an answer', () => {
  test.each([
    ['no status', ''],
    ['a status and no end of the headers', 'HTTP/1.1 200 OK\r\nDate: '],
    ['headers and no body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'],
    ['one piece of a body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n'],
  ])('is that of the signal, also where there is %s', async (_, begun) => {
    const url = await tcpServerThat((socket) => socket.once('data', () => socket.write(begun)));
    const signal = AbortSignal.timeout(200);
    await expect(exchange(url, asked({ signal }))).rejects.toMatchObject({
      code: 'TimeoutError',
      sent: true,
    });
  });

  test('is over though a little comes all the time', async () => {
    const url = await serverThat((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const signal = AbortSignal.timeout(200);
    await expect(exchange(url, asked({ signal }))).rejects.toMatchObject({ code: 'TimeoutError' });
  });
});
