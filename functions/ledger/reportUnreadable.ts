import type { Log } from '../log.ts';
import { UnreadableRow } from './entity.ts';

/** Says which row could not be read, and where. Whatever else went wrong is thrown on. */
export function reportUnreadable(error: unknown, log: Log): undefined {
  if (!(error instanceof UnreadableRow)) throw error;
  const { row, code } = error;
  log('error', 'ledger.unreadable', { day: row.day, key: row.key, property: code });
  return undefined;
}
