import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';
import { type Graph, segment } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock } from '../log.ts';
import { once } from '../once.ts';
import { orNothing } from './syncIdentities.ts';

/**
 * Tenants of Microsoft's own in which its services are registered, of all clouds. Sources: Entra docs, "Verify
 * first-party Microsoft applications in sign-in reports"; the issuers of the Bot Framework for Azure Government;
 * Microsoft's deployment scripts for China.
 */
const microsoftTenants: ReadonlySet<string> = new Set([
  'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  '72f988bf-86f1-41af-91ab-2d7cd011db47',
  '47df5bb7-e6bc-4256-afb0-dd8c8e3c1ce8',
  '33e01921-4d64-4f8c-a055-5bdaffd5e33d',
  'cab8a31a-1906-4287-a0d8-4eef66b95f6e',
  'a55a4d5b-9241-49b1-b4ff-befa8db00269',
]);

const principal = once(() =>
  z.object({
    appOwnerOrganizationId: z.nullish(z.string()),
    servicePrincipalType: z.nullish(z.string()),
  }),
);

/** Looked for among the deleted as well: who is gone again may have acted. */
const places = ['/servicePrincipals', '/directory/deletedItems'];

async function isForeign(graph: Graph, id: string): Promise<boolean> {
  for (const place of places) {
    const answer = await orNothing(() => graph.get(`${place}/${segment(id)}`));
    if (!answer) continue;
    const { appOwnerOrganizationId: owner, servicePrincipalType: type } = principal().parse(answer);
    // An identity that somebody made in Azure has no owner.
    if (type?.toLowerCase() === 'managedidentity') return true;
    return Boolean(owner) && !microsoftTenants.has(owner?.toLowerCase() ?? '');
  }
  return false;
}

/** A page names few; more is somebody's making, and waits for the next look. */
const mostAtOnce = 10;
const failedMs = 5 * 60_000;

/**
 * Makes the look-up of which service principals are surely not Microsoft's, by id in lower case. An owner never
 * changes, so each is asked for once in the life of a process; where it can't be read, again after five minutes.
 */
export function foreignLookUp(
  graph: Graph,
  now: Clock,
): (ids: Iterable<string>) => Promise<ReadonlySet<string>> {
  const known = new Map<string, boolean>();
  let until = 0;
  return async (ids) => {
    const asked = [...new Set(ids)];
    const open = asked.filter((id) => !known.has(id)).slice(0, mostAtOnce);
    try {
      for (const id of now().getTime() < until ? [] : open)
        known.set(id, await isForeign(graph, id));
    } catch (failure) {
      if (!(failure instanceof GraphFailure || failure instanceof $ZodError)) throw failure;
      until = now().getTime() + failedMs;
    }
    return new Set(asked.filter((id) => known.get(id)));
  };
}
