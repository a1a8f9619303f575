import { describe, expect, it } from 'vitest';
import { connectGraph } from '../../../functions/graph/client.ts';
import { methodFinder } from '../../../functions/people/methodFinder.ts';
import { makeMethod, otherKinds } from '../../../local/graph/methodKinds.ts';
import { refusal, startTenant } from './tenant.ts';

const adele = 'AdeleV@contoso.example';
const path = `/users/${adele}/authentication/fido2Methods`;

async function passkeysOf(get: (path: string) => Promise<Response>, where = path) {
  const { value } = (await (await get(where)).json()) as { value: Record<string, unknown>[] };
  return value;
}

describe('the passkeys of a person', () => {
  it('are none at first, and refused of nobody', async () => {
    const { get, simulator } = await startTenant();
    expect(await passkeysOf(get)).toEqual([]);
    expect((await get('/users/x@y.example/authentication/fido2Methods')).status).toBe(404);
    expect(simulator.counts.methods).toBe(2);
  });

  it('are made a second before the row that names their model', async () => {
    const { get, simulator } = await startTenant();
    const rows = simulator.happen('userRegistersPasskey');
    const row = rows.find(({ activityDisplayName }) =>
      activityDisplayName.startsWith('Add Passkey'),
    );
    const [passkey, ...more] = await passkeysOf(get);
    expect(more).toEqual([]);
    expect(passkey).toEqual({
      id: expect.any(String),
      displayName: expect.any(String),
      createdDateTime: '2026-11-24T10:00:03Z',
      aaGuid: row?.additionalDetails.find(({ key }) => key === 'AAGuid')?.value,
      model: expect.any(String),
      attestationCertificates: [],
      attestationLevel: expect.stringMatching(/^(notA|a)ttested$/),
      passkeyType: 'deviceBound',
    });
    expect(row?.activityDateTime).toMatch(/^2026-11-24T10:00:04\.2/);
  });

  it('are found by object id, whoever registered them by UPN alone', async () => {
    const { get, simulator } = await startTenant();
    simulator.happen('nullTargetId', { user: adele });
    const { id } = simulator.directory.get(adele);
    expect(await passkeysOf(get, `/users/${id}/authentication/fido2Methods`)).toHaveLength(1);
  });

  it('are gone when deleted, the newest first, and the row names its model', async () => {
    const { get, simulator } = await startTenant();
    for (const _ of [1, 2, 3]) simulator.happen('userRegistersPasskey');
    const before = await passkeysOf(get);
    const rows = simulator.happen('userDeletesPasskey');
    expect(await passkeysOf(get)).toEqual(before.slice(0, 2));
    const named = rows.flatMap(({ additionalDetails }) => additionalDetails);
    expect(named).toContainEqual({ key: 'AAGuid', value: before[2]?.['aaGuid'] });
  });

  it('may have been there before: deleting an unknown one writes the same rows', async () => {
    const { get, simulator } = await startTenant();
    expect(simulator.happen('userDeletesPasskey').length).toBeGreaterThan(3);
    expect(await passkeysOf(get)).toEqual([]);
  });

  it('are five requests in ten seconds, of any kind of method, and none of the audit log', async () => {
    const { clock, get, simulator } = await startTenant();
    const methods = `/users/${adele}/authentication/methods`;
    const paths = [path, path, methods, path, path];
    for (const one of paths) expect((await get(one)).status).toBe(200);
    for (const one of [path, methods]) {
      const refused = await get(one);
      expect(refused.headers.get('retry-after')).toBe('10');
      expect(await refusal(refused)).toMatch(/^429 TooManyRequests/);
    }
    expect(simulator.counts.throttled).toBe(2);
    expect((await get('/auditLogs/directoryAudits')).status).toBe(200);
    clock.advance(10);
    expect((await get(path)).status).toBe(200);
  });

  it('take no query options', async () => {
    const { get } = await startTenant();
    expect(await refusal(await get(`${path}?$select=model`))).toMatch(/^400 BadRequest/);
  });

  it.each([
    ['404', 404],
    ['429', 429],
    ['503', 503],
    ['consentMissing', 403],
  ] as const)('fail by fault %s', async (kind, status) => {
    const { get, simulator } = await startTenant();
    simulator.faults.set('methods', { kind, times: 1 });
    expect((await get(path)).status).toBe(status);
    expect((await get(path)).status).toBe(200);
  });
});

describe('the methods of a person', () => {
  it('hold a password, and each of the eleven kinds that Graph has', async () => {
    const { get, simulator } = await startTenant();
    simulator.happen('userRegistersPasskey');
    const { id } = simulator.directory.get(adele);
    const at = '2026-11-24T10:00:00Z';
    for (const kind of Object.keys(otherKinds).filter((one) => one !== 'password')) {
      simulator.passkeys.addOther(id, makeMethod(kind, `id of ${kind}`, at));
    }
    const all = await passkeysOf(get, `/users/${adele}/authentication/methods`);
    const types = all.map((one) => one['@odata.type']);
    expect(new Set(types).size).toBe(11);
    expect(await passkeysOf(get)).toHaveLength(1);
  });

  it('are found by their kind, and a password is no security info', async () => {
    const { simulator } = await startTenant();
    const wait = async () => {};
    const now = () => new Date('2026-11-24T10:00:00Z');
    const graph = connectGraph({ origin: new URL(simulator.url), now, wait });
    const finder = methodFinder(graph, now, async () => 0);
    const { id } = simulator.directory.get(adele);
    const before = await finder.madeBy(id);
    const phone = { method: 'phone', time: '2025-01-15T08:00:30Z' };
    simulator.passkeys.addOther(id, makeMethod('phone', 'p', phone.time));
    expect(await finder.madeBy(id)).toEqual([...before, phone]);
  });
});
