import type { Graph } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import { shortHash } from '../ledger/keys.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Outcome } from '../ledger/transitions.ts';
import type { Clock } from '../log.ts';
import { buildMime } from './mime.ts';
import type { Prepared } from './prepare.ts';
import { judgeSend, type SendVerdict } from './sendOutcome.ts';
import { lookInSentItems } from './sentItems.ts';

/** What sending one claimed notification needs. */
export interface Transmission {
  readonly graph: Graph;
  readonly row: Notification;
  readonly prepared: Extract<Prepared, { kind: 'mail' }>;
  /** An earlier send may have got through. */
  readonly repeats: boolean;
  /** Mailbox of that earlier send. */
  readonly doubtfulSender: string;
  readonly organizationName: string;
  readonly replyTo: string | undefined;
  readonly messageDomain: string;
  /** Everything must be over by then. */
  readonly deadline: Date;
  readonly unknownDelayMs: number;
  readonly now: Clock;
}

/** The longest that one request may take, in milliseconds. */
const longestRequestMs = 60_000;

/** The same for every attempt at the same notification, whichever mailbox sends it. */
export const messageIdOf = ({ day, key }: Notification, domain: string): string =>
  `<${shortHash(`${day} ${key}`).toLowerCase()}.security-info@${domain}>`;

/** The same for every mail about the same account, and for no other. */
const threadOf = (account: string, domain: string): string =>
  `<${shortHash(account).toLowerCase()}.account.security-info@${domain}>`;

/**
 * Sends a claimed notification once, and says what came of it. A copy address that Exchange
 * refuses does not keep the user from being told. Never throws `GraphFailure`.
 */
export async function transmit(task: Transmission): Promise<SendVerdict & { outcome: Outcome }> {
  const { graph, row, prepared, now } = task;
  const { to, copies, mail, language, account, outcome } = prepared;
  const messageId = messageIdOf(row, task.messageDomain);
  const timeoutMs = () =>
    Math.max(100, Math.min(longestRequestMs, (task.deadline.getTime() - now().getTime()) * 0.4));
  const later = new Date(now().getTime() + task.unknownDelayMs);
  let looked = false;
  if (task.repeats) {
    const look = await lookInSentItems(graph, task.doubtfulSender, messageId, timeoutMs());
    if (look === 'there') {
      return { outcome: { kind: 'sent', outcome: `${outcome} (found in Sent Items)` } };
    }
    if (look === 'unclear') {
      return { outcome: { kind: 'refused', retryAt: later, note: 'Sent Items not readable now' } };
    }
    looked = look === 'absent';
  }
  const send = async (cc: typeof copies, told: string) => {
    const mime = await buildMime({
      from: { name: task.organizationName, address: row.sender },
      to: [to],
      cc,
      ...(task.replyTo && { replyTo: task.replyTo }),
      messageId,
      ...(account && { thread: threadOf(account, task.messageDomain) }),
      date: now(),
      mail,
      language,
    });
    if (now() >= task.deadline) {
      // This process stood still for so long that another may have taken over.
      const note = 'lease over before the send';
      return { outcome: { kind: 'refused', retryAt: later, note } } satisfies SendVerdict;
    }
    try {
      await graph.sendMail(row.sender, mime, timeoutMs());
      return { outcome: { kind: 'sent', outcome: told } } satisfies SendVerdict;
    } catch (failure) {
      if (!(failure instanceof GraphFailure)) throw failure;
      return judgeSend(failure, now(), task.unknownDelayMs, looked);
    }
  };
  let verdict: SendVerdict = await send(copies, outcome);
  if (verdict.outcome.kind === 'recipientRefused' && copies.length > 0) {
    verdict = await send([], prepared.outcomeAlone);
  }
  const { outcome: settled, ...rest } = verdict;
  if (settled.kind !== 'recipientRefused') return { ...rest, outcome: settled };
  const refused = `address refused: ${settled.note}`;
  return { ...rest, outcome: { kind: 'undeliverable', outcome: refused } };
}
