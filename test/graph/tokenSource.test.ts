import type { AccessToken } from '@azure/identity';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { issuedBy } from '../../functions/graph/identityEndpoint.ts';
import { TokenSource } from '../../functions/graph/tokenSource.ts';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';
import { identityHeader, tokenPath } from '../../local/graph/tokenEndpoint.ts';

const scope = 'https://graph.microsoft.com/.default';
const hourMs = 3_600_000;

let simulator: Simulator;
let time: number;
let events: [string, string, object | undefined][];
let source: TokenSource;

const now = () => new Date(time);

beforeEach(async () => {
  time = Date.parse('2026-11-24T09:00:00Z');
  events = [];
  simulator = await startSimulator({ now });
  source = sourceAt(simulator.url);
});
afterEach(() => simulator.close());

/** As the app has it, but for patience. */
function sourceAt(url: string, callerMs = 1_000, tryMs = 2_000) {
  const said = events;
  return new TokenSource(
    issuedBy({ url: new URL(`${url}${tokenPath}`), header: identityHeader }, 'client'),
    { now, log: (level, event, fields) => void said.push([level, event, fields]) },
    { callerMs, tryMs },
  );
}

const requests = () => simulator.counts.token;
/** What comes before any timer or answer can. */
const atOnce = <T>(work: Promise<T>): Promise<T | 'later'> =>
  Promise.race([work, new Promise<'later'>((resolve) => setImmediate(resolve, 'later'))]);
const given = async (): Promise<string> => (await source.getToken(scope)).token;

test('however many ask, there is one request for each resource', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, given));
  expect(new Set(all).size).toBe(1);
  await source.getToken('https://storage.azure.com/.default');
  expect(requests()).toBe(2);
  const [first] = simulator.requests;
  expect(first?.query).toBe(
    '?resource=https%3A%2F%2Fgraph.microsoft.com&client_id=client&api-version=2019-08-01',
  );
});

test('from half its life on a token is renewed behind the callers’ backs', async () => {
  const old = await given();
  time += 12 * hourMs + 1;
  simulator.faults.set('identity', { kind: 'slow' });
  expect(await atOnce(Promise.all([given(), given()]))).toEqual([old, old]);
  await expect.poll(requests).toBe(2);
});

describe.each(['refused', '429', '500', 'reset', 'html', 'cut', 'hang', 'expired'] as const)(
  'while the endpoint is out of order (%s)',
  (kind) => {
    test('a token that is valid is used, at once, and each failure is an event', async () => {
      source = sourceAt(simulator.url, 2_000, 100);
      const old = await given();
      time += 20 * hourMs;
      simulator.faults.set('identity', { kind });
      for (let calls = 0; calls < 20; calls += 1) expect(await atOnce(given())).toBe(old);
      await expect.poll(() => events.length).toBe(1);
      expect(events[0]).toMatchObject(['warn', 'token.failed', { validForMinutes: 240 }]);
      expect(requests()).toBe(2);
    });

    test('it is an error when the token has run out, and over soon after the endpoint is back', async () => {
      source = sourceAt(simulator.url, 2_000, 100);
      await given();
      time += 24 * hourMs;
      simulator.faults.set('identity', { kind });
      for (let minute = 0; minute < 60; minute += 1) {
        await expect(given()).rejects.toThrow();
        time += 60_000;
        await expect.poll(() => events.length).toBe(minute + 1);
      }
      expect(events.at(-1)).toMatchObject(['error', 'token.failed', { validForMinutes: 0 }]);
      simulator.faults.clear();
      expect(await given()).toMatch(/^token-/);
    });
  },
);

test('a failure says what the endpoint said, and no more', async () => {
  simulator.faults.set('identity', { kind: 'refused' });
  await expect(given()).rejects.toMatchObject({ code: 'Http400', status: 400, retry: true });
  expect(events[0]?.[2]).toMatchObject({
    resource: 'https://graph.microsoft.com',
    says: 'No User Assigned or Delegated Managed Identity found for specified ClientId',
  });
});

test('an endpoint that fails is left alone for some seconds, then for longer', async () => {
  simulator.faults.set('identity', { kind: '500' });
  for (const [seconds, asked] of [
    [0, 1],
    [4, 1],
    [2, 2],
    [6, 2],
    [5, 3],
  ] as const) {
    time += seconds * 1000;
    await expect(given()).rejects.toThrow();
    expect(requests()).toBe(asked);
  }
});

test('whoever waits gives up in time, and a late answer serves the next', async () => {
  source = sourceAt(simulator.url, 50, 10_000);
  simulator.faults.set('identity', { kind: 'slow', times: 1 });
  await expect(given()).rejects.toMatchObject({ code: 'TimeoutError' });
  await expect.poll(given, { timeout: 8_000 }).toMatch(/^token-/);
  expect(requests()).toBe(1);
});

test('a library that heeds no signal is not waited for, and asked again later', async () => {
  const answers = [
    new Promise<never>(() => {}),
    Promise.resolve({ token: 'next', endsAt: time + hourMs }),
  ];
  source = new TokenSource(
    () => answers.shift() as Promise<never>,
    { now, log: (level, event, fields) => void events.push([level, event, fields]) },
    { callerMs: 20, tryMs: 40 },
  );
  await expect(given()).rejects.toMatchObject({ code: 'TimeoutError' });
  await expect.poll(() => events.length).toBe(1);
  time += 6_000;
  expect(await given()).toBe('next');
});

test('a token that was refused is not given again, and the endpoint hears which it was', async () => {
  const old = await given();
  source.refuse(scope, old);
  expect(await given()).toBe(old);
  time += 31_000;
  source.refuse(scope, old);
  expect(await given()).not.toBe(old);
  expect(simulator.requests.at(-1)?.query).toMatch(/token_sha256_to_refresh=[0-9a-f]{64}$/);
  source.refuse(scope, old);
  await given();
  expect(requests()).toBe(2);
});

test('what is given out ends before the token does', async () => {
  const { expiresOnTimestamp } = (await source.getToken(scope)) as AccessToken;
  expect(expiresOnTimestamp).toBe(time + 24 * hourMs - 60_000);
});

test('nobody listens', async () => {
  await simulator.close();
  await expect(given()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
