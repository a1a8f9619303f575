import { describe, expect, it } from 'vitest';
import { equipContoso } from '../../../local/graph/contosoMethods.ts';
import { makeMethod } from '../../../local/graph/methodKinds.ts';
import { refusal, startTenant } from './tenant.ts';

const path = '/reports/authenticationMethods/userRegistrationDetails';
const adele = 'AdeleV@contoso.example';

interface Page {
  readonly value: readonly {
    readonly id: string;
    readonly userPrincipalName: string;
    readonly methodsRegistered: readonly string[];
  }[];
  readonly '@odata.nextLink'?: string;
}

const json = async (answer: Response) => (await answer.json()) as Page;

describe('the report on registered methods', () => {
  it('has a row for each enabled person, with what they have', async () => {
    const { get, simulator } = await startTenant();
    equipContoso(simulator.passkeys);
    const { value } = await json(await get(path));
    const enabled = simulator.directory.all().filter(({ accountEnabled }) => accountEnabled);
    expect(value.map(({ id }) => id)).toEqual(enabled.map(({ id }) => id).sort());
    expect(value.find(({ userPrincipalName }) => userPrincipalName === adele)).toEqual({
      id: simulator.directory.get(adele).id,
      userPrincipalName: adele,
      userDisplayName: 'Adele Vance',
      userType: 'member',
      isAdmin: false,
      isSsprRegistered: true,
      isSsprEnabled: true,
      isSsprCapable: true,
      isMfaRegistered: true,
      isMfaCapable: true,
      isPasswordlessCapable: false,
      lastUpdatedDateTime: '2026-11-24T10:00:00.000Z',
      methodsRegistered: [
        'microsoftAuthenticatorPush',
        'softwareOneTimePasscode',
        'mobilePhone',
        'email',
      ],
      isSystemPreferredAuthenticationMethodEnabled: true,
      systemPreferredAuthenticationMethods: ['push'],
      userPreferredMethodForSecondaryAuthentication: 'push',
    });
    expect(simulator.counts.registrations).toBe(1);
  });

  it('comes in pages, each row once, cut down to what is asked for', async () => {
    const { get, simulator, clock } = await startTenant();
    const seen: string[] = [];
    let next: string | undefined = `${path}?$top=5&$select=id,methodsRegistered`;
    while (next) {
      const page: Page = await json(await get(next));
      expect(Object.keys(page.value[0] ?? {})).toEqual(['id', 'methodsRegistered']);
      seen.push(...page.value.map(({ id }) => id));
      next = page['@odata.nextLink']?.slice(`${simulator.url}/v1.0`.length);
      clock.advance(3);
    }
    const enabled = simulator.directory.all().filter(({ accountEnabled }) => accountEnabled);
    expect(seen).toEqual(enabled.map(({ id }) => id).sort());
  });

  it('follows what people get and lose, or stays as it was published', async () => {
    const { get, simulator } = await startTenant();
    const { id } = simulator.directory.get(adele);
    const kinds = async () => {
      const { value } = await json(await get(path));
      return value.find((row) => row.id === id)?.methodsRegistered;
    };
    simulator.passkeys.addOther(id, makeMethod('phone', 'p', '2026-11-24T10:00:00Z'));
    expect(await kinds()).toEqual(['mobilePhone']);
    simulator.registrations.publish();
    simulator.passkeys.removeOthers(id, 'phone');
    expect(await kinds()).toEqual(['mobilePhone']);
    simulator.registrations.live();
    expect(await kinds()).toEqual([]);
  });

  it('gives one row by object id, and refuses what Graph refuses', async () => {
    const { get, simulator, clock } = await startTenant();
    const { id } = simulator.directory.get(adele);
    expect(await (await get(`${path}/${id}`)).json()).toMatchObject({ id, methodsRegistered: [] });
    expect((await get(`${path}/00000000-0000-0000-0000-000000000001`)).status).toBe(404);
    expect(await refusal(await get(`${path}?$select=phone`))).toMatch(/^400 BadRequest/);
    simulator.faults.set('registrations', { kind: 'notPremium', times: 1 });
    expect(await refusal(await get(path))).toMatch(/^403 .*NonPremiumTenant/);
    await get(path);
    expect((await get(path)).status).toBe(429);
    expect((await get('/auditLogs/directoryAudits')).status).toBe(429);
    clock.advance(10);
    expect((await get('/auditLogs/directoryAudits')).status).toBe(200);
  });
});
