import { isUrgent } from '../intake/sameChange.ts';
import type { FollowUp } from '../ledger/notification.ts';
import type { EndCause, ManagerCopy } from '../ledger/reason.ts';
import type { Allowance } from '../pacing/copies.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { samePerson } from '../recognise/initiator.ts';
import { mailAddress } from './address.ts';
import type { Person } from './directory.ts';
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
}

/** What is known of the changes that somebody is to be told of. */
interface Occasion {
  readonly risky: boolean;
  /** Not the person's mail: of what became known later, or while the account is deleted. */
  readonly followUp?: FollowUp;
  /** It goes to this address of the person, outside, and to nobody else. */
  readonly elsewhere?: string;
  /** One of very many by the same initiator: copies stop, and a summary is sent instead. */
  readonly bulk?: boolean;
  /** Addresses that Exchange does not write to. */
  readonly isRefused?: (address: string) => boolean;
  /** Whether the manager may get a copy today; `open` where nobody has counted yet. */
  readonly allowance?: Allowance;
}

/**
 * Who is told, or why nobody is, which `outcome` says in codes.
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
      readonly outcome: EndCause<'sent'>;
      /** The outcome if an address in copy is refused, and the mail goes out without copies. */
      readonly outcomeAlone: EndCause<'sent'>;
    }
  | { readonly kind: 'nobody'; readonly outcome: EndCause<'undeliverable'> };

/** Decides who is told of changes of a person; `undefined` is one who was deleted. Pure. */
export function chooseRecipients(
  person: Person | undefined,
  {
    risky,
    bulk = false,
    allowance = 'open',
    followUp,
    elsewhere,
    isRefused = () => false,
  }: Occasion,
  settings: RecipientSettings,
): Recipients {
  const refusedAll = { kind: 'nobody', outcome: { reason: 'addressRefused' } } as const;
  if (elsewhere !== undefined) return isRefused(elsewhere) ? refusedAll : toOther(elsewhere);
  const manager: Usable = person ? usableManager(person, isRefused) : { why: 'none' };
  const gone = followUp === 'gone';
  const securityTeam = settings.securityCopy.filter((address) => !isRefused(address));
  const team = (risky && !bulk) || gone ? securityTeam : [];
  if (followUp === 'late' && settings.securityCopy.length > 0) {
    if (securityTeam.length === 0) return refusedAll;
    return toTeam(securityTeam, { reason: 'securityToldLater' });
  }
  const usual = person && !gone ? recipientOf(person) : undefined;
  const isOwnRefused = usual !== undefined && isRefused(usual.address);
  const own = isOwnRefused ? undefined : usual;
  const noUser = isOwnRefused ? 'addressRefused' : 'noMailbox';
  if (own) {
    const wanted = settings.copyManager === 'always' || (settings.copyManager === 'risky' && risky);
    const same = manager.recipient && sameAddress(manager.recipient.address, own.address);
    const spent = allowance === 'spent';
    const copy = wanted && !same && !bulk && !spent ? manager.recipient : undefined;
    const copied = managerCopy({ wanted, same: same === true, bulk, spent, why: manager.why });
    const security = withTeam(team, copy ? [own, copy] : [own]);
    const told = { reason: 'userTold' } as const;
    return {
      kind: 'tell',
      reader: 'user',
      to: own,
      ...(copy && { copy }),
      security: security.copies,
      outcome: { ...told, manager: copied, ...security.team },
      outcomeAlone: { ...told, withoutCopies: security.copies.length > 0 ? 'any' : 'manager' },
    };
  }
  if (manager.recipient && settings.copyManager !== 'never') {
    const security = withTeam(team, [manager.recipient]);
    const told = { reason: 'managerTold', user: gone ? 'deleted' : noUser } as const;
    return {
      kind: 'tell',
      reader: 'manager',
      to: manager.recipient,
      security: security.copies,
      outcome: { ...told, ...security.team },
      outcomeAlone: { ...told, withoutCopies: 'any' },
    };
  }
  const why = settings.copyManager === 'never' ? 'notWanted' : manager.why;
  const isDeleted = !person || gone;
  if (team.length > 0) {
    const user = isDeleted
      ? ({ user: 'deleted' } as const)
      : ({ user: noUser, manager: why } as const);
    return toTeam(team, { reason: 'securityTold', ...user });
  }
  if (isDeleted) return { kind: 'nobody', outcome: { reason: 'userDeleted' } };
  const reason = isOwnRefused ? 'addressRefused' : 'noRecipient';
  return { kind: 'nobody', outcome: { reason, manager: why } };
}

/** The person alone, without their name: the address may be somebody else's by now. */
function toOther(address: string): Recipients {
  const outcome = { reason: 'userTold', elsewhere: true } as const;
  return {
    kind: 'tell',
    reader: 'user',
    to: { address },
    security: [],
    outcome,
    outcomeAlone: outcome,
  };
}

/** The security team alone. */
function toTeam([first = '', ...others]: readonly string[], outcome: EndCause<'sent'>): Recipients {
  return {
    kind: 'tell',
    reader: 'security',
    to: { address: first },
    security: others.map((address) => ({ address })),
    outcome,
    outcomeAlone: { ...outcome, withoutCopies: 'any' },
  };
}

interface CopyFacts {
  readonly wanted: boolean;
  readonly same: boolean;
  readonly bulk: boolean;
  readonly spent: boolean;
  readonly why: ManagerCopy;
}

function managerCopy(facts: CopyFacts): ManagerCopy {
  if (!facts.wanted) return 'notWanted';
  if (facts.bulk) return 'bulk';
  if (facts.spent) return 'enough';
  return facts.same ? 'sameAddress' : facts.why;
}

/** The security team in copy, but nobody who is written to already. */
function withTeam(team: readonly string[], written: readonly Recipient[]) {
  const copies = team
    .filter((one) => !written.some(({ address }) => sameAddress(address, one)))
    .map((address): Recipient => ({ address }));
  if (copies.length > 0) return { copies, team: { team: 'inCopy' } as const };
  return { copies, team: team.length > 0 ? ({ team: 'sameAddress' } as const) : {} };
}

/** The mailbox of somebody, with their name. */
function recipientOf({
  mail,
  displayName,
}: Pick<Person, 'mail' | 'displayName'>): Recipient | undefined {
  const address = mailAddress(mail);
  return address ? { address, ...(displayName && { name: displayName }) } : undefined;
}

interface Usable {
  readonly recipient?: Recipient;
  readonly why: ManagerCopy;
}

function usableManager({ manager }: Person, isRefused: (address: string) => boolean): Usable {
  if (!manager) return { why: 'none' };
  if (manager.accountEnabled === false) return { why: 'disabled' };
  const recipient = recipientOf(manager);
  if (recipient && isRefused(recipient.address)) return { why: 'addressRefused' };
  return recipient ? { recipient, why: 'inCopy' } : { why: 'noMailbox' };
}

/** Whether all changes of a person were made by their manager. */
export function isByManager(
  changes: readonly SecurityInfoChange[],
  { manager }: Pick<Person, 'manager'>,
): boolean {
  if (!manager) return false;
  const them = {
    id: manager.id ?? undefined,
    userPrincipalName: manager.userPrincipalName ?? undefined,
  };
  return changes.every(({ initiator }) => samePerson(initiator, them) === true);
}

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
