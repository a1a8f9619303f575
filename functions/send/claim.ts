import { shortHash } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import { claim } from '../ledger/transitions.ts';
import type { CopyCounts } from '../pacing/copies.ts';
import { addressHash } from '../people/address.ts';
import { belongsTo } from '../people/scope.ts';
import type { Known } from './lookUp.ts';
import { type Mail, type PreparingRoom, prepareFound } from './prepare.ts';
import { messageIdOf, type SentItems } from './sentItems.ts';
import { ended, go, putOff, type Step } from './step.ts';

/** A mail that is ready to leave from a mailbox. */
export interface Ready {
  readonly row: Notification;
  readonly etag: string;
  readonly sentItems: SentItems;
  readonly found: Known;
  readonly mail: Mail;
}

/** A row that this process holds until then, and its mail. */
export interface Held {
  readonly held: StoredNotification;
  readonly until: Date;
  readonly mail: Mail;
}

/** What claiming needs. */
export interface ClaimingRoom extends PreparingRoom {
  readonly ledger: Pick<Ledger, 'replace' | 'replaceAndCount'>;
  readonly counts: CopyCounts;
  readonly leaseSeconds: number;
  /** What all Message-IDs end in. */
  readonly messageDomain: string;
}

/** Claims a row, unless Sent Items shows that its mail is there, or does not answer. */
export async function claimed(task: Ready, room: ClaimingRoom): Promise<Step<Held>> {
  const { row: before, etag, found, mail } = task;
  const { sender } = before;
  const { now, messageDomain } = room;
  const mailboxes = [...before.doubts, ...(before.suspects ?? [])];
  const sentAt = before.steps.findLast(({ state }) => state === 'sending')?.at;
  const look = await task.sentItems(mailboxes, messageIdOf(before, messageDomain), sentAt);
  if (look === 'there') {
    return ended(before, { state: 'sent', ...mail.outcome, foundInSentItems: true }, now());
  }
  if (look === 'traced') {
    return ended(before, { state: 'sent', ...mail.outcome, traced: true }, now());
  }
  if (look === 'unclear') {
    const until = new Date(now().getTime() + unknownDelayMs(before, room));
    return putOff(before, until, { reason: 'sentItemsUnclear' }, now());
  }
  const result = claim(before, { sender, looked: look === 'absent' }, now(), room);
  if (result.kind === 'exhausted') return { kind: 'end', write: result.row };
  if (result.kind === 'notYet') return { kind: 'later', at: result.at };
  if (result.kind === 'final') return { kind: 'end' };
  const { until } = result;
  const sentTo = addressHash(mail.to.address);
  const notification = { ...result.row, sentTo };
  const written = await writeClaim({ notification, etag }, found, mail, room);
  const held = { notification, etag: written.etag };
  return go({ held, until, mail: written.mail });
}

const hourMs = 3_600_000;

/** How long to leave a send of unknown outcome alone, in ms: longer each time. */
export const unknownDelayMs = (
  { attempts }: Notification,
  { leaseSeconds }: Pick<ClaimingRoom, 'leaseSeconds'>,
): number => Math.min(leaseSeconds * 1000 * 2 ** Math.min(attempts - 1, 5), hourMs);

/**
 * The account whose manager hears of it however many copies there were today: a pass, a reset, or a
 * member of a watched group.
 */
function reserveOf(
  { changes, target }: Notification,
  found: Known,
  { settings }: ClaimingRoom,
): string | undefined {
  const person = found.kind === 'known' && found.person !== 'deleted' ? found.person : undefined;
  const isWatched = person !== undefined && belongsTo(person, settings.WATCHED_GROUPS);
  const matters = changes.some(
    ({ action, method }) =>
      action === 'passwordReset' || (method === 'temporaryAccessPass' && action === 'registered'),
  );
  if (!matters && !isWatched) return undefined;
  return shortHash((target.id ?? target.userPrincipalName ?? '').toLowerCase());
}

/**
 * Writes a claim and in the same transaction the manager's copy that it takes. Returns the new ETag, and
 * the mail within what the manager gets of copies in a day. Throws what storage throws; the copy is not
 * counted then.
 */
async function writeClaim(
  { notification, etag }: StoredNotification,
  found: Known,
  mail: Mail,
  room: ClaimingRoom,
): Promise<{ readonly etag: string; readonly mail: Mail }> {
  const { ledger, counts, now } = room;
  if (!mail.manager) return { etag: await ledger.replace(notification, etag), mail };
  const { address } = mail.manager;
  const { allowance, count, release } = await counts.allow(
    address,
    notification,
    now(),
    reserveOf(notification, found, room),
  );
  try {
    const again = allowance === 'open' ? mail : prepareFound(notification, found, room, allowance);
    const allowed = again.kind === 'mail' ? again : mail;
    if (!count) return { etag: await ledger.replace(notification, etag), mail: allowed };
    const written = await ledger.replaceAndCount(notification, etag, count);
    counts.counted(count, written.copies);
    return { etag: written.notification, mail: allowed };
  } catch (error) {
    if (count) counts.doubt(count);
    throw error;
  } finally {
    release();
  }
}
