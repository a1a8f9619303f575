import type { Ledger } from '../ledger/ledger.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import type { Clock } from '../log.ts';
import type { CopyCounts } from '../pacing/copies.ts';
import { prepareSummary } from '../send/prepare.ts';
import type { Found } from './lookUp.ts';
import { type Prepared, type PrepareSettings, prepare } from './prepare.ts';

/** What was looked up for a mail that can be made. */
export type Known = Extract<Found, { kind: 'known' | 'summary' }>;

/** A mail that can be sent. */
export type Mail = Extract<Prepared, { kind: 'mail' }>;

/** What making a mail ready needs. */
export interface ReadyRoom {
  readonly settings: PrepareSettings;
  readonly now: Clock;
}

/** Prepares what was looked up, as if the manager could get a copy. */
export function makeReady(row: Notification, found: Known, { settings, now }: ReadyRoom): Prepared {
  if (found.kind === 'summary') return prepareSummary(row, found.summary, settings);
  return prepare(found.row, found.person, settings, now());
}

/**
 * Writes a claim and in the same transaction the manager's copy that it takes. Returns the new ETag, and
 * the mail within what the manager gets of copies in a day. Throws what storage throws; the copy is not
 * counted then.
 */
export async function writeClaim(
  { notification, etag }: StoredNotification,
  found: Known,
  mail: Mail,
  { ledger, counts, settings, now }: ReadyRoom & { ledger: Ledger; counts: CopyCounts },
): Promise<{ readonly etag: string; readonly mail: Mail }> {
  if (found.kind === 'summary' || !mail.manager) {
    return { etag: await ledger.replace(notification, etag), mail };
  }
  const at = now();
  const { allowance, count, release } = await counts.allow(mail.manager.address, notification, at);
  try {
    const again =
      allowance === 'open' ? mail : prepare(found.row, found.person, settings, at, allowance);
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
