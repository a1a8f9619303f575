import type { Report } from './report.ts';

/** What deserves a look before the app is switched on, and what to do. */
export interface Remark {
  readonly says: string;
  readonly fix: string;
}

const dayMs = 24 * 3_600_000;

/** Pure. */
export function remarksOn(report: Omit<Report, 'remarks'>): Remark[] {
  const { period, rows, busiest, undeliverable, failed, bulk, unknown, pilot, denied } = report;
  const remarks: Remark[] = [];
  const remark = (says: string, fix: string) => remarks.push({ says, fix });
  const missing = Date.parse(period.firstRow ?? period.to) - Date.parse(period.from);
  if (missing > dayMs) {
    remark(
      period.firstRow
        ? `The oldest row is of ${period.firstRow}`
        : 'The log has no rows that count',
      'Entra keeps 30 days with a P1 or P2 licence, else 7: either it reaches no further, or nothing ' +
        'happened before',
    );
  }
  if (rows.unparsable > 0) {
    remark(`${rows.unparsable} rows can't be parsed`, 'The app keeps them aside; please report it');
  }
  if (unknown.length > 0) {
    remark(
      `${unknown.length} activities are unknown, and told in Microsoft's own words`,
      'Put those that are no change of a sign-in method into MUTED_ACTIVITIES',
    );
  }
  const lost = [...undeliverable, ...failed].reduce((all, { count }) => all + count, 0);
  if (lost > 0) {
    remark(
      `${lost} changes could be told to nobody`,
      'Give these users a mailbox or a manager, or set NOTIFY_OTHER_MAILS or SECURITY_COPY',
    );
  }
  if (bulk.length > 0) {
    remark(
      `One initiator changed very many users, ${bulk.length} times`,
      'If that is usual here, raise BULK_LIMIT; set SECURITY_COPY to be told of it',
    );
  }
  if (busiest.mails > busiest.perMinute) {
    remark(
      `${busiest.mails} mails came up in one minute, and the senders can send ${busiest.perMinute}`,
      'Urgent ones go first, the others wait. Add a mailbox to SENDER_MAILBOXES if that is too long',
    );
  }
  if (pilot && pilot.told === 0 && pilot.notTold > 0) {
    remark('Nobody in the pilot would have been told', 'See INCLUDED_USERS and INCLUDED_GROUPS');
  }
  for (const permission of denied) {
    remark(
      `${permission} is denied to you, and optional`,
      'Whatever needs it was left out, as the app does without it',
    );
  }
  return remarks;
}
