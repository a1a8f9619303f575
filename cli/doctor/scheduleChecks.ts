import type { Config } from '../../functions/config/config.ts';
import { parseNcrontab } from '../../functions/config/ncrontab.ts';
import { nextRuns } from '../../functions/config/nextRuns.ts';
import { type Finding, well } from './finding.ts';

/** When the timers come next, so that whoever wrote a schedule sees how it is read. Pure. */
export const checkSchedules = (
  schedules: Pick<Config, 'POLL_SCHEDULE' | 'SWEEP_SCHEDULE' | 'COVERAGE_SCHEDULE'>,
  now: Date,
): Finding[] =>
  (['POLL_SCHEDULE', 'SWEEP_SCHEDULE', 'COVERAGE_SCHEDULE'] as const).map((name) => {
    const runs = nextRuns(parseNcrontab(schedules[name]), now, 3);
    const times = runs.map((run) => run.toISOString().slice(11, 19));
    return well(name, `${schedules[name].trim()}: next at ${times.join(', ')} UTC`);
  });
