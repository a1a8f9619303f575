import { permissions } from '../../functions/permissions/needed.ts';
import { minuteOf, some } from '../section.ts';
import type { Remark, Report } from './reportShape.ts';
import { waveRemarks } from './wave/words.ts';

const dayMs = 24 * 3_600_000;
/** From then on a mail says that it is late. */
const lateSeconds = 15 * 60;

/** Those that want a look come first. Pure. */
export function remarksOn(report: Omit<Report, 'remarks'>): Remark[] {
  const remarks = [...looks(report), ...waveRemarks(report.wave), ...notes(report)];
  return remarks.sort((one, other) => Number(other.look) - Number(one.look));
}

function looks({ rows, load, notTold, bulk, unknown, pilot }: Omit<Report, 'remarks'>): Remark[] {
  const remarks: Remark[] = [];
  const look = (says: string, fix: string) => remarks.push({ look: true, says, fix });
  if (rows.read === 0) {
    look(
      'The log has no row that counts',
      'Is it the right tenant, and did anything change in that time? Try a longer --since',
    );
  }
  if (rows.unparsable > 0) {
    look(
      `${some(rows.unparsable, 'row')} can't be parsed`,
      'The app keeps such rows aside. Please report them',
    );
  }
  if (unknown.length > 0) {
    look(
      `${some(unknown.length, 'activity', 'activities')} with a method that the app does not know, told in Microsoft's own words`,
      'A new activity that should not be told goes into MUTED_ACTIVITIES (not a name that all methods share, such as "User registered security info"). Please report them all',
    );
  }
  const nobody = notTold.filter(({ state, reason }) => state !== 'suppressed' && reason !== gone);
  const lost = nobody.reduce((sum, { mails }) => sum + mails, 0);
  if (lost > 0) {
    look(
      `${some(lost, 'mail')} would have reached nobody`,
      'Give these users a mailbox or a manager, or set NOTIFY_OTHER_MAILS or SECURITY_COPY',
    );
  }
  if (bulk.length > 0) {
    look(
      `The bulk guard would have acted ${bulk.length === 1 ? 'once' : `${bulk.length} times`}`,
      'Whoever is in SECURITY_COPY gets one summary an hour. If that is usual here, raise BULK_LIMIT',
    );
  }
  if (load.longestWaitSeconds > lateSeconds) {
    look(
      `A mail would have waited ${Math.round(load.longestWaitSeconds / 60)} minutes for a mailbox`,
      'Urgent mails go first, so none of them waits so long. Each mailbox that is added to SENDER_MAILBOXES shortens it',
    );
  }
  if (pilot && pilot.told === 0 && pilot.notTold > 0) {
    look('Nobody in the pilot would have been told', 'See INCLUDED_USERS and INCLUDED_GROUPS');
  }
  return remarks;
}

/** Whoever has been deleted since could be told then. */
const gone = 'userDeleted';

function notes(report: Omit<Report, 'remarks'>): Remark[] {
  const { period, notTold, leftOutRows, denied } = report;
  const remarks: Remark[] = [];
  const note = (says: string, fix: string) => remarks.push({ look: false, says, fix });
  if (period.firstRow && Date.parse(period.firstRow) - Date.parse(period.from) > dayMs) {
    note(
      `The oldest row is of ${minuteOf(period.firstRow)}`,
      'Entra keeps 7 days, or 30 with a P1 or P2 licence: if that is why, ask for less with --since',
    );
  }
  if (leftOutRows > 0) {
    note(
      `${some(leftOutRows, 'row')} of activities that are left out by default`,
      'docs/activities.md says why. EXTRA_ACTIVITIES tells those that you name',
    );
  }
  const missing = notTold.filter(({ state }) => state === 'undeliverable');
  const away = missing.reduce((sum, one) => sum + (one.reason === gone ? one.mails : 0), 0);
  if (away > 0) {
    note(
      `${some(away, 'mail')} about people who are not in the directory any more`,
      'The directory is that of today: at the time they may well have been told',
    );
  }
  for (const name of denied) {
    const { why = '', without = '' } = permissions.find((one) => one.name === name) ?? {};
    note(
      `${name} is denied to you, so ${without}`,
      `It is optional: to ${why}. The app may have it though you don't`,
    );
  }
  return remarks;
}
