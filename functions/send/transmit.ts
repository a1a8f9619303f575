import type { Graph } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Outcome } from '../ledger/transitions.ts';
import type { Clock } from '../log.ts';
import { buildMime } from '../mail/mime.ts';
import { messageIdOf, threadOf } from './messageId.ts';
import { judgeSend, type SendVerdict } from './outcome.ts';
import type { Prepared } from './prepare.ts';

/** What sending one claimed notification needs. */
export interface Transmission {
  readonly graph: Graph;
  readonly row: Notification;
  readonly prepared: Extract<Prepared, { kind: 'mail' }>;
  readonly organizationName: string;
  readonly replyTo: string | undefined;
  readonly messageDomain: string;
  /** When the claim lapses: every request must be over by then. */
  readonly deadline: Date;
  readonly unknownDelayMs: number;
  readonly now: Clock;
}

/** The longest that one request may take, and the share of the time that is left. */
const longestRequestMs = 60_000;
const requestShare = 0.4;

/** With less time than this, a request would only make a doubt. */
const leastRequestMs = 100;

/**
 * Sends a claimed notification once, and says what came of it. A copy address that Exchange
 * refuses does not keep the user from being told. Never throws `GraphFailure`.
 */
export async function transmit(task: Transmission): Promise<SendVerdict & { outcome: Outcome }> {
  const { graph, row, prepared, now } = task;
  const { to, copies, mail, language, account, outcome } = prepared;
  const messageId = messageIdOf(row, task.messageDomain);
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
    const left = task.deadline.getTime() - now().getTime();
    const timeoutMs = Math.min(longestRequestMs, left * requestShare);
    if (timeoutMs < leastRequestMs) {
      // This process stood still for so long that another is about to take over, or has.
      const retryAt = new Date(now().getTime() + task.unknownDelayMs);
      const note = 'lease over before the send';
      return { outcome: { kind: 'refused', retryAt, note } } satisfies SendVerdict;
    }
    try {
      await graph.sendMail(row.sender, mime, timeoutMs);
      return { outcome: { kind: 'sent', outcome: told } } satisfies SendVerdict;
    } catch (failure) {
      if (!(failure instanceof GraphFailure)) throw failure;
      return judgeSend(failure, now(), task.unknownDelayMs);
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
