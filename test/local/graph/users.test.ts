import { describe, expect, it } from 'vitest';
import { userPath } from '../../../functions/graph/client.ts';
import { refusal, startTenant } from './tenant.ts';

const guest = 'nora.lind_fabrikam.example#EXT#@contoso.example';

describe('a user', () => {
  it('comes with the manager, each with the properties asked for', async () => {
    const { get } = await startTenant();
    const answer = await get(
      '/users/ADELEV@contoso.example?$select=displayName,mail,otherMails&$expand=manager($select=displayName,accountEnabled)',
    );
    expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toEqual({
      '@odata.context': expect.stringContaining('/v1.0/$metadata#users/$entity'),
      displayName: 'Adele Vance',
      mail: 'AdeleV@contoso.example',
      otherMails: [],
      manager: {
        '@odata.type': '#microsoft.graph.user',
        displayName: 'Miriam Graham',
        accountEnabled: true,
      },
    });
  });

  it('has no manager property when there is no manager', async () => {
    const { get } = await startTenant();
    const answer = await get('/users/PattiF@contoso.example?$expand=manager');
    expect(await answer.json()).not.toHaveProperty('manager');
  });

  it('is found by object id and by the percent-encoded name of a guest', async () => {
    const { get, simulator } = await startTenant();
    const { id } = simulator.directory.get(guest);
    for (const name of [id, id.toUpperCase(), guest, guest.toLowerCase()]) {
      const answer = await get(`/users/${encodeURIComponent(name)}?$select=id,userType`);
      expect(await answer.json()).toMatchObject({ id, userType: 'Guest' });
    }
  });

  it.each(['$adele@contoso.example', 'adele(b)@contoso.example', "o'hara@contoso.example"])(
    'is found as %s by a key in quotes',
    async (userPrincipalName) => {
      const { get, simulator } = await startTenant();
      simulator.directory.patch('AdeleV@contoso.example', { userPrincipalName });
      const { id } = simulator.directory.get(userPrincipalName);
      expect(await (await get(`${userPath(userPrincipalName)}?$select=id`)).json()).toEqual({
        id,
        '@odata.context': expect.any(String),
      });
      const bare = await get(`/users/${encodeURIComponent(userPrincipalName)}?$select=id`);
      expect(bare.status).toBe(/^\$|[()]/.test(userPrincipalName) ? 400 : 200);
    },
  );

  it('is not found in the words of Graph', async () => {
    const { get } = await startTenant();
    expect(await refusal(await get('/users/nobody@contoso.example'))).toBe(
      "404 Request_ResourceNotFound: Resource 'nobody@contoso.example' does not exist or one of its queried reference-property objects are not present.",
    );
  });

  it('can be added, changed and removed', async () => {
    const { get, simulator } = await startTenant();
    simulator.directory.patch('AdeleV@contoso.example', {
      userPrincipalName: 'adele@contoso.example',
    });
    expect((await get('/users/AdeleV@contoso.example')).status).toBe(404);
    expect((await get('/users/adele@contoso.example')).status).toBe(200);
    simulator.directory.remove('adele@contoso.example');
    expect((await get('/users/adele@contoso.example')).status).toBe(404);
  });

  it.each([
    '$select=shoeSize',
    '$expand=manager($select=shoeSize)',
    '$expand=directReports',
    '$filter=id eq 1',
  ])('refuses ?%s', async (query) => {
    const { get } = await startTenant();
    expect(await refusal(await get(`/users/AdeleV@contoso.example?${query}`))).toMatch(
      /^400 BadRequest/,
    );
  });

  it.each([
    ['404', 404],
    ['429', 429],
    ['503', 503],
    ['consentMissing', 403],
  ] as const)('fails by fault %s', async (kind, status) => {
    const { get, simulator } = await startTenant();
    simulator.faults.set('users', { kind, times: 1 });
    expect((await get('/users/AdeleV@contoso.example')).status).toBe(status);
    expect((await get('/users/AdeleV@contoso.example')).status).toBe(200);
  });
});

describe('the simulator', () => {
  it('knows no other paths', async () => {
    const { simulator, get } = await startTenant();
    expect(await refusal(await get('/groups'))).toMatch(/^404 BadRequest: Resource not found/);
    expect((await fetch(`${simulator.url}/beta/users/AdeleV@contoso.example`)).status).toBe(404);
    expect((await get('/users/%E0%A4%A')).status).toBe(400);
  });

  it('gives the client its request id back, and logs the request', async () => {
    const { get, simulator, clock } = await startTenant();
    const answer = await get('/users/x?$select=id', { 'client-request-id': 'mine' });
    expect(answer.headers.get('client-request-id')).toBe('mine');
    expect(simulator.requests).toEqual([
      {
        method: 'GET',
        path: '/v1.0/users/x',
        query: '?$select=id',
        status: 404,
        at: clock.now().toISOString(),
      },
    ]);
  });

  it('remembers whether a credential reached it', async () => {
    const { get, simulator } = await startTenant();
    await get('/users/x');
    expect(simulator.sawAuthorization).toBe(false);
    await get('/users/x', { authorization: 'Bearer none' });
    expect(simulator.sawAuthorization).toBe(true);
  });
});
