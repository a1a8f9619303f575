import * as z from 'zod';
import type { Config } from '../../functions/config/config.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { findSyncIdentities } from '../../functions/permissions/syncIdentities.ts';
import { type Finding, look, well } from './finding.ts';

const named = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      appId: z.string().nullish(),
      displayName: z.string().nullish(),
      userPrincipalName: z.string().nullish(),
    }),
  ),
});

/** Names that synchronisation has, and that anybody can take. */
const names = [
  "/users?$filter=startswith(userPrincipalName,'Sync_')&$select=id,displayName,userPrincipalName",
  "/users?$filter=startswith(userPrincipalName,'ADToAADSyncServiceAccount')&$select=id,displayName,userPrincipalName",
  "/servicePrincipals?$filter=startswith(displayName,'ConnectSyncProvisioning_')&$select=id,appId,displayName",
];

const check = 'synchronisation';

/** Who is taken for the synchronisation of directories, and who only has its name. */
export async function checkSync(
  graph: Graph,
  { SYNC_IDENTITIES: settings }: Pick<Config, 'SYNC_IDENTITIES'>,
): Promise<Finding[]> {
  try {
    const found = await findSyncIdentities(graph);
    const known = new Set(
      [...settings, ...found.flatMap(({ ids }) => ids)].map((id) => id.toLowerCase()),
    );
    const lists = await Promise.all(names.map((path) => listed(graph, path)));
    const claiming = lists.flat().filter(({ id, appId }) => {
      return !known.has(id.toLowerCase()) && !known.has(appId?.toLowerCase() ?? '');
    });
    const findings = [
      ...found.map(({ kind, name, ids }) =>
        well(
          check,
          `${kind} ${name} (${ids[0]}), by its ${kind === 'account' ? 'directory role' : 'app role'}`,
        ),
      ),
      ...settings.map((id) => well(check, `${id}, by SYNC_IDENTITIES`)),
      ...claiming.map(({ id, userPrincipalName, displayName }) =>
        look(
          check,
          `${userPrincipalName || displayName || id} (${id}) only has the name: told as an administrator or application`,
          'If it synchronises, name its id in SYNC_IDENTITIES; if not, ask who made it',
        ),
      ),
    ];
    return findings.length > 0 ? findings : [well(check, 'nobody: a tenant of the cloud alone')];
  } catch (failure) {
    if (!(failure instanceof GraphFailure || failure instanceof z.ZodError)) throw failure;
    const says =
      'who synchronises can’t be read: password changes from on-premises are told as an administrator’s';
    return [look(check, says, 'Grant Directory.Read.All, or name the ids in SYNC_IDENTITIES')];
  }
}

/** Those of a name; none where this can't be asked. */
async function listed(graph: Graph, path: string) {
  try {
    return named.parse(await graph.get(path.replaceAll(' ', '%20'))).value;
  } catch (failure) {
    if (failure instanceof GraphFailure || failure instanceof z.ZodError) return [];
    throw failure;
  }
}
