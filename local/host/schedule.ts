import { type Ncrontab, NotNcrontab, parseNcrontab } from '../../functions/config/ncrontab.ts';

/** Reads a function's schedule as the Functions host does; the message names the function. */
export function parseSchedule(functionName: string, schedule: string): Ncrontab {
  try {
    return parseNcrontab(schedule);
  } catch (error) {
    if (!(error instanceof NotNcrontab)) throw error;
    throw new Error(
      `Function "${functionName}" has the schedule "${schedule}", ` +
        `which is not an NCRONTAB expression: it ${error.message}.`,
    );
  }
}
