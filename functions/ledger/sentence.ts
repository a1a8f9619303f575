import type { Notification, Step } from './notification.ts';
import type { Cause, ManagerCopy, Reason } from './reason.ts';

/** What a reason means, where no detail says more. */
const words: Readonly<Record<Exclude<Reason, 'unknown'>, string>> = {
  userTold: 'user told',
  managerTold: 'manager told instead',
  securityTold: 'security team told instead',
  securityToldLater: 'security team told what became known later',
  securityToldOfBulk: 'security team told of a bulk change',
  noRecipient: 'user has no mailbox',
  userDeleted: 'user not found: deleted',
  addressRefused: 'address refused',
  notDelivered: 'accepted by Exchange, and not delivered',
  expired: 'could not be delivered for days',
  refused: 'refused',
  attemptsUsedUp: 'outcome unknown after every attempt',
  repeatUnanswered: 'outcome unknown after a repeat, and Sent Items may not be read',
  poisoned: 'the runtime gave up on its message',
  muted: 'muted by MUTED_ACTIVITIES',
  beforeFirstRun: 'before the first run',
  tooOld: 'older than MAX_NOTIFY_AGE_HOURS',
  excludedUser: 'excluded (EXCLUDED_USERS)',
  excludedGroup: 'excluded (EXCLUDED_GROUPS)',
  notInPilot: 'not in the pilot (INCLUDED_*)',
  guest: 'guests are not told (NOTIFY_GUESTS)',
  unconfirmed: 'a row that names no method, confirmed by nothing',
  lookDenied: 'a row that names no method, and the user’s methods may not be read',
  lookFailed: 'a row that names no method, and the user’s methods could not be read',
  noSecurityCopy: 'summary of a bulk change; nobody to send it to (SECURITY_COPY)',
  nobodyElse: 'user is deleted for now; nobody else to tell (SECURITY_COPY)',
  noOtherAddress: 'no other address that has been the user’s for a month (NOTIFY_OTHER_MAILS)',
  dryRun: 'DRY_RUN',
  test: 'a test, asked for by an operator',
  requeued: 'requeued by an operator',
  leaseLapsed: 'lease lapsed',
  leaseOver: 'lease over before the send',
  directoryUnavailable: 'user not looked up',
  lookingAgain: 'user not found, looking again',
  mayBeRestored: 'user not found: deleted, and may be restored',
  sentItemsUnclear: 'Sent Items not readable now',
  mailboxBusy: 'mailbox busy or paused',
  mailboxPaused: 'mailbox paused',
  slotMissed: 'slot missed',
  slotPreempted: 'slot preempted by an urgent mail',
  notAccepted: 'Exchange did not take it',
  unanswered: 'no answer of Exchange that can be trusted',
  recipientRefused: 'address refused; others are told',
};

const copies: Readonly<Record<ManagerCopy, string>> = {
  inCopy: 'manager in copy',
  notWanted: 'manager not in copy (COPY_MANAGER)',
  bulk: 'no copies of a bulk change (BULK_LIMIT)',
  enough: 'manager had enough copies today (MANAGER_COPIES_PER_DAY)',
  sameAddress: 'manager has the same address',
  none: 'no manager in the directory',
  disabled: 'manager is disabled',
  noMailbox: 'manager has no mailbox',
  addressRefused: 'the manager’s address was refused',
};

const teams = {
  inCopy: 'security team in copy',
  sameAddress: 'security team has the same address',
};

/** A reason for people who operate the app: English, without names and addresses; '' for none. Pure. */
export function sentence(cause: Cause | undefined): string {
  if (!cause) return '';
  const { would, ...rest } = cause;
  const { reason, answer, foundInSentItems, traced, said } = rest;
  if (reason === 'unknown') return said ?? 'for a reason that this version does not know';
  if (would) return `${words[reason]}: ${sentence({ ...rest, reason: would })}`;
  const parts = [...whyOthers(cause), whoOrWhat(cause), ...inCopy(cause)];
  const text = answer === undefined ? parts.join('; ') : `${parts.join('; ')}: ${answer}`;
  if (traced) return `${text} (found in the message trace)`;
  return foundInSentItems ? `${text} (found in Sent Items)` : text;
}

function whoOrWhat({ reason, elsewhere }: Cause): string {
  const text = reason === 'unknown' ? '' : words[reason];
  return elsewhere ? `${text} at another address` : text;
}

/** Why it is not the user who is told. */
function whyOthers({ reason, user, manager }: Cause): string[] {
  if (!user) return [];
  if (user === 'deleted') {
    return [reason === 'managerTold' ? 'user is deleted' : words.userDeleted];
  }
  const why = user === 'addressRefused' ? 'the user’s address was refused' : words.noRecipient;
  return [why, ...(reason === 'securityTold' ? noManager(manager) : [])];
}

const noManager = (manager: ManagerCopy | undefined): string[] => {
  if (!manager) return [];
  return [manager === 'notWanted' ? 'managers are not told' : copies[manager]];
};

/** Who else is told, or why not. */
function inCopy({ reason, manager, team, withoutCopies }: Cause): string[] {
  if (withoutCopies) {
    return [
      withoutCopies === 'manager' ? copies.addressRefused : 'an address in copy was refused',
      ...(team ? [teams[team]] : []),
    ];
  }
  const own = reason === 'userTold' && manager ? [copies[manager]] : [];
  const isNobody = reason === 'noRecipient' || reason === 'addressRefused';
  const none = isNobody ? noManager(manager) : [];
  return [...own, ...none, ...(team ? [teams[team]] : [])];
}

/** Why a row stands where it stands: its end, or its last step. */
export const latestCause = ({
  outcome,
  steps,
}: Pick<Notification, 'outcome' | 'steps'>): Cause | undefined => outcome ?? steps.at(-1)?.cause;

/** A reason in words, and its code: for logs and programs. */
export const said = (
  cause: Cause | undefined,
): { outcome: string | null; reason: Reason | null } => ({
  outcome: cause ? sentence(cause) : null,
  reason: cause?.reason ?? null,
});

/** A step with its reason in words. */
interface SaidStep extends Omit<Step, 'cause'> {
  readonly reason?: Reason;
  readonly note?: string;
}

/** A notification with its reasons in words, and their codes. */
export interface SaidNotification extends Omit<Notification, 'outcome' | 'steps'> {
  readonly outcome: string | null;
  readonly reason: Reason | null;
  readonly steps: readonly SaidStep[];
}

/** A row for people and programs that read it whole. */
export const inWords = (row: Notification): SaidNotification => ({
  ...row,
  ...said(row.outcome),
  steps: row.steps.map(({ cause, ...step }) => ({
    ...step,
    ...(cause && { reason: cause.reason, note: sentence(cause) }),
  })),
});
