import {
  exchangeAppId,
  graphAppId,
  type Permission,
  permissions,
} from '../../functions/permissions/needed.ts';

/** An app role that the identity has. */
export interface Assignment {
  readonly id: string;
  readonly resourceId: string;
  readonly appRoleId: string;
  readonly resourceDisplayName?: string | null | undefined;
}

/** An API that roles are of; undefined where it could not be looked up. */
export interface Api {
  readonly id: string;
  readonly appId: string;
  readonly displayName?: string | null | undefined;
  readonly appRoles: readonly { readonly id: string; readonly value?: string | null | undefined }[];
}

/**
 * What is to become of one permission in Entra. `refuse`: it opens mailboxes of the whole tenant, and
 * nobody said that it may be taken away. `unjudged`: what it is of could not be looked up, so that
 * nothing can be said of it. `leave`: not needed, and no danger to mailboxes.
 */
export interface Step {
  readonly verb: 'has' | 'grant' | 'remove' | 'refuse' | 'unjudged' | 'leave';
  readonly name: string;
  readonly appRoleId: string;
  /** The assignment that is there. */
  readonly assignment?: string;
}

export interface Wish {
  readonly passkeys?: boolean | undefined;
  readonly methods?: boolean | undefined;
  readonly timeZones?: boolean | undefined;
  readonly messageTrace?: boolean | undefined;
  readonly sentItems?: boolean | undefined;
  readonly removeTenantWide?: boolean | undefined;
}

/** The permissions that are asked for: the required ones, and those whose option was given. */
export const wanted = (wish: Wish, where: Permission['grantedIn']): Permission[] =>
  (permissions as readonly Permission[])
    .filter(({ grantedIn }) => grantedIn === where)
    .filter(({ option }) => option === undefined || wish[option] === true);

/** What opens mailboxes: anything of Exchange's own API, and what Graph calls Mail… */
const opensMailboxes = ({ appId }: Api, role: string): boolean =>
  appId === exchangeAppId ||
  (appId === graphAppId && /^(Mail|full_access_as_app)/.test(role)) ||
  role === 'full_access_as_app';

/**
 * Compares what the identity has with what it should have. Pure. `apis` holds every API that an
 * assignment is of, by its object id.
 */
export function planOf(
  assigned: readonly Assignment[],
  apis: ReadonlyMap<string, Api | undefined>,
  wish: Wish,
): Step[] {
  const graph = [...apis.values()].find((api) => api?.appId === graphAppId);
  const asked = wanted(wish, 'entra');
  const known = new Set<string>(
    permissions.filter(({ grantedIn }) => grantedIn === 'entra').map(({ id }) => id),
  );
  const onGraph = new Set(
    assigned.filter(({ resourceId }) => resourceId === graph?.id).map(({ appRoleId }) => appRoleId),
  );
  const own = asked.map(
    ({ id, name }): Step => ({
      verb: onGraph.has(id) ? 'has' : 'grant',
      name,
      appRoleId: id,
    }),
  );
  const rest = assigned
    .filter(
      ({ resourceId, appRoleId }) =>
        !(resourceId === graph?.id && asked.some(({ id }) => id === appRoleId)),
    )
    .map((one): Step => {
      const { id: assignment, resourceId, appRoleId } = one;
      const api = apis.get(resourceId);
      if (!api) {
        const name = `${appRoleId} of ${one.resourceDisplayName ?? resourceId}`;
        return { verb: 'unjudged', name, appRoleId, assignment };
      }
      const role = api.appRoles.find(({ id }) => id === appRoleId)?.value || appRoleId;
      const name = api.appId === graphAppId ? role : `${role} of ${api.displayName ?? api.appId}`;
      // One of ours that is optional: it was granted before, and opens no mail.
      if (api.appId === graphAppId && known.has(appRoleId)) {
        return { verb: 'has', name, appRoleId, assignment };
      }
      if (opensMailboxes(api, role)) {
        return { verb: wish.removeTenantWide ? 'remove' : 'refuse', name, appRoleId, assignment };
      }
      return { verb: 'leave', name, appRoleId, assignment };
    });
  return [...own, ...rest];
}

/** What is still to be done, or in the way: empty where all is as it should be. */
export const left = (plan: readonly Step[]): Step[] =>
  plan.filter(({ verb }) => verb !== 'has' && verb !== 'leave');

const words: Readonly<Record<Step['verb'], string>> = {
  has: 'has',
  grant: 'grant',
  remove: 'remove',
  refuse: 'REFUSED',
  unjudged: 'UNKNOWN',
  leave: 'leave',
};

const remarks: Partial<Record<Step['verb'], string>> = {
  remove: 'opens every mailbox',
  refuse: 'opens every mailbox',
  unjudged: 'could not be looked up: it may open every mailbox',
  leave: 'not needed by the app',
};

/** The plan, a line for each step. */
export const planned = (plan: readonly Step[]): string[] =>
  plan.map(({ verb, name }) => {
    const remark = remarks[verb];
    return `  ${words[verb].padEnd(8)} ${name}${remark ? `: ${remark}` : ''}`;
  });
