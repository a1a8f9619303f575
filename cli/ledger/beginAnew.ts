import type { StoredNotification } from '../../functions/ledger/notification.ts';
import { reopen } from '../../functions/ledger/transitions.ts';
import type { Rooms } from '../../functions/rooms.ts';

/**
 * Begins a notification anew that was given up, and puts it on the queue. False where the queue would
 * not take it: then the sweep finds it. Throws `LedgerConflict` where somebody moved it meanwhile.
 */
export async function beginAnew(
  { notification, etag }: StoredNotification,
  { ledger, queue, now }: Pick<Rooms, 'ledger' | 'queue' | 'now'>,
): Promise<boolean> {
  const at = now();
  await ledger.replace(reopen(notification, at), etag);
  return queue.enqueue([{ row: notification, at }]).then(
    () => true,
    () => false,
  );
}
