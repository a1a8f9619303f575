import * as z from 'zod';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { graphAppId } from '../../functions/permissions/needed.ts';
import { Impossible } from '../command.ts';
import { type Api, type Assignment, left, planOf, type Step, type Wish } from './plan.ts';
import type { Rest } from './rest.ts';

/** How often something new is looked for, and how long between: Entra tells its parts within a minute. */
const patience = { tries: 6, pauseMs: 10_000 } as const;

const principal = z.object({
  id: z.string(),
  appId: z.string(),
  displayName: z.string().nullish(),
  servicePrincipalType: z.string().nullish(),
});
const api = z.object({
  id: z.string(),
  appId: z.string(),
  displayName: z.string().nullish(),
  appRoles: z.array(z.object({ id: z.string(), value: z.string().nullish() })),
});
const assignment = z.object({
  id: z.string(),
  appRoleId: z.string(),
  // Graph's metadata lets these be null.
  resourceId: z.string().nullish(),
  resourceDisplayName: z.string().nullish(),
});
const organizations = z.object({
  value: z.array(z.object({ id: z.string(), displayName: z.string().nullish() })),
});

type Principal = z.output<typeof principal>;

/** The tenant as people know it: its name and id; undefined where that can't be read. */
export async function tenantName(graph: Rest): Promise<string | undefined> {
  try {
    const answer = await graph.call('GET', '/v1.0/organization?$select=id,displayName');
    const [one] = organizations.parse(answer).value;
    return one && `${one.displayName ?? 'without a name'} (${one.id})`;
  } catch (failure) {
    if (failure instanceof GraphFailure && failure.kind === 'denied') return undefined;
    throw explained(failure);
  }
}

/** Waits for what a part of Entra may not know yet. */
async function patiently<T>(
  wait: (ms: number) => Promise<void>,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let tried = 1; ; tried += 1) {
    const found = await look();
    if (found !== undefined || tried >= patience.tries) return found;
    await wait(patience.pauseMs);
  }
}

/** The app's identity, by its object id or its client id. It may be minutes old. */
export async function findPrincipal(
  graph: Rest,
  by: { readonly principalId: string } | { readonly clientId: string },
  wait: (ms: number) => Promise<void>,
): Promise<Principal> {
  const key = 'principalId' in by ? `/${by.principalId}` : `(appId='${by.clientId}')`;
  const path = `/v1.0/servicePrincipals${key}?$select=id,appId,displayName,servicePrincipalType`;
  const found = await patiently(wait, () => unlessMissing(() => graph.call('GET', path)));
  if (found !== undefined) return principal.parse(found);
  const kind = 'principalId' in by ? 'object (principal) id, not its client id' : 'client id';
  throw new Impossible(
    `This tenant knows no identity ${Object.values(by)[0]}. Is that its ${kind}, and is this the tenant?`,
  );
}

/** What the identity has, against what it should have. */
export async function readPlan(graph: Rest, principalId: string, wish: Wish): Promise<Plan> {
  try {
    const query = '$select=id,appId,displayName,appRoles';
    const own = api.parse(
      await graph.call('GET', `/v1.0/servicePrincipals(appId='${graphAppId}')?${query}`),
    );
    const path = `/v1.0/servicePrincipals/${principalId}/appRoleAssignments?$top=999`;
    const assigned = z
      .array(assignment)
      .parse(await graph.list(path))
      .map((one): Assignment => ({ ...one, resourceId: one.resourceId ?? '' }));
    const apis = new Map<string, Api | undefined>([[own.id, own]]);
    for (const { resourceId } of assigned) {
      if (!apis.has(resourceId)) apis.set(resourceId, await readApi(graph, resourceId, query));
    }
    return { graphId: own.id, steps: planOf(assigned, apis, wish) };
  } catch (failure) {
    throw explained(failure);
  }
}

interface Plan {
  /** Object id of Microsoft Graph in this tenant. */
  readonly graphId: string;
  readonly steps: readonly Step[];
}

/** Undefined, where it could not be read: nothing may be said of it then. */
async function readApi(graph: Rest, id: string, query: string): Promise<Api | undefined> {
  if (!id) return undefined;
  try {
    return api.parse(await graph.call('GET', `/v1.0/servicePrincipals/${id}?${query}`));
  } catch (error) {
    if (error instanceof GraphFailure || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** Does what the plan says, and says what was done. */
export async function carryOut(
  graph: Rest,
  principalId: string,
  { graphId, steps }: Plan,
  say: (line: string) => void,
): Promise<void> {
  const path = `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`;
  for (const { verb, name, appRoleId, assignment } of steps) {
    try {
      if (verb === 'remove' && assignment) {
        await unlessMissing(() => graph.call('DELETE', `${path}/${assignment}`));
        say(`Removed ${name}`);
      }
      if (verb === 'grant') {
        const body = { principalId, resourceId: graphId, appRoleId };
        await unlessThere(() => graph.call('POST', path, body));
        say(`Granted ${name}`);
      }
    } catch (failure) {
      throw explained(failure);
    }
  }
}

/** Reads back until everything is as planned, or time is up. Gives the plan that is left. */
export async function readBack(
  read: () => Promise<Plan>,
  wait: (ms: number) => Promise<void>,
): Promise<Plan> {
  let last: Plan | undefined;
  const done = await patiently(wait, async () => {
    last = await read();
    return left(last.steps).length === 0 ? last : undefined;
  });
  return done ?? last ?? read();
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof GraphFailure && failure.kind === 'notFound') return undefined;
    throw explained(failure);
  }
}

/** A repeat finds what the first try has done. Graph says so in words alone. */
async function unlessThere(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    const says = failure instanceof GraphFailure ? String(failure.cause) : '';
    if (!/already exists/i.test(says)) throw failure;
  }
}

/** The same failure in words, where somebody can do something about it. */
function explained(failure: unknown): unknown {
  if (!(failure instanceof GraphFailure)) return failure;
  const { kind, status, code } = failure;
  if (status === 401) {
    return new Impossible(
      'Graph does not take this sign-in. Run "az login --tenant TENANT" and try again',
    );
  }
  if (kind === 'denied') {
    return new Impossible(
      `Graph refuses (${code}): whoever runs this needs the role Privileged Role Administrator`,
    );
  }
  if (kind === 'throttled' || kind === 'unreachable' || kind === 'unknownOutcome') {
    const what = kind === 'throttled' ? 'throttles' : 'can’t be reached, or is out of order';
    return new Impossible(
      `Graph ${what} (${status || code}), after several tries. Run the same command again later: it goes on where it stopped`,
    );
  }
  return failure;
}
