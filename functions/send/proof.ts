import { type Ledger, LedgerConflict } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import { bounced } from '../ledger/transitions.ts';
import type { Clock, Log } from '../log.ts';
import { addressHash } from '../people/address.ts';
import type { Arrival, MessageTrace, Traced } from './messageTrace.ts';
import { messageIdOf } from './sentItems.ts';
import { sayOutcome } from './settle.ts';

/** What proving needs. */
interface ProvingRoom {
  readonly ledger: Pick<Ledger, 'readSent' | 'replace'>;
  readonly trace: MessageTrace;
  /** What all Message-IDs end in. */
  readonly messageDomain: string;
  readonly now: Clock;
  readonly log: Log;
}

const minuteMs = 60_000;
/** Exchange needs some minutes to know where a mail is; a sweep comes each ten. */
const [fromMs, toMs] = [70 * minuteMs, 15 * minuteMs];
/** Graph takes 100 in five minutes, of all that trace in the tenant. */
const mostLooks = 15;

/**
 * Looks where a sample of the mails arrived that Exchange accepted: urgent ones first, fifteen a sweep. One
 * that its reader can't get is undeliverable, which is alerted. Changes nothing where nobody may look.
 */
export async function proveDelivery(room: ProvingRoom): Promise<void> {
  const { ledger, trace, messageDomain, now, log } = room;
  if (!trace.mayLook()) return;
  const [from, to] = [fromMs, toMs].map((ms) => new Date(now().getTime() - ms));
  if (!from || !to) return;
  const sent = await ledger.readSent(from, to);
  const counts = { looked: 0, delivered: 0, junk: 0, notDelivered: 0 };
  for (const stored of sampled(sent)) {
    const { notification: row, etag } = stored;
    const traced = await trace.of(messageIdOf(row, messageDomain));
    if (!traced) break;
    counts.looked += 1;
    const after = judged(row, traced, now());
    if (!after) continue;
    try {
      await ledger.replace(after, etag);
    } catch (error) {
      // Somebody moves it: the next sweep looks again.
      if (!(error instanceof LedgerConflict)) throw error;
      continue;
    }
    if (after.state === 'undeliverable') {
      counts.notDelivered += 1;
      sayOutcome(after, room);
    } else if (after.arrival) counts[after.arrival] += 1;
  }
  if (counts.looked > 0) log('info', 'delivery.traced', counts);
}

/** Those that nobody has looked for, the urgent ones first, then any: keys are hashes. Pure. */
const sampled = (sent: readonly StoredNotification[]): StoredNotification[] =>
  sent
    .filter(({ notification: { arrival, sentTo } }) => !arrival && sentTo)
    .toSorted(
      ({ notification: one }, { notification: other }) =>
        Number(other.urgent) - Number(one.urgent) ||
        one.key.slice(-16).localeCompare(other.key.slice(-16)),
    )
    .slice(0, mostLooks);

const bestFirst: readonly Arrival[] = ['delivered', 'junk', 'pending', 'quarantined', 'failed'];

/** The row with what is known by now; undefined where nothing is decided. Pure. */
function judged(row: Notification, traced: readonly Traced[], now: Date): Notification | undefined {
  // Of its reader: a copy that is refused is another matter. A mail that was begun anew has the same
  // Message-ID: where it arrived once, it does not matter what became of it before.
  const own = traced.filter(({ recipient }) => addressHash(recipient) === row.sentTo);
  const arrival = bestFirst.find((one) => own.some((traced) => traced.arrival === one));
  switch (arrival) {
    case 'delivered':
    case 'junk':
      return { ...row, arrival };
    case 'quarantined':
    case 'failed':
      return bounced(row, arrival, now);
    default:
      return undefined;
  }
}
