import { describe, expect, test } from 'vitest';
import { issuedBy } from '../../functions/graph/identityEndpoint.ts';
import { TokenFailure } from '../../functions/graph/tokenSource.ts';
import { answering } from './fixtures/serverThat.ts';

const ask = async (url: URL, header = 'no-secret') => {
  const issue = issuedBy({ url, header }, 'client');
  const signal = AbortSignal.timeout(2_000);
  const failure = await issue('https://graph.microsoft.com', signal, undefined).catch((e) => e);
  expect(failure).toBeInstanceOf(TokenFailure);
  return failure as TokenFailure;
};

describe('an identity endpoint', () => {
  const long = ['Content-Length: 90000'];
  test.each([
    ['a long answer', ['HTTP/1.1 200 OK', ...long], { code: 'TooLong', status: 200 }],
    ['a long refusal', ['HTTP/1.1 400 Bad Request', ...long], { code: 'TooLong', status: 400 }],
    [
      'a long refusal that says when',
      ['HTTP/1.1 429 Too Many Requests', 'Retry-After: 7', ...long],
      { code: 'Http429', status: 429, retryAfterMs: 7_000 },
    ],
    [
      'one that is packed, though nobody asked for it',
      ['HTTP/1.1 200 OK', 'Content-Encoding: br', ...long],
      { code: 'UnknownEncoding', status: 200 },
    ],
    [
      'a way to elsewhere',
      ['HTTP/1.1 302 Found', 'Location: https://elsewhere.example/', 'Content-Length: 0'],
      { code: 'Http302', status: 302 },
    ],
  ])('that gives %s is a failure that says so, and to be tried again', async (_, lines, facts) => {
    const url = await answering(lines, ' '.repeat(90_000));
    expect(await ask(url)).toMatchObject({ retry: true, ...facts });
  });

  test.each(['a\r\nX-Other: b', 'a b', 'ä', ' '])(
    'whose token is none that a header may hold gives none: %j',
    async (access_token) => {
      const body = JSON.stringify({ access_token, expires_on: '9999999999' });
      const url = await answering(['HTTP/1.1 200 OK'], body);
      expect(await ask(url)).toMatchObject({ code: 'NotAToken', status: 200 });
    },
  );

  test('may say at length why it refuses: what is kept is short, and has no line break', async () => {
    const body = JSON.stringify({ error: { code: `a\n${'b'.repeat(9_000)}`, message: 'c\u0007' } });
    const url = await answering(['HTTP/1.1 400 Bad Request'], body);
    const { code, says } = await ask(url);
    expect(code).toMatch(/^a b{98}$/);
    expect(says).toBe('c ');
  });

  test('is not asked with a header that would be two, and the failure does not hold it', async () => {
    const url = await answering(['HTTP/1.1 200 OK'], '{}');
    const failure = await ask(url, 'no-secret\r\nX-Other: y');
    expect(failure).toMatchObject({ code: 'ERR_INVALID_CHAR', status: undefined });
    expect(JSON.stringify(failure) + failure.message).not.toContain('no-secret');
  });
});
