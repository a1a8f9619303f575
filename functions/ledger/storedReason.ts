import * as z from 'zod/mini';
import { once } from '../once.ts';
import { isFinal, type State, type Step } from './notification.ts';
import { type Cause, endReasons, type Reason, type UntoldReason, waitReasons } from './reason.ts';

const known: ReadonlySet<string> = new Set<Reason>([
  ...Object.values(endReasons).flat(),
  ...waitReasons,
  'unknown',
]);
const isKnown = (reason: string): reason is Reason => known.has(reason);

const untold: ReadonlySet<string> = new Set<UntoldReason>([
  ...endReasons.undeliverable,
  ...endReasons.failed,
  ...endReasons.suppressed,
  'noTarget',
]);
/** Why nobody was told, as a row has it; `unknown` where another version or other hands wrote it. */
export const untoldReason = (reason: unknown): UntoldReason =>
  untold.has(String(reason)) ? (reason as UntoldReason) : 'unknown';

/** Reads a reason back. A code of another version is none to set a row aside for: it is `unknown`. */
function storedCause({ reason, ...details }: { readonly reason: string }): Cause {
  return isKnown(reason) ? { reason, ...details } : { reason: 'unknown', said: reason };
}

/** A step as it is stored; `note` is of a version that kept words. */
const storedStep = once(() =>
  z.object({
    at: z.string(),
    state: z.string(),
    cause: z.catch(z.optional(z.looseObject({ reason: z.string() })), undefined),
    note: z.catch(z.optional(z.string()), undefined),
  }),
);

/** Reads the steps of a row back. */
export const storedSteps = once(() =>
  z.array(
    z.pipe(
      storedStep(),
      z.transform(({ at, state, cause, note }): Step => {
        const read = cause ? storedCause(cause) : note ? causeInWords(note) : undefined;
        return { at, state: state as State, ...(read && { cause: read }) };
      }),
    ),
  ),
);

/** The end of a row as it is stored; `outcome` is of a version that kept words. */
interface StoredEnd {
  readonly state: State;
  readonly reason?: string;
  readonly reasonDetails?: object;
  readonly endedAt?: string;
  readonly outcome?: string;
  readonly steps: readonly Step[];
}

/** Reads how a row ended; of an older one the last step says when. */
export function storedEnd({ state, reason, reasonDetails, outcome, steps, ...row }: StoredEnd): {
  outcome?: Cause;
  endedAt?: string;
} {
  const cause = reason
    ? storedCause({ ...reasonDetails, reason })
    : outcome && causeInWords(outcome);
  const endedAt = row.endedAt ?? (isFinal(state) ? steps.at(-1)?.at : undefined);
  return { ...(cause && { outcome: cause }), ...(endedAt && { endedAt }) };
}

/** Words as they were stored, whole. They stay as they are here, whatever `sentence` says today. */
const sayings = new Map<string, Cause>([
  ['security team told what became known later', { reason: 'securityToldLater' }],
  ['security team told of a bulk change', { reason: 'securityToldOfBulk' }],
  ['could not be delivered for days', { reason: 'expired' }],
  ['outcome unknown after every attempt', { reason: 'attemptsUsedUp' }],
  [
    'outcome unknown after a repeat, and Sent Items may not be read',
    { reason: 'repeatUnanswered' },
  ],
  ['the runtime gave up on its message', { reason: 'poisoned' }],
  ['muted by MUTED_ACTIVITIES', { reason: 'muted' }],
  ['before the first run', { reason: 'beforeFirstRun' }],
  ['older than MAX_NOTIFY_AGE_HOURS', { reason: 'tooOld' }],
  ['excluded (EXCLUDED_USERS)', { reason: 'excludedUser' }],
  ['excluded (EXCLUDED_GROUPS)', { reason: 'excludedGroup' }],
  ['not in the pilot (INCLUDED_*)', { reason: 'notInPilot' }],
  ['guests are not told (NOTIFY_GUESTS)', { reason: 'guest' }],
  ['a row that names no method, confirmed by nothing', { reason: 'unconfirmed' }],
  ['summary of a bulk change; nobody to send it to (SECURITY_COPY)', { reason: 'noSecurityCopy' }],
  ['user is deleted for now; nobody else to tell (SECURITY_COPY)', { reason: 'nobodyElse' }],
  ['a test, asked for by an operator', { reason: 'test' }],
  ['requeued by an operator', { reason: 'requeued' }],
  ['lease lapsed', { reason: 'leaseLapsed' }],
  ['lease over before the send', { reason: 'leaseOver' }],
  ['user not found, looking again', { reason: 'lookingAgain' }],
  ['user not found: deleted, and may be restored', { reason: 'mayBeRestored' }],
  ['Sent Items not readable now', { reason: 'sentItemsUnclear' }],
  ['mailbox busy or paused', { reason: 'mailboxBusy' }],
  ['mailbox paused', { reason: 'mailboxPaused' }],
  ['slot missed', { reason: 'slotMissed' }],
  ['slot preempted by an urgent mail', { reason: 'slotPreempted' }],
]);

/** What came before an answer of Exchange or Graph, and what the answer alone was. */
const answers: readonly (readonly [RegExp, Reason])[] = [
  [/^address refused: (.+)$/, 'addressRefused'],
  [/^refused: (.+)$/, 'refused'],
  [/^user not looked up: (.+)$/, 'directoryUnavailable'],
  [/^((?:401|403|404|429|503) .+)$/, 'notAccepted'],
  [/^((?:\d{3}|no answer) .+)$/, 'unanswered'],
];

/** The parts of words about who was told, in their order. */
const parts = new Map<string, Partial<Cause>>([
  ['user told', { reason: 'userTold' }],
  ['user told at another address', { reason: 'userTold', elsewhere: true }],
  ['user has no mailbox', { reason: 'noRecipient', user: 'noMailbox' }],
  ['user is deleted', { user: 'deleted' }],
  ['user not found: deleted', { reason: 'userDeleted', user: 'deleted' }],
  ['manager told instead', { reason: 'managerTold' }],
  ['security team told instead', { reason: 'securityTold' }],
  ['security team told what became known later', { reason: 'securityToldLater' }],
  ['security team told of a bulk change', { reason: 'securityToldOfBulk' }],
  ['manager in copy', { manager: 'inCopy' }],
  ['manager not in copy (COPY_MANAGER)', { manager: 'notWanted' }],
  ['managers are not told', { manager: 'notWanted' }],
  ['no copies of a bulk change (BULK_LIMIT)', { manager: 'bulk' }],
  ['manager had enough copies today (MANAGER_COPIES_PER_DAY)', { manager: 'enough' }],
  ['manager has the same address', { manager: 'sameAddress' }],
  ['no manager in the directory', { manager: 'none' }],
  ['manager is disabled', { manager: 'disabled' }],
  ['manager has no mailbox', { manager: 'noMailbox' }],
  ['security team in copy', { team: 'inCopy' }],
  ['security team has the same address', { team: 'sameAddress' }],
  ['an address in copy was refused', { withoutCopies: 'any' }],
  ['the manager’s address was refused', { withoutCopies: 'manager' }],
]);

const dryRun = 'DRY_RUN: ';
const foundThere = ' (found in Sent Items)';

/** The code for words that an earlier version stored. Those that no code stands for are kept. Pure. */
export function causeInWords(words: string): Cause {
  const whole = sayings.get(words) ?? answerIn(words);
  if (whole) return whole;
  if (words.startsWith(dryRun)) {
    const { reason: would, ...details } = causeInWords(words.slice(dryRun.length));
    return { reason: 'dryRun', ...(isSent(would) && { would }), ...details };
  }
  if (words.endsWith(foundThere)) {
    return { ...causeInWords(words.slice(0, -foundThere.length)), foundInSentItems: true };
  }
  const unknown = { reason: 'unknown', said: words } as const;
  const found = words.split('; ').map((part) => parts.get(part));
  if (!found.every((part) => part !== undefined)) return unknown;
  const { user, ...cause }: Cause = Object.assign({ reason: 'unknown' }, ...found);
  if (cause.reason === 'unknown') return unknown;
  const isInstead = cause.reason === 'managerTold' || cause.reason === 'securityTold';
  return isInstead && user ? { ...cause, user } : cause;
}

function answerIn(words: string): Cause | undefined {
  for (const [pattern, reason] of answers) {
    const [, answer] = pattern.exec(words) ?? [];
    if (answer) return { reason, answer };
  }
  return undefined;
}

const isSent = (reason: Reason): reason is (typeof endReasons.sent)[number] =>
  (endReasons.sent as readonly string[]).includes(reason);
