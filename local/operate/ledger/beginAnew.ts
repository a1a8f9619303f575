import type { StoredNotification } from '../../../functions/ledger/notification.ts';
import { reopen } from '../../../functions/ledger/transitions.ts';
import type { Rooms } from '../../../functions/rooms.ts';

/**
 * Begins a notification anew that was given up, and puts it on the queue. Throws `LedgerConflict`
 * where somebody moved it meanwhile. Should enqueueing fail, the sweep finds it.
 */
export async function beginAnew(
  { notification, etag }: StoredNotification,
  { ledger, queue, now }: Pick<Rooms, 'ledger' | 'queue' | 'now'>,
): Promise<void> {
  const at = now();
  await ledger.replace(reopen(notification, at), etag);
  await queue.enqueue([{ row: notification, at }]);
}
