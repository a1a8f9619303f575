import type { Log } from '../log.ts';
import {
  type Examined,
  examine,
  isClean,
  judge,
  type PermissionReport,
  remembering,
} from './examine.ts';

/** The last report, and when it was made: ISO 8601, UTC. */
interface PermissionCheck {
  readonly at: string;
  readonly report: unknown;
}

/** Where the last report is kept. */
interface PermissionMemory {
  readPermissions(): Promise<PermissionCheck | undefined>;
  writePermissions(check: PermissionCheck): Promise<void>;
}

interface WatchRoom extends Examined {
  readonly memory: PermissionMemory;
}

/**
 * Makes the check that is to be called now and then: it looks once a day, and while something is to
 * be mended, or could not be looked at, each time. What it finds is said once a day, and when it changes.
 * Throws what storage throws.
 */
export function permissionWatch(room: WatchRoom): (log: Log) => Promise<void> {
  let cleanOn = '';
  return async (log) => {
    const at = room.now().toISOString();
    const day = at.slice(0, 10);
    if (day === cleanOn) return;
    const before = reportIn(await room.memory.readPermissions());
    const isNew = before?.at.slice(0, 10) !== day;
    const known = before && judge(before.report);
    const wasClean = known && isClean(known);
    if (!isNew && wasClean && !before.report.unclear) {
      cleanOn = day;
      return;
    }
    const report = remembering(await examine(room), before?.report);
    await room.memory.writePermissions({ at, report });
    const faults = judge(report, before?.report);
    const { missing, broader, senders, othersOpen, lost } = faults;
    const unclear = report.unclear?.join(', ') ?? '';
    const isSaid = !isNew && unclear === before?.report.unclear?.join(', ');
    if (unclear && !isSaid) log('warn', 'permissions.unclear', { unclear });
    if (isClean(faults) && !unclear) {
      cleanOn = day;
      log('info', 'permissions.checked', { mended: wasClean === false });
    } else if (
      !isClean(faults) &&
      (isNew || lost.length > 0 || JSON.stringify(known) !== JSON.stringify(faults))
    ) {
      log('error', 'permissions.drift', {
        missing: missing.join(', '),
        broader: broader.join(', '),
        lost: lost.join(', '),
        senders: senders.join(', '),
        othersOpen,
      });
    }
  };
}

/** What was kept of the last check, undefined where there was none. */
export const reportIn = (kept: PermissionCheck | undefined) =>
  kept && { at: kept.at, report: kept.report as PermissionReport };
