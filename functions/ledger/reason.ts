/**
 * Why a notification ended, by the state that it ended in. Closed sets: what is counted, compared and
 * stored is a code; `sentence` says it for people.
 */
export const endReasons = {
  sent: [
    'userTold',
    /** The user can't be written to, the manager can. */
    'managerTold',
    /** Nobody but the security team can be written to. */
    'securityTold',
    /** What became known after the user's mail, and makes it riskier. */
    'securityToldLater',
    'securityToldOfBulk',
  ],
  undeliverable: [
    'noRecipient',
    'userDeleted',
    'addressRefused',
    /** Exchange accepted it, and its reader can't get it: it is in quarantine, or came back. */
    'notDelivered',
  ],
  failed: [
    /** It waited for longer than any may. */
    'expired',
    /** Exchange does not take it, and no repeat would help. */
    'refused',
    /** Of an earlier version, which counted sends also where Sent Items showed that none got through. */
    'attemptsUsedUp',
    /** A send and its repeat were not answered, and nobody may look where they went. */
    'repeatUnanswered',
    'poisoned',
  ],
  suppressed: [
    'muted',
    'beforeFirstRun',
    'tooOld',
    'excludedUser',
    'excludedGroup',
    'notInPilot',
    'guest',
    /** A row that names no method, and the user has none that was made then: a silent renewal. */
    'unconfirmed',
    /** The same, where the app may not look: a permission that is optional. */
    'lookDenied',
    /** The same, and the look failed for good. */
    'lookFailed',
    /** The security team's own mail, and there is no such team. */
    'noSecurityCopy',
    /** The mail for others about an account that is deleted for now, and there are no others. */
    'nobodyElse',
    /** The mail for another address, and there is none that has been the user's for a month. */
    'noOtherAddress',
    'dryRun',
  ],
} as const;

/** Why a notification waits. */
export const waitReasons = [
  /** An operator's test of the whole way. */
  'test',
  'requeued',
  'leaseLapsed',
  /** The process stood still for so long that another was about to take over. */
  'leaseOver',
  'poisoned',
  'directoryUnavailable',
  'lookingAgain',
  'mayBeRestored',
  'sentItemsUnclear',
  'mailboxBusy',
  'mailboxPaused',
  'slotMissed',
  'slotPreempted',
  /** Exchange refused for now: nothing left. */
  'notAccepted',
  /** Exchange gave no answer that can be trusted. */
  'unanswered',
  /** Exchange does not write to the reader's address: who is told instead is looked for. */
  'recipientRefused',
] as const;

/** The states that a notification ends in. */
type EndState = keyof typeof endReasons;
type EndReason<State extends EndState> = (typeof endReasons)[State][number];
/** `unknown`: a code of another version, or an older row's words that no code stands for. */
export type Reason = EndReason<EndState> | (typeof waitReasons)[number] | 'unknown';

/** Why nobody is told of a change: it ended so, or no row says whose it is. */
export type UntoldReason = EndReason<Exclude<EndState, 'sent'>> | 'noTarget' | 'unknown';

/** What became of the manager's copy, or why no manager can be told. */
export type ManagerCopy =
  | 'inCopy'
  | 'notWanted'
  | 'bulk'
  | 'enough'
  | 'sameAddress'
  | 'none'
  | 'disabled'
  | 'noMailbox'
  | 'addressRefused';

/** What a reason is about. No names, no addresses. */
interface Details {
  readonly manager?: ManagerCopy;
  readonly team?: 'inCopy' | 'sameAddress';
  /** At another of the user's addresses. */
  readonly elsewhere?: true;
  /** Why others were told instead of the user. */
  readonly user?: 'noMailbox' | 'addressRefused' | 'deleted';
  /** What was refused in copy: it went out without it, or without any. */
  readonly withoutCopies?: 'manager' | 'any';
  readonly foundInSentItems?: true;
  /** By Exchange's message trace. */
  readonly traced?: true;
  /** Of DRY_RUN: who would have been told. */
  readonly would?: EndReason<'sent'>;
  /** What Exchange or Graph answered: a status, a code, or a kind of failure. */
  readonly answer?: string;
  /** Of an unknown reason: its code, or the older row's words. */
  readonly said?: string;
}

/** Why a notification stands where it stands. */
export interface Cause extends Details {
  readonly reason: Reason;
}

/** Why a notification ended in a state. */
export interface EndCause<State extends EndState> extends Details {
  readonly reason: EndReason<State>;
}

/** Why a change is not told. */
export type Untold = EndCause<'suppressed'>;

/** How a notification ends: a state, and a reason that leads to it. */
export type Ending = {
  [State in EndState]: { readonly state: State } & EndCause<State>;
}[EndState];

/** Why a notification waits. */
export interface WaitCause extends Details {
  readonly reason: (typeof waitReasons)[number];
}
