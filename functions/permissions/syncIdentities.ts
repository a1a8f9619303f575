import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';
import { type Graph, segment } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock } from '../log.ts';
import { once } from '../once.ts';

/** An account or application that the tenant is synchronised with, as the directory shows it. */
interface SyncIdentity {
  readonly kind: 'account' | 'application';
  /** Object id; of an application its app id as well, where it was found. */
  readonly ids: readonly string[];
  readonly name: string;
}

/**
 * Directory roles of accounts that synchronise: "Directory Synchronization Accounts" and "On Premises
 * Directory Sync Account". Source: Entra docs, "Microsoft Entra built-in roles".
 */
const roleTemplates = [
  'd29b2b05-8046-44ba-8758-1e26182fcf32',
  'a92aed5d-d78a-4d16-b381-09adb37eb3b0',
];

/**
 * "Microsoft Entra AD Synchronization Service", and the app role that Entra Connect's own application
 * has of it. Source: Entra docs, "Authenticate to Microsoft Entra ID by using application identity".
 */
const syncServiceAppId = '6bf85cfa-ac8a-4be5-b5de-425a0d0dc016';
const syncRole = 'ADSynchronization.ReadWrite.All';

const members = once(() =>
  z.object({
    value: z.array(
      z.object({
        id: z.string(),
        displayName: z.nullish(z.string()),
        userPrincipalName: z.nullish(z.string()),
        appId: z.nullish(z.string()),
      }),
    ),
  }),
);
const service = once(() =>
  z.object({
    appRoles: z.array(z.object({ id: z.string(), value: z.nullish(z.string()) })),
  }),
);
const assigned = once(() =>
  z.object({
    value: z.array(
      z.object({
        appRoleId: z.string(),
        principalId: z.string(),
        principalDisplayName: z.nullish(z.string()),
      }),
    ),
  }),
);
const principal = once(() => z.object({ appId: z.nullish(z.string()) }));

/** More than any tenant has: bounds what one reading asks. */
const most = 50;

/**
 * Who synchronises, by directory role and app role. Works with `Directory.Read.All`. What is not there,
 * in a tenant of the cloud alone, is nobody. Throws `GraphFailure`, or a ZodError.
 */
export async function findSyncIdentities(graph: Graph): Promise<SyncIdentity[]> {
  const accounts = roleTemplates.map((template) => inRole(graph, template));
  const found = await Promise.all([...accounts, withAppRole(graph)]);
  return found.flat();
}

async function inRole(graph: Graph, template: string): Promise<SyncIdentity[]> {
  const path = `/directoryRoles(roleTemplateId='${segment(template)}')/members`;
  const answer = await orNothing(() => graph.get(path));
  const { value } = answer ? members().parse(answer) : { value: [] };
  return value.slice(0, most).map(({ id, appId, displayName, userPrincipalName }) => ({
    kind: appId ? 'application' : 'account',
    ids: [id, ...(appId ? [appId] : [])],
    name: userPrincipalName || displayName || id,
  }));
}

async function withAppRole(graph: Graph): Promise<SyncIdentity[]> {
  const path = `/servicePrincipals(appId='${segment(syncServiceAppId)}')`;
  const answer = await orNothing(() => graph.get(`${path}?$select=id,appRoles`));
  if (!answer) return [];
  const { appRoles } = service().parse(answer);
  const roles = new Set(appRoles.flatMap(({ id, value }) => (value === syncRole ? id : [])));
  const list = await orNothing(() => graph.get(`${path}/appRoleAssignedTo?$top=999`));
  const { value } = list ? assigned().parse(list) : { value: [] };
  const found = value.filter(({ appRoleId }) => roles.has(appRoleId)).slice(0, most);
  return Promise.all(
    found.map(async ({ principalId, principalDisplayName }): Promise<SyncIdentity> => {
      const own = `/servicePrincipals/${segment(principalId)}?$select=appId`;
      const app = await orNothing(() => graph.get(own));
      const { appId } = app ? principal().parse(app) : {};
      const ids = [principalId, ...(appId ? [appId] : [])];
      return { kind: 'application', ids, name: principalDisplayName || principalId };
    }),
  );
}

/** Undefined for what is not there. */
export async function orNothing(read: () => Promise<unknown>): Promise<unknown> {
  try {
    return await read();
  } catch (failure) {
    if (failure instanceof GraphFailure && failure.kind === 'notFound') return undefined;
    throw failure;
  }
}

const keptMs = 3_600_000;
const failedMs = 5 * 60_000;

/**
 * Makes the look-up that recording uses: ids in lower case, of settings and directory, kept for an hour.
 * Where the directory can't be read, those that were known are good for another five minutes.
 */
export function syncLookUp(
  graph: Graph,
  named: readonly string[],
  now: Clock,
): () => Promise<ReadonlySet<string>> {
  let known: ReadonlySet<string> = new Set(named);
  let until = 0;
  return async () => {
    if (now().getTime() < until) return known;
    try {
      const found = await findSyncIdentities(graph);
      const ids = found.flatMap((one) => one.ids.map((id) => id.toLowerCase()));
      known = new Set([...named, ...ids]);
      until = now().getTime() + keptMs;
    } catch (failure) {
      if (!(failure instanceof GraphFailure || failure instanceof $ZodError)) throw failure;
      until = now().getTime() + failedMs;
    }
    return known;
  };
}
