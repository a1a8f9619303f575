import type { Initiator } from '../audit/change.ts';
import { samePerson } from '../audit/initiator.ts';
import type { Manager, Person } from './directory.ts';

/** An address to write to. The name is untrusted text. */
export interface Recipient {
  readonly address: string;
  readonly name?: string;
}

/** Settings that decide who is told. */
export interface RecipientSettings {
  readonly copyManager: 'always' | 'risky' | 'never';
  readonly notifyOtherMails: boolean;
}

/**
 * Who is told, or why nobody is. `outcome` says it for operators, without names or addresses.
 * `reader` is `manager` where the person has no mailbox and only the manager is written to.
 */
export type Recipients =
  | {
      readonly kind: 'tell';
      readonly reader: 'user' | 'manager';
      readonly to: Recipient;
      readonly copy?: Recipient;
      readonly managerIsInitiator: boolean;
      readonly outcome: string;
    }
  | { readonly kind: 'nobody'; readonly outcome: string };

/** Decides who is told of changes of a person. Pure. */
export function chooseRecipients(
  person: Person,
  initiators: readonly Initiator[],
  risky: boolean,
  settings: RecipientSettings,
): Recipients {
  const manager = usableManager(person);
  const managerIsInitiator = initiators.some((one) => isManager(one, person.manager));
  const own = ownAddress(person, settings);
  if (own) {
    const wanted = settings.copyManager === 'always' || (settings.copyManager === 'risky' && risky);
    const same = manager.recipient && sameAddress(manager.recipient.address, own.address);
    const copy = wanted && !same ? manager.recipient : undefined;
    const note = copied({ wanted, same: same === true, why: manager.why });
    return {
      kind: 'tell',
      reader: 'user',
      to: { ...own.named },
      ...(copy && { copy }),
      managerIsInitiator,
      outcome: `user told${own.note}; ${note}`,
    };
  }
  if (manager.recipient && settings.copyManager !== 'never') {
    return {
      kind: 'tell',
      reader: 'manager',
      to: manager.recipient,
      managerIsInitiator,
      outcome: 'user has no mailbox; manager told instead',
    };
  }
  const why = settings.copyManager === 'never' ? 'managers are not told' : manager.why;
  return { kind: 'nobody', outcome: `user has no mailbox; ${why}` };
}

function copied(facts: { wanted: boolean; same: boolean; why: string }): string {
  if (!facts.wanted) return 'manager not in copy (COPY_MANAGER)';
  return facts.same ? 'manager has the same address' : facts.why;
}

function ownAddress(person: Person, { notifyOtherMails }: RecipientSettings) {
  const name = person.displayName ? { name: person.displayName } : {};
  const mail = address(person.mail);
  if (mail) return { address: mail, named: { address: mail, ...name }, note: '' };
  const other = notifyOtherMails ? person.otherMails?.map(address).find(Boolean) : undefined;
  if (!other) return undefined;
  return { address: other, named: { address: other, ...name }, note: ' at another address' };
}

function usableManager({ manager }: Person): { recipient?: Recipient; why: string } {
  if (!manager) return { why: 'no manager in the directory' };
  if (manager.accountEnabled === false) return { why: 'manager is disabled' };
  const mail = address(manager.mail);
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

/** One plain mailbox address and nothing else: it goes into a header. */
function address(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(trimmed) && trimmed.length <= 254
    ? trimmed
    : undefined;
}

const sameAddress = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
