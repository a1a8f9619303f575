import type { Graph } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Notification } from '../ledger/notification.ts';
import type { EndCause, Ending } from '../ledger/reason.ts';
import type { Outcome } from '../ledger/transitions.ts';
import type { Clock, Wait } from '../log.ts';
import { buildMime } from '../mail/mime.ts';
import { addressHash } from '../people/address.ts';
import { judgeSend, type SendVerdict } from './outcome.ts';
import type { Mail } from './prepare.ts';
import { messageIdOf, threadOf } from './sentItems.ts';

/** What sending needs. */
export interface TransmittingRoom {
  readonly graph: Pick<Graph, 'sendMail'>;
  readonly organizationName: string;
  readonly replyTo: string | undefined;
  /** What all Message-IDs end in. */
  readonly messageDomain: string;
  readonly now: Clock;
  readonly wait: Wait;
}

/** Times of a send. */
interface SendTimes {
  /** When the claim lapses: every request must be over by then. */
  readonly until: Date;
  /** How long a send of unknown outcome is left alone. */
  readonly retryMs: number;
}

/** The longest that one request may take, and the share of the time that is left. */
const longestRequestMs = 60_000;
const requestShare = 0.4;

/** How often one mail is offered to a mailbox that is busy at the moment. */
const mostOffers = 4;

/** With less time than this, a request would only make a doubt. */
const leastRequestMs = 100;

/**
 * Sends a claimed notification once, and says what came of it. A copy address that Exchange
 * refuses does not keep the user from being told, nor the manager's the security team; nor does the user's own keep
 * these from it. Never throws `GraphFailure`.
 */
export async function transmit(
  row: Notification,
  prepared: Mail,
  { until, retryMs }: SendTimes,
  { graph, organizationName, replyTo, messageDomain, now, wait }: TransmittingRoom,
): Promise<SendVerdict & { outcome: Outcome }> {
  const { to, copies, hidden = [], mail, language, account, outcome } = prepared;
  const messageId = messageIdOf(row, messageDomain);
  const send = async (copied: typeof copies, told: EndCause<'sent'>) => {
    const mime = await buildMime({
      from: { name: organizationName, address: row.sender },
      to: [to],
      cc: copied.filter((one) => !hidden.includes(one)),
      bcc: copied.filter((one) => hidden.includes(one)),
      ...(replyTo && { replyTo }),
      messageId,
      ...(account && { thread: threadOf(account, messageDomain) }),
      date: now(),
      mail,
      language,
    });
    const left = until.getTime() - now().getTime();
    const timeoutMs = Math.min(longestRequestMs, left * requestShare);
    if (timeoutMs < leastRequestMs) {
      // This process stood still for so long that another is about to take over, or has.
      const retryAt = new Date(now().getTime() + retryMs);
      const cause = { reason: 'leaseOver' } as const;
      return { outcome: { kind: 'refused', retryAt, cause } } satisfies SendVerdict;
    }
    try {
      await graph.sendMail(row.sender, mime, timeoutMs);
      return endedAs({ state: 'sent', ...told }) satisfies SendVerdict;
    } catch (failure) {
      if (!(failure instanceof GraphFailure)) throw failure;
      return judgeSend(failure, now(), retryMs);
    }
  };
  const offer = async (cc: typeof copies, told: EndCause<'sent'>) => {
    for (let offers = 1; ; offers += 1) {
      const verdict: SendVerdict = await send(cc, told);
      if (verdict.busyMs === undefined || offers >= mostOffers) return verdict;
      await wait(verdict.busyMs);
    }
  };
  const { manager, outcomeAlone } = prepared;
  const team = copies.filter((one) => one !== manager);
  let verdict = await offer(copies, outcome);
  const isRefused = () => verdict.outcome.kind === 'recipientRefused';
  // Whoever may write an address into the directory must not cost the security team its copy.
  if (isRefused() && manager && team.length > 0) {
    verdict = await offer(team, { ...outcomeAlone, withoutCopies: 'manager', team: 'inCopy' });
  }
  if (isRefused() && copies.length > 0) verdict = await offer([], outcomeAlone);
  const { outcome: settled, ...rest } = verdict;
  if (settled.kind !== 'recipientRefused') return { ...rest, outcome: settled };
  // Without this address the mail is made anew, for whoever is told instead.
  const cause = { reason: 'recipientRefused', answer: settled.answer } as const;
  const recipient = addressHash(to.address);
  return { ...rest, outcome: { kind: 'refused', retryAt: now(), cause, recipient } };
}

const endedAs = (ending: Ending) => ({ outcome: { kind: 'ended', ending } as const });
