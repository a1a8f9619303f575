import * as z from 'zod/mini';
import { type Graph, segment } from '../graph/client.ts';
import { graphAppId } from './needed.ts';

const assignments = z.object({
  value: z.array(
    z.object({
      appRoleId: z.string(),
      // Graph's metadata lets it be null.
      resourceId: z.nullish(z.string()),
      resourceDisplayName: z.nullish(z.string()),
    }),
  ),
});

const servicePrincipal = z.object({
  id: z.string(),
  appRoles: z.array(z.object({ id: z.string(), value: z.nullish(z.string()) })),
});

const principalOf = (appId: string) => `/servicePrincipals(appId='${segment(appId)}')`;

/**
 * Names of the application permissions that are consented in Entra, sorted. Those of other APIs than
 * Graph have the API's name before them. Works for whoever may read the directory, the app itself
 * included, and does not wait for a token to expire. Throws `GraphFailure`, or a ZodError where the
 * answer is of no known shape. Source: Graph docs, "List appRoleAssignments granted to a service
 * principal".
 */
export async function grantedRoles(graph: Graph, clientId: string): Promise<string[]> {
  const query = '$select=appRoleId,resourceId,resourceDisplayName&$top=999';
  const [given, api] = await Promise.all([
    graph.get(`${principalOf(clientId)}/appRoleAssignments?${query}`),
    graph.get(`${principalOf(graphAppId)}?$select=id,appRoles`),
  ]);
  const { id: graphId, appRoles } = servicePrincipal.parse(api);
  const names = new Map(appRoles.map(({ id, value }) => [id, value || id]));
  return assignments
    .parse(given)
    .value.map(({ appRoleId, resourceId, resourceDisplayName }) =>
      resourceId === graphId
        ? (names.get(appRoleId) ?? appRoleId)
        : `${resourceDisplayName ?? resourceId ?? 'an API without a name'}: ${appRoleId}`,
    )
    .sort();
}
