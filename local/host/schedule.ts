import { Cron } from 'croner';

const names =
  /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)\b/gi;
const fields = /^[\d*,/\-\s]+$/;

/**
 * Reads an NCRONTAB schedule, in UTC: six fields, seconds first, or five. Croner knows marks that
 * NCRONTAB doesn't (`L # ? @` and more); they are refused, since they would work here and fail
 * in Azure. So would days of month and of week either of which is enough: NCRONTAB wants both.
 */
export function parseSchedule(functionName: string, schedule: string): Cron {
  try {
    if (!fields.test(schedule.replaceAll(names, '0'))) {
      throw new Error('only numbers, names, and * , - / are allowed');
    }
    return new Cron(schedule, {
      mode: '5-or-6-parts',
      domAndDow: true,
      timezone: 'UTC',
      paused: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Function "${functionName}" has the schedule "${schedule}", ` +
        `which is not an NCRONTAB expression: ${reason}.`,
    );
  }
}
