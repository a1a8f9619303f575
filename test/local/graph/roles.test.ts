import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PermissionName, permissions } from '../../../functions/permissions/needed.ts';
import { graphId } from '../../../local/graph/grants.ts';
import { type Simulator, startSimulator } from '../../../local/graph/simulator.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
  simulator.grants.clear();
});
afterEach(() => simulator.close());

const grant = (name: PermissionName) =>
  simulator.grants.add(graphId, permissions.find((one) => one.name === name)?.id ?? '');
const adele = 'users/AdeleV@contoso.example';

/** The statuses of a request to each, in their order. */
async function asked(...paths: readonly string[]): Promise<number[]> {
  const answers = paths.map((path) =>
    fetch(`${simulator.url}/v1.0/${path}`, {
      ...(path.endsWith('Groups') && { method: 'POST', body: '{"groupIds":[]}' }),
    }),
  );
  return (await Promise.all(answers)).map(({ status }) => status);
}

test.each<[PermissionName[], string[], string[]]>([
  [[], [], ['auditLogs/directoryAudits', adele, 'users', `${adele}/authentication/methods`]],
  [
    ['AuditLog.Read.All'],
    ['reports/authenticationMethods/userRegistrationDetails'],
    ['auditLogs/directoryAudits', adele],
  ],
  [['Directory.Read.All'], [adele, 'users'], ['auditLogs/directoryAudits']],
  [
    ['AuditLog.Read.All', 'Directory.Read.All'],
    ['auditLogs/directoryAudits'],
    [`${adele}/authentication/fido2Methods`],
  ],
  [
    ['UserAuthMethod-Passkey.Read.All'],
    [`${adele}/authentication/fido2Methods`],
    [`${adele}/authentication/methods`],
  ],
  [
    ['UserAuthenticationMethod.Read.All'],
    ['fido2Methods', 'methods'].map((one) => `${adele}/authentication/${one}`),
    [adele],
  ],
])('with %j the app may ask for %j, and not for %j', async (roles, open, closed) => {
  for (const role of roles) grant(role);
  expect(await asked(...open)).toEqual(open.map(() => 200));
  expect(await asked(...closed)).toEqual(closed.map(() => 403));
});
