import { createHash } from 'node:crypto';
import * as z from 'zod';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { Impossible } from '../command.ts';
import type { Deployment } from './deployment.ts';
import type { Rest } from './rest.ts';

/** What `npm run doctor` and `npm run ledger` need on the storage account. Source: Azure's built-in roles. */
export const operatorRoles = {
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
} as const;

const group = ({ subscription, resourceGroup }: Deployment) =>
  `/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(resourceGroup)}`;

/** Gives the two roles to somebody, by their object id. What is there already stays. */
export async function giveOperatorRoles(
  manager: Rest,
  deployment: Deployment,
  objectId: string,
  say: (line: string) => void,
): Promise<void> {
  const { subscription, storageAccountName } = deployment;
  const scope = `${group(deployment)}/providers/Microsoft.Storage/storageAccounts/${storageAccountName}`;
  for (const [name, role] of Object.entries(operatorRoles)) {
    const roleDefinitionId = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const id = guidOf(`${scope} ${objectId} ${role}`);
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}?api-version=2022-04-01`;
    try {
      await manager.call('PUT', path, {
        properties: { roleDefinitionId, principalId: objectId, principalType: 'User' },
      });
    } catch (failure) {
      if (!(failure instanceof GraphFailure)) throw failure;
      if (failure.code !== 'RoleAssignmentExists') {
        const takes = `Owner or User Access Administrator of ${deployment.resourceGroup}`;
        throw refused(`You can't be given ${name}`, failure, takes);
      }
    }
    say(`You have ${name} on ${storageAccountName}`);
  }
}

const listedSettings = z.object({ properties: z.record(z.string(), z.string()) });
/** A setting that keeps the host from running a function, whose name it holds. */
export const switchedOff = /^AzureWebJobs[._]+(\w+?)[._]+Disabled$/;

/** The app's settings, as the platform has them. Throws `Impossible`. */
export async function readSettings(
  manager: Rest,
  deployment: Deployment,
): Promise<Readonly<Record<string, string>>> {
  const answer = await settingsCall(manager, deployment, 'POST', '/list');
  return listedSettings.parse(answer).properties;
}

/** Lets functions run that were deployed switched off. Gives their number. */
export async function startFunctions(manager: Rest, deployment: Deployment): Promise<number> {
  const all = Object.entries(await readSettings(manager, deployment));
  const kept = all.filter(([name]) => !switchedOff.test(name));
  if (kept.length < all.length) {
    const properties = Object.fromEntries(kept);
    await settingsCall(manager, deployment, 'PUT', '', { properties });
  }
  return all.length - kept.length;
}

async function settingsCall(
  manager: Rest,
  deployment: Deployment,
  method: 'POST' | 'PUT',
  end: string,
  body?: object,
): Promise<unknown> {
  const { functionAppName, resourceGroup } = deployment;
  const config = `${group(deployment)}/providers/Microsoft.Web/sites/${functionAppName}/config/appsettings`;
  try {
    return await manager.call(method, `${config}${end}?api-version=2025-03-01`, body);
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    const what = `The settings of ${functionAppName} can't be read or written`;
    throw refused(what, failure, `Contributor of ${resourceGroup}`);
  }
}

/** What Azure did not do, and what helps. `takes`: the role that it needs. */
function refused(what: string, { kind, code, answer }: GraphFailure, takes: string): Impossible {
  const said = `${what} (${answer})`;
  if (kind === 'denied') return new Impossible(`${said}: that takes ${takes}`);
  if (code === 'UnmatchedPrincipalType') {
    return new Impossible(`${said}: --operator is for people: sign in as one, or leave it out`);
  }
  if (kind === 'notFound') return new Impossible(`${said}. Is it still there?`);
  return new Impossible(`${said}. Run the same command again later: it goes on where it stopped`);
}

/** The same GUID for the same text, so that a repeat finds what the first time has made. */
function guidOf(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
