import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { exchange } from '../../functions/graph/exchange.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function answering(lines: readonly string[], body = ''): Promise<URL> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`));
  });
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const asked = () => ({ headers: {}, signal: AbortSignal.timeout(1_000) });

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
