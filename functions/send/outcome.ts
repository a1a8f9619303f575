import type { GraphFailure } from '../graph/failure.ts';
import type { Outcome } from '../ledger/transitions.ts';
import type { MailboxVerdict } from '../pacing/pause.ts';

/** What a failed send means for the notification, and for the mailbox it was sent from. */
export interface SendVerdict extends MailboxVerdict {
  /** The mailbox was busy at this moment: the same request may be made again after so many ms. */
  readonly busyMs?: number;
  readonly outcome: Outcome | { readonly kind: 'recipientRefused'; readonly answer: string };
}

/** Codes that speak of the sender mailbox, whatever their status. Source: Exchange Online docs. */
const senderCodes = new Set([
  'ErrorAccessDenied',
  'ErrorSendAsDenied',
  'ErrorExceededMessageLimit',
  'ErrorMessageSubmissionBlocked',
  'ErrorQuotaExceeded',
  'MailboxNotEnabledForRESTAPI',
  'ErrorInvalidUser',
  'ErrorNonExistentMailbox',
]);

/**
 * A 429 that names so short a time, in ms, tells of the moment: four requests at once, or a minute that is
 * nearly over. It says nothing about how many mails the mailbox bears.
 */
const longestBusyMs = 5000;

const throttlePauseMs = 60_000;
const configurationPauseMs = 2 * 60_000;
const limitPauseMs = 60 * 60_000;

/**
 * Decides what a failed send leads to. `unknownDelayMs`: how long to wait before the repeat of a
 * send whose outcome is unknown. Pure.
 */
export function judgeSend(failure: GraphFailure, now: Date, unknownDelayMs: number): SendVerdict {
  const { kind, code, status, retryAfterMs } = failure;
  const answer = `${status || 'no answer'} ${code || kind}`.trim().slice(0, 200);
  const ofSender = senderCodes.has(code);
  // 4xx comes before anything is done; 5xx has been seen on requests that were carried out.
  const suspect = status >= 500 && { suspect: true as const };
  const refused = (waitMs: number, more: Partial<SendVerdict> = {}): SendVerdict => {
    const retryAt = new Date(now.getTime() + waitMs);
    return {
      outcome: { kind: 'refused', retryAt, cause: { reason: 'notAccepted', answer }, ...suspect },
      pauseUntil: retryAt,
      ...more,
    };
  };
  // The code counts, and not the status: that of a full mailbox is not the same everywhere.
  if (kind === 'unknownOutcome' && !ofSender) {
    const retryAt = new Date(now.getTime() + unknownDelayMs);
    return { outcome: { kind: 'unanswered', retryAt, cause: { reason: 'unanswered', answer } } };
  }
  if (kind === 'throttled') {
    const usual = ofSender ? limitPauseMs : throttlePauseMs;
    if (
      status === 429 &&
      !ofSender &&
      retryAfterMs !== undefined &&
      retryAfterMs <= longestBusyMs
    ) {
      const retryAt = new Date(now.getTime() + retryAfterMs);
      const cause = { reason: 'notAccepted', answer } as const;
      return { outcome: { kind: 'refused', retryAt, cause }, busyMs: retryAfterMs };
    }
    // A 503 tells of Exchange's state, not of what we asked for.
    return refused(retryAfterMs ?? usual, {
      configuration: ofSender,
      throttled: status === 429 && !ofSender,
    });
  }
  // Nothing left, and no mailbox is to blame.
  if (kind === 'token') return { outcome: refused(throttlePauseMs).outcome };
  if (kind === 'unreachable') return refused(throttlePauseMs);
  if (kind === 'denied' || kind === 'notFound' || ofSender) {
    return refused(configurationPauseMs, { configuration: true });
  }
  if (code === 'ErrorInvalidRecipients') return { outcome: { kind: 'recipientRefused', answer } };
  return {
    outcome: { kind: 'ended', ending: { state: 'failed', reason: 'refused', answer } },
  };
}
