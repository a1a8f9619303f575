import { reference } from '../ledger/keys.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Log } from '../log.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import type { PagePlan } from './decidePage.ts';
import type { NewRecord } from './group.ts';

interface ReportingRoom {
  readonly log: Log;
}

export const isUnknown = ({ method }: SecurityInfoChange) => method === 'unknown';

/** Says what became of the rows, once it is written. */
export function report(
  { news, recording, suppressed, changes }: PagePlan,
  room: ReportingRoom,
): void {
  if (suppressed.length > 0) room.log('info', 'changes.suppressed', { count: suppressed.length });
  const untold = new Set(
    recording.audits.flatMap(({ verdict, auditId }) => (verdict === 'suppressed' ? auditId : [])),
  );
  if (untold.size > 0) room.log('info', 'records.suppressed', { count: untold.size });
  for (const row of news) {
    reportUnknown(row, room);
    if (untold.has(row.record.id)) reportNobody(row, room);
    reportUnread(row, room);
  }
  for (const change of changes) reportChange(change, room);
}

/** What happened, to nobody in particular. */
function reportChange({ action, method, initiator }: SecurityInfoChange, { log }: ReportingRoom) {
  log('info', 'change.recognised', { action, method, initiator: initiator.kind });
}

/** What we have no name for: Microsoft's own text, and the row to look at. */
function reportUnknown({ record, verdict }: NewRecord, { log }: ReportingRoom) {
  if (verdict.kind !== 'change' || !verdict.changes.some((one) => isUnknown(one) && !one.held)) {
    return;
  }
  if (verdict.listed) log('warn', 'method.unknown', saying(record));
  else log('warn', 'activity.unknown', saying(record));
}

/** A change that nobody can be told of: no row says whose it is. */
const reportNobody = ({ record }: NewRecord, { log }: ReportingRoom) =>
  log('error', 'record.nobody', saying(record), { 'record.nobody': 1 });

/** A change may hide in what can't be read of a row. */
function reportUnread({ record, verdict: { unread } }: NewRecord, { log }: ReportingRoom) {
  if (!unread) return;
  const properties = unread.map((name) => name.slice(0, 100)).join(', ');
  log('error', 'property.unread', { ...saying(record), properties }, { 'property.unread': 1 });
}

const saying = ({ id, activityDisplayName, loggedByService }: NewRecord['record']) => ({
  auditId: id,
  activity: activityDisplayName.slice(0, 200),
  service: loggedByService?.slice(0, 200),
});

export function reportBulk(
  row: Notification,
  inserts: readonly Notification[],
  { log }: ReportingRoom,
) {
  log('error', 'bulk.guard', {
    reference: reference(row),
    initiator: row.changes[0]?.initiator.id,
    users: row.summary?.users,
    found: inserts.filter(({ bulk }) => bulk).length,
  });
}
