import type { Config } from '../../functions/config/config.ts';
import { guardBulk } from '../../functions/intake/bulk.ts';
import { groupChanges, keyed } from '../../functions/intake/group.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import { type RecognitionRules, recognise } from '../../functions/recognise/recognise.ts';
import { isUnparsable, parseAuditRecord } from '../../functions/recognise/record.ts';
import { groupingOf, rulesOf } from './settings.ts';

/**
 * The notification that a poll would record for rows of the audit log: of a bulk change, its
 * summary. Throws an Error unless it is exactly one.
 */
export function recordRows(rows: readonly unknown[], config: Config, now: Date): Notification {
  const none = new NotificationsByTime();
  const rules = rulesOf(config);
  const news = rows.map((row) => read(row, rules));
  const grouped = groupChanges(news, none, groupingOf(config), now);
  const { inserts, summaries } = guardBulk(grouped.inserts, none, config.BULK_LIMIT, now);
  const pending = inserts.filter(({ state }) => state === 'pending');
  const told = summaries.size > 0 ? [...summaries.values()] : pending;
  const [row] = told;
  if (!row || told.length > 1) throw new Error(`The rows mean ${told.length} mails, not one`);
  return { ...row, sender: config.SENDER_MAILBOXES[0] };
}

function read(row: unknown, rules: RecognitionRules) {
  const record = parseAuditRecord(row);
  if (isUnparsable(record)) throw new Error(`A row can't be parsed: ${record.reason}`);
  return { ...keyed(record), verdict: recognise(record, rules) };
}
