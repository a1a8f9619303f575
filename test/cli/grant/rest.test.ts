import { describe, expect, test } from 'vitest';
import { openRest } from '../../../cli/grant/rest.ts';
import { serverThat, tcpServerThat } from '../../graph/fixtures/serverThat.ts';

const token = {
  getToken: async () => ({ token: 'made-up', expiresOnTimestamp: Date.now() + 60_000 }),
};
const doorTo = (url: URL) => {
  const waited: number[] = [];
  const rest = openRest({
    origin: url.origin,
    credential: token,
    now: () => new Date(),
    say: () => {},
    wait: async (ms) => void waited.push(ms),
  });
  return { rest, waited };
};

/** A server that gives pages by path, and what it was asked for. */
async function pages(links: (path: string, origin: string) => unknown) {
  const asked: string[] = [];
  let origin = '';
  const url = await serverThat((request, response) => {
    const path = String(request.url);
    asked.push(path);
    response.end(JSON.stringify({ value: [path], nextLink: links(path, origin) }));
  });
  origin = url.origin;
  return { asked, ...doorTo(url) };
}

describe('a list', () => {
  test('is read to its end', async () => {
    const { rest } = await pages((path, origin) => (path === '/a' ? `${origin}/b` : null));
    expect(await rest.list('/a')).toEqual(['/a', '/b']);
  });

  test('whose pages lead round in a circle is a failure, not a list a hundred times as long', async () => {
    const { rest, asked } = await pages((path, origin) => `${origin}/${path === '/b' ? 'c' : 'b'}`);
    await expect(rest.list('/a')).rejects.toMatchObject({ code: 'NextLinkRepeats' });
    expect(asked).toEqual(['/a', '/b', '/c']);
  });

  test('that has no end is a failure, not half of a list', async () => {
    let count = 0;
    const { rest } = await pages((_, origin) => {
      count += 1;
      return `${origin}/${count}`;
    });
    await expect(rest.list('/a')).rejects.toMatchObject({ code: 'NextLinkRepeats' });
    expect(count).toBe(100);
  });

  test.each([
    'http://127.0.0.1:9/b',
    'https://elsewhere.example/b',
    '//elsewhere.example/b',
    'http://[',
  ])('that leads elsewhere is not followed: %s', async (link) => {
    const { rest, asked } = await pages(() => link);
    await expect(rest.list('/a')).rejects.toMatchObject({ code: 'ForeignNextLink' });
    expect(asked).toEqual(['/a']);
  });
});

test('a request that is sent elsewhere does not go there', async () => {
  let met = 0;
  const elsewhere = await serverThat((_, response) => {
    met += 1;
    response.end('{}');
  });
  const { rest } = doorTo(
    await serverThat((_, response) => {
      response.writeHead(307, { location: elsewhere.href }).end();
    }),
  );
  await expect(rest.call('POST', '/a', { word: 'x' })).rejects.toMatchObject({
    kind: 'unknownOutcome',
    status: 307,
  });
  expect(met).toBe(0);
});

test('an answer that breaks off is tried again, as what never came is', async () => {
  let asked = 0;
  const url = await tcpServerThat((socket) => {
    socket.once('data', () => {
      asked += 1;
      const length = asked === 1 ? 50 : 2;
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n{}`);
    });
  });
  const { rest, waited } = doorTo(url);
  expect(await rest.call('GET', '/a')).toEqual({});
  expect(waited).toHaveLength(1);
});
