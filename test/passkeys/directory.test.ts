import { describe, expect, test } from 'vitest';
import type { GetOptions, Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { passkeyDirectory } from '../../functions/passkeys/directory.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';
import { change } from '../mail/cases.ts';

const method = {
  id: 'x',
  displayName: 'Key',
  createdDateTime: '2026-11-24T03:03:18Z',
  aaGuid: '2FC0579F-8113-47EA-B116-BB5A8DB9202A',
  model: 'YubiKey 5 Series with NFC',
  attestationLevel: 'attested',
  passkeyType: 'deviceBound',
};

/** A directory on a Graph that answers, or fails, as the test says. */
function directoryOn(answer: () => unknown, pause = () => 0) {
  let time = Date.parse('2026-11-24T03:05:00Z');
  const calls: [path: string, options?: GetOptions][] = [];
  const events: unknown[] = [];
  const graph: Pick<Graph, 'get'> = {
    async get(path, options) {
      calls.push([path, ...(options ? [options] : [])] as (typeof calls)[number]);
      const given = answer();
      if (given instanceof Error) throw given;
      return given;
    },
  };
  const directory = passkeyDirectory(
    graph as Graph,
    () => new Date(time),
    async () => pause(),
  );
  return {
    calls,
    events,
    advance: (minutes: number) => {
      time += minutes * 60_000;
    },
    complete: (changes: readonly SecurityInfoChange[] = [change()]) =>
      directory.complete(changes, 'u 1', (...event) => events.push(event)),
  };
}

const factsIn = async (value: unknown[]) =>
  (await directoryOn(() => ({ value })).complete())[0]?.details.passkey;

describe('a registered passkey', () => {
  test('is looked up by one call, once and briefly, and not at all if nothing is to be found', async () => {
    const { complete, calls } = directoryOn(() => ({ value: [method] }));
    const [found] = await complete([change(), change({ time: '2026-11-24T03:01:00Z' })]);
    expect(found?.details.passkey).toEqual({
      aaguid: method.aaGuid.toLowerCase(),
      name: 'Key',
      model: method.model,
      attestation: 'attested',
      type: 'deviceBound',
    });
    expect(calls).toEqual([
      ["/users('u%201')/authentication/fido2Methods", { tries: 1, timeoutMs: 5000 }],
    ]);
    await complete([change({ method: 'phone' }), change({ action: 'deleted' })]);
    expect(calls).toHaveLength(1);
  });

  test('is looked up once for all mails of a person that come together, and anew for a later one', async () => {
    const { complete, calls, advance } = directoryOn(() => ({ value: [method] }));
    const together = await Promise.all([complete(), complete(), complete()]);
    for (const [found] of together) expect(found?.details.passkey).toHaveProperty('model');
    expect(calls).toHaveLength(1);
    advance(0.1);
    await complete();
    expect(calls).toHaveLength(2);
  });

  test('may carry the old name of its time, and zeros, which are not the same as none', async () => {
    const { createdDateTime: creationDateTime, ...rest } = method;
    const aaGuid = '00000000-0000-0000-0000-000000000000';
    const facts = await factsIn([{ ...rest, creationDateTime, aaGuid }]);
    expect(facts).toMatchObject({ name: 'Key', aaguid: aaGuid });
    const none = await factsIn([{ ...rest, creationDateTime, aaGuid: null }]);
    expect(none).not.toHaveProperty('aaguid');
  });

  test('is read beside what is malformed, and without what is new', async () => {
    const strange = { ...method, attestationLevel: 'unknownFutureValue', passkeyType: 7 };
    const facts = await factsIn([null, 'x', {}, { createdDateTime: 'soon' }, strange]);
    expect(facts).toMatchObject({ name: 'Key' });
    expect(facts).not.toHaveProperty('attestation');
    expect(facts).not.toHaveProperty('type');
  });

  test.each([{}, { value: 'none' }, null, []])('is not made up of %j', async (answer) => {
    const changes = [change()];
    expect(await directoryOn(() => answer).complete(changes)).toEqual(changes);
  });
});

describe('where Graph does not tell', () => {
  const failure = (...parts: ConstructorParameters<typeof GraphFailure>) =>
    directoryOn(() => new GraphFailure(...parts));

  test.each([
    ['notFound', 404],
    ['unknownOutcome', 503],
    ['unreachable', 0],
    ['invalid', 400],
  ] as const)(
    '%s: the changes stay as they are, and the next mail asks again',
    async (kind, status) => {
      const { complete, calls, events } = failure(kind, { status });
      const changes = [change()];
      for (const _ of [1, 2]) expect(await complete(changes)).toBe(changes);
      expect(calls).toHaveLength(2);
      expect(events).toEqual([]);
    },
  );

  test.each([401, 403])(
    '%i is found out once, said once, and forgotten after an hour',
    async (status) => {
      const denied = failure('denied', { status, code: 'accessDenied' });
      await Promise.all([denied.complete(), denied.complete()]);
      denied.advance(59);
      await denied.complete();
      expect(denied.calls).toHaveLength(1);
      expect(denied.events).toEqual([
        ['info', 'passkeys.denied', { status, code: 'accessDenied' }],
      ]);
      denied.advance(1);
      await denied.complete();
      expect(denied.calls).toHaveLength(2);
    },
  );

  test('too many requests: none is added until the time that Graph names, or for a minute', async () => {
    for (const [parts, minutes] of [
      [{ retryAfterMs: 120_000 }, 2],
      [{}, 1],
    ] as const) {
      const { complete, calls, advance, events } = failure('throttled', { status: 429, ...parts });
      await complete();
      advance(minutes - 0.1);
      await complete();
      expect(calls).toHaveLength(1);
      advance(0.1);
      await complete();
      expect(calls).toHaveLength(2);
      expect(events).toEqual([]);
    }
  });

  test('no look-up to take: the changes stay as they are, and the next mail asks', async () => {
    const pauses = [5000, 0];
    const { complete, calls } = directoryOn(
      () => ({ value: [method] }),
      () => pauses.shift() ?? 0,
    );
    const changes = [change()];
    expect(await complete(changes)).toBe(changes);
    expect(calls).toHaveLength(0);
    expect((await complete(changes))[0]?.details.passkey).toHaveProperty('model');
    expect(pauses).toEqual([]);
  });

  test('a defect is not hidden', async () => {
    await expect(directoryOn(() => new TypeError('x')).complete()).rejects.toThrow(TypeError);
  });
});
