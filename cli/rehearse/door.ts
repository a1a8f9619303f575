import type { GetOptions, Graph } from '../../functions/graph/client.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import type { Wait } from '../../functions/log.ts';
import type { PermissionName } from '../../functions/permissions/needed.ts';
import { Impossible } from '../command.ts';
import { patience } from '../patiently.ts';

/** A door to Graph that is read through, and that nothing is sent through. */
interface ReadingDoor extends Graph {
  /** Optional permissions that were asked for in vain. */
  readonly denied: ReadonlySet<PermissionName>;
}

/** Look-ups that the app does without where they are denied. */
const optional: Readonly<Record<string, PermissionName>> = {
  fido2Methods: 'UserAuthMethod-Passkey.Read.All',
  methods: 'UserAuthenticationMethod.Read.All',
};

const optionalOf = (path: string): PermissionName | undefined =>
  optional[/^\/users\/[^/]+\/authentication\/(\w+)$/.exec(path)?.[1] ?? ''];

/** What a mailbox is set to is its owner's: a rehearsal does without, as an app does that may not look. */
const isMailbox = (path: string) => /\/mailboxSettings\//.test(path);

/**
 * Asks everything but the log once, and waits in real time where Graph wants that: the app would come
 * back later, but the clock of a rehearsal does not stand still for Graph. Throws `Impossible` where
 * there is no going on, else what the app knows how to live with, as `GraphFailure`.
 */
export function readingDoor(graph: Graph, wait: Wait): ReadingDoor {
  const answers = new Map<string, Promise<unknown>>();
  const denied = new Set<PermissionName>();
  const patiently = patience(wait);

  const ask = async (path: string, request: () => Promise<unknown>): Promise<unknown> => {
    const permission = optionalOf(path);
    if (isMailbox(path) || (permission && denied.has(permission)))
      throw new GraphFailure('denied', { status: 403 });
    try {
      return await patiently(request);
    } catch (failure) {
      if (!(failure instanceof GraphFailure)) throw failure;
      if (permission && failure.kind === 'denied') denied.add(permission);
      throw goesOn(failure, path, permission) ? failure : stopped(failure, path);
    }
  };
  const once = (path: string, key: string, request: () => Promise<unknown>) => {
    if (path.startsWith('/auditLogs/')) return ask(path, request);
    const known = answers.get(key) ?? ask(path, request);
    answers.set(key, known);
    return known;
  };
  return {
    origin: graph.origin,
    denied,
    get: (path, options?: GetOptions) => once(path, path, () => graph.get(path, options)),
    post: (path, body, options) =>
      once(path, `${path} ${JSON.stringify(body)}`, () => graph.post(path, body, options)),
    sendMail: async () => {
      throw new Impossible('A rehearsal sends nothing');
    },
  };
}

/** What the app itself goes on with: nobody of that id, a row that Graph won't look up, no details. */
const goesOn = (failure: GraphFailure, path: string, permission: PermissionName | undefined) =>
  !path.startsWith('/auditLogs/') &&
  (failure.kind === 'notFound' ||
    failure.kind === 'invalid' ||
    (failure.kind === 'denied' && permission !== undefined) ||
    permission === optional['fido2Methods']);

/** The sign-in that there was at first is over. */
const isSignedOut = ({ kind }: GraphFailure) => kind === 'token';

/** Where to read, and who may. */
const places = [
  {
    start: /^\/auditLogs\//,
    what: 'The audit log',
    needs:
      'As yourself you need a role such as Reports Reader, Security Reader or Global Reader; an app ' +
      'needs AuditLog.Read.All and Directory.Read.All',
  },
  {
    start: /\/checkMemberGroups$/,
    what: 'Memberships of groups, which settings name,',
    needs:
      'As yourself you need a role such as Global Reader; an app needs GroupMember.Read.All or ' +
      'Directory.Read.All',
  },
  {
    start: /^\/users\//,
    what: 'People',
    needs: 'As yourself you need a role such as Global Reader; an app needs Directory.Read.All',
  },
] as const;

/** An error that is no `GraphFailure`, which delivering would live with. */
function stopped(failure: GraphFailure, path: string): Error {
  if (isSignedOut(failure)) {
    return new Impossible('Nobody is signed in any more. Run "az login", then start again');
  }
  const place = places.find(({ start }) => start.test(path)) ?? places[0];
  const { kind, said } = failure;
  const fix =
    kind === 'denied'
      ? place.needs
      : kind === 'throttled'
        ? 'Graph has had too much for now. Wait some minutes and try again'
        : 'Try again; mind that GRAPH_BASE_URL must be within reach';
  return new Impossible(`${place.what} can't be read (${said}).\n${fix}.`);
}
