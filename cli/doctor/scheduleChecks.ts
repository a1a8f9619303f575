import type { Config } from '../../functions/config/config.ts';
import { parseNcrontab } from '../../functions/config/ncrontab.ts';
import { nextRuns } from '../../functions/config/nextRuns.ts';
import { type Finding, look, well } from './finding.ts';

/** An alert tells of a quarter of an hour without a poll. */
const alertMs = 15 * 60_000;

/** When the timers come next, so that whoever wrote a schedule sees how it is read. Pure. */
export function checkSchedules(
  schedules: Pick<Config, 'POLL_SCHEDULE' | 'SWEEP_SCHEDULE'>,
  now: Date,
): Finding[] {
  return (['POLL_SCHEDULE', 'SWEEP_SCHEDULE'] as const).map((name) => {
    const schedule = parseNcrontab(schedules[name]);
    const times = nextRuns(schedule, now, 3).map((run) => run.toISOString().slice(11, 19));
    const says = `${schedules[name].trim()}: next at ${times.join(', ')} UTC`;
    const slow = name === 'POLL_SCHEDULE' && longestGap(schedule, now) > alertMs;
    if (!slow) return well(name, says);
    const fix = 'The alert "No successful poll" wants one every 15 minutes, and fires in between';
    return look(name, says, fix);
  });
}

function longestGap(schedule: ReturnType<typeof parseNcrontab>, now: Date): number {
  const end = now.getTime() + 2 * 3_600_000;
  const runs = nextRuns(schedule, now, 7200)
    .map(Number)
    .filter((run) => run <= end);
  return Math.max(...runs.map((run, index) => run - (runs[index - 1] ?? run)), 0);
}
