import { auditQuery } from '../audit/pages.ts';
import { type GetOptions, type Graph, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock } from '../log.ts';
import { mailboxZonePath } from '../people/mailboxZone.ts';
import { tracePath } from '../send/messageTrace.ts';
import { grantedRoles } from './granted.ts';
import { compareGrants, consentsThatAre, type PermissionName } from './needed.ts';
import { someMembers, tryToLook, tryToSend, tryUse, type Use } from './probe.ts';

/** What the app may do, found out by doing it. Holds no addresses. */
export interface PermissionReport {
  /** Consented in Entra, by name; absent where that can't be read, or nobody says who the app is. */
  readonly granted?: readonly string[];
  /** Each permission that is consented for the tenant, by a use of it. */
  readonly uses: Partial<Record<PermissionName, Use>>;
  /** Each of SENDER_MAILBOXES, in their order. */
  readonly senders: readonly { readonly send: Use; readonly look: Use }[];
  /** A mailbox that is none of them: `works` means that every mailbox is open to the app. */
  readonly other: { readonly send: Use; readonly look: Use };
  /** What is needed and could not be looked at this time: the rest of the report says how it was before. */
  readonly unclear?: readonly string[];
}

/** What is needed and of which the attempt said nothing: permissions, and `sender 1` for the first mailbox. Pure. */
const unclearIn = ({ uses, senders }: PermissionReport): string[] => [
  ...consentsThatAre('required').filter((name) => uses[name] === 'unclear'),
  ...senders.flatMap(({ send }, index) => (send === 'unclear' ? [`sender ${index + 1}`] : [])),
];

/**
 * A report in which what could not be looked at is as it was before, and is named. So nothing is mended,
 * or missing, for want of an answer. Pure.
 */
export function remembering(report: PermissionReport, before?: PermissionReport): PermissionReport {
  const unclear = unclearIn(report);
  const { granted = before?.granted } = report;
  const kept = (now: Use | undefined, then: Use | undefined): Use =>
    now && now !== 'unclear' ? now : (then ?? 'unclear');
  const names = Object.keys(report.uses) as PermissionName[];
  const boxes = (
    { send, look }: { readonly send: Use; readonly look: Use },
    then?: { readonly send: Use; readonly look: Use },
  ) => ({ send: kept(send, then?.send), look: kept(look, then?.look) });
  return {
    ...(granted && { granted }),
    uses: Object.fromEntries(
      names.map((name) => [name, kept(report.uses[name], before?.uses[name])]),
    ),
    // By their places: whoever changes the setting has them looked at anew.
    senders: report.senders.map((one, index) =>
      boxes(
        one,
        before?.senders.length === report.senders.length ? before.senders[index] : undefined,
      ),
    ),
    other: boxes(report.other, before?.other),
    ...(unclear.length > 0 && { unclear }),
  };
}

export interface Examined {
  readonly graph: Graph;
  readonly senders: readonly string[];
  /** The app's client id, where it has one. */
  readonly clientId: string | undefined;
  /** Activities that the settings add to what is polled. */
  readonly extra: readonly string[];
  /** Awaited before each request that counts against the limit of the audit log. */
  readonly pace?: () => Promise<void>;
  readonly now: Clock;
}

/** Uses every permission once. Sends nothing and changes nothing. Throws on a defect only. */
export async function examine({
  graph,
  senders,
  clientId,
  extra,
  pace,
  now,
}: Examined): Promise<PermissionReport> {
  const paced = pace && { pace };
  // As the polls ask: a filter that Graph refuses is found here, and not by their silence.
  const query = auditQuery(lastMinute(now()), 'watched', extra);
  // Polls use up most of what Graph allows: a turn is worth waiting for.
  const audit = await tryUse(() => graph.get(query, { tries: 5, ...paced }));
  let members: Awaited<ReturnType<typeof someMembers>> = [];
  const directory = await tryUse(async () => {
    members = await someMembers(graph);
  });
  const granted = clientId ? await readable(() => grantedRoles(graph, clientId)) : undefined;
  const of = (collection: string) => methodsOf(graph, members[0]?.id, collection, paced);
  const found: { send: Use; look: Use }[] = [];
  for (const mailbox of senders) found.push(await tryMailbox(graph, mailbox));
  const ours = new Set(senders.map((one) => one.toLowerCase()));
  const stranger = members.find(
    ({ mail, userPrincipalName }) =>
      mail && ![mail, userPrincipalName].some((one) => one && ours.has(one.toLowerCase())),
  );
  return {
    ...(granted && { granted }),
    uses: {
      'AuditLog.Read.All': audit,
      'Directory.Read.All': directory,
      'UserAuthMethod-Passkey.Read.All': await of('fido2Methods'),
      'UserAuthenticationMethod.Read.All': await of('methods'),
      'ExchangeMessageTrace.Read.All': await tryUse(() => graph.get(tracePath, { tries: 1 })),
      'MailboxSettings.Read': await tryClock(graph, members.find(({ mail }) => mail)?.id),
    },
    senders: found,
    other: stranger ? await tryMailbox(graph, stranger.id) : { send: 'unclear', look: 'unclear' },
  };
}

/** A window that holds few rows. */
export const lastMinute = (now: Date) => ({
  from: new Date(now.getTime() - 60_000).toISOString(),
  to: now.toISOString(),
});

const tryMailbox = async (graph: Graph, mailbox: string) => ({
  send: await tryToSend(graph, mailbox),
  look: await tryToLook(graph, mailbox),
});

const methodsOf = async (
  graph: Graph,
  userId: string | undefined,
  collection: string,
  paced: Pick<GetOptions, 'pace'> | undefined,
) =>
  userId
    ? tryUse(() => graph.get(`${userPath(userId)}/authentication/${collection}`, paced))
    : 'unclear';

const tryClock = async (graph: Graph, userId: string | undefined) =>
  userId ? tryUse(() => graph.get(mailboxZonePath(userId), { tries: 1 })) : 'unclear';

async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (failure) {
    if (failure instanceof GraphFailure) return undefined;
    throw failure;
  }
}

/** What is to be mended. Mailboxes by their place in SENDER_MAILBOXES, from 1 on. */
interface PermissionFaults {
  /** Required, and not granted or not working. */
  readonly missing: readonly string[];
  /** Consented in Entra, and not needed. */
  readonly broader: readonly string[];
  /** Sender mailboxes that can't be sent from. */
  readonly senders: readonly number[];
  /** The app may send from mailboxes, or look into them, that are none of its own. */
  readonly othersOpen: boolean;
  /** Optional ones that worked before. */
  readonly lost: readonly string[];
}

/** Judges a report, in the light of the one before it. Pure. */
export function judge(report: PermissionReport, before?: PermissionReport): PermissionFaults {
  const compared = report.granted ? compareGrants(report.granted) : { missing: [], broader: [] };
  const denied = consentsThatAre('required').filter((name) => report.uses[name] === 'denied');
  const refused = ({ send }: { send: Use }) => send === 'denied' || send === 'noMailbox';
  return {
    missing: [...new Set([...compared.missing, ...denied])],
    broader: compared.broader,
    senders: report.senders.flatMap((one, index) => (refused(one) ? [index + 1] : [])),
    othersOpen: report.other.send === 'works' || report.other.look === 'works',
    lost: before ? lostSince(before, report) : [],
  };
}

export const isClean = ({ missing, broader, senders, othersOpen, lost }: PermissionFaults) =>
  missing.length + broader.length + senders.length + lost.length === 0 && !othersOpen;

const optional: readonly PermissionName[] = [...consentsThatAre('optional'), 'Mail.ReadBasic'];

/** Optional ones that are known to have worked, and to be denied now: no report of an earlier version says so of a new one. */
const lostSince = (before: PermissionReport, now: PermissionReport): PermissionName[] =>
  optional.filter((name) => useOf(name, before) === 'works' && useOf(name, now) === 'denied');

function useOf(name: PermissionName, { uses, senders }: PermissionReport): Use {
  if (name !== 'Mail.ReadBasic') return uses[name] ?? 'unclear';
  if (senders.some(({ look }) => look === 'denied')) return 'denied';
  return senders.every(({ look }) => look === 'works') ? 'works' : 'unclear';
}
