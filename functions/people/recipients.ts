import { isUrgent } from '../intake/sameChange.ts';
import type { FollowUp } from '../ledger/notification.ts';
import type { Allowance } from '../pacing/copies.ts';
import type { Initiator, SecurityInfoChange } from '../recognise/change.ts';
import { samePerson } from '../recognise/initiator.ts';
import { mailAddress } from './address.ts';
import type { Manager, Person } from './directory.ts';
import { belongsTo } from './scope.ts';

/** An address to write to. The name is untrusted text. */
export interface Recipient {
  readonly address: string;
  readonly name?: string;
}

/** Settings that decide who is told. */
export interface RecipientSettings {
  readonly copyManager: 'always' | 'risky' | 'never';
  /** The security team's mailboxes. */
  readonly securityCopy: readonly string[];
  readonly notifyOtherMails: boolean;
}

/** What is known of the changes that somebody is to be told of. */
interface Occasion {
  readonly initiators: readonly Initiator[];
  readonly risky: boolean;
  /** Not the person's mail: of what became known later, or while the account is deleted. */
  readonly followUp?: FollowUp;
  /** One of very many by the same initiator: copies stop, and a summary is sent instead. */
  readonly bulk?: boolean;
  /** Whether the manager may get a copy today; `open` where nobody has counted yet. */
  readonly allowance?: Allowance;
}

/**
 * Who is told, or why nobody is. `outcome` says it for operators, without names or addresses.
 * `reader` is `manager` where the person has no mailbox and only the manager is written to, and
 * `security` where nobody but the security team can be told.
 */
type Recipients =
  | {
      readonly kind: 'tell';
      readonly reader: 'user' | 'manager' | 'security';
      readonly to: Recipient;
      /** The manager. */
      readonly copy?: Recipient;
      /** More of the security team, or all of it; none of them is in `to` or `copy`. */
      readonly security: readonly Recipient[];
      readonly managerIsInitiator: boolean;
      readonly outcome: string;
      /** The outcome if an address in copy is refused, and the mail goes out without copies. */
      readonly outcomeAlone: string;
    }
  | { readonly kind: 'nobody'; readonly outcome: string };

/** Decides who is told of changes of a person; `undefined` is one who was deleted. Pure. */
export function chooseRecipients(
  person: Person | undefined,
  { initiators, risky, bulk = false, allowance = 'open', followUp }: Occasion,
  settings: RecipientSettings,
): Recipients {
  const manager: Usable = person ? usableManager(person) : { why: '' };
  const managerIsInitiator = initiators.every((one) => isManager(one, person?.manager));
  const gone = followUp === 'gone';
  const team = (risky && !bulk) || gone ? settings.securityCopy : [];
  if (followUp === 'late' && settings.securityCopy.length > 0) {
    return toTeam(
      settings.securityCopy,
      'security team told what became known later',
      managerIsInitiator,
    );
  }
  const own = person && !gone && ownAddress(person, settings);
  if (own) {
    const wanted = settings.copyManager === 'always' || (settings.copyManager === 'risky' && risky);
    const same = manager.recipient && sameAddress(manager.recipient.address, own.address);
    const spent = allowance === 'spent';
    const copy = wanted && !same && !bulk && !spent ? manager.recipient : undefined;
    const note = copied({ wanted, same: same === true, bulk, spent, why: manager.why });
    const security = withTeam(team, copy ? [own.named, copy] : [own.named]);
    const refused = security.copies.length > 0 ? 'an address in copy' : 'the manager’s address';
    return {
      kind: 'tell',
      reader: 'user',
      to: own.named,
      ...(copy && { copy }),
      security: security.copies,
      managerIsInitiator,
      outcome: `user told${own.note}; ${note}${security.note}`,
      outcomeAlone: `user told${own.note}; ${refused} was refused`,
    };
  }
  if (manager.recipient && settings.copyManager !== 'never') {
    const security = withTeam(team, [manager.recipient]);
    const outcome = `${gone ? 'user is deleted' : 'user has no mailbox'}; manager told instead`;
    return {
      kind: 'tell',
      reader: 'manager',
      to: manager.recipient,
      security: security.copies,
      managerIsInitiator,
      outcome: `${outcome}${security.note}`,
      outcomeAlone: `${outcome}; an address in copy was refused`,
    };
  }
  const why = settings.copyManager === 'never' ? 'managers are not told' : manager.why;
  const nobody = person && !gone ? `user has no mailbox; ${why}` : 'user not found: deleted';
  if (team.length === 0) return { kind: 'nobody', outcome: nobody };
  return toTeam(team, `${nobody}; security team told instead`, managerIsInitiator);
}

/** The security team alone. */
function toTeam(
  [first = '', ...others]: readonly string[],
  outcome: string,
  managerIsInitiator: boolean,
): Recipients {
  return {
    kind: 'tell',
    reader: 'security',
    to: { address: first },
    security: others.map((address) => ({ address })),
    managerIsInitiator,
    outcome,
    outcomeAlone: `${outcome}; an address in copy was refused`,
  };
}

interface CopyFacts {
  readonly wanted: boolean;
  readonly same: boolean;
  readonly bulk: boolean;
  readonly spent: boolean;
  readonly why: string;
}

function copied(facts: CopyFacts): string {
  if (!facts.wanted) return 'manager not in copy (COPY_MANAGER)';
  if (facts.bulk) return 'no copies of a bulk change (BULK_LIMIT)';
  if (facts.spent) return 'manager had enough copies today (MANAGER_COPIES_PER_DAY)';
  return facts.same ? 'manager has the same address' : facts.why;
}

/** The security team in copy, but nobody who is written to already. */
function withTeam(team: readonly string[], written: readonly Recipient[]) {
  const copies = team
    .filter((one) => !written.some(({ address }) => sameAddress(address, one)))
    .map((address): Recipient => ({ address }));
  if (copies.length > 0) return { copies, note: '; security team in copy' };
  return { copies, note: team.length > 0 ? '; security team has the same address' : '' };
}

function ownAddress(person: Person, { notifyOtherMails }: RecipientSettings) {
  const name = person.displayName ? { name: person.displayName } : {};
  const mail = mailAddress(person.mail);
  if (mail) return { address: mail, named: { address: mail, ...name }, note: '' };
  const other = notifyOtherMails ? person.otherMails?.map(mailAddress).find(Boolean) : undefined;
  if (!other) return undefined;
  return { address: other, named: { address: other, ...name }, note: ' at another address' };
}

interface Usable {
  readonly recipient?: Recipient;
  readonly why: string;
}

function usableManager({ manager }: Person): Usable {
  if (!manager) return { why: 'no manager in the directory' };
  if (manager.accountEnabled === false) return { why: 'manager is disabled' };
  const mail = mailAddress(manager.mail);
  if (!mail) return { why: 'manager has no mailbox' };
  const name = manager.displayName ? { name: manager.displayName } : {};
  return { recipient: { address: mail, ...name }, why: 'manager in copy' };
}

const isManager = ({ id, userPrincipalName }: Initiator, manager: Manager | null | undefined) =>
  manager != null &&
  samePerson(
    { id, userPrincipalName },
    { id: manager.id ?? undefined, userPrincipalName: manager.userPrincipalName ?? undefined },
  ) === true;

const sameAddress = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/**
 * Whether changes of a person are risky: somebody else made one, or it is a Temporary Access Pass,
 * or nobody knows what it is, or the person is in a watched group. Decides about copies. Pure.
 */
export const isRisky = (
  changes: readonly SecurityInfoChange[],
  person: Pick<Person, 'groups'>,
  watchedGroups: readonly string[],
): boolean => changes.some(isUrgent) || belongsTo(person, watchedGroups);
