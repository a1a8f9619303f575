import { app, type InvocationContext, type Timer } from '@azure/functions';
import { config } from './appStart.ts';
import { eventLog, loudly } from './log.ts';

const { COVERAGE_CHECK: isOn, COVERAGE_SCHEDULE: schedule } = config;

/** Compares who has which methods with what was told of, and tells the operators what nobody was told of. */
async function checkCoverage(_timer: Timer, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const { check } = await import('./runs/coverage.ts');
  await loudly('coverage', log, () => check(log));
}

if (isOn) app.timer('checkCoverage', { schedule, handler: checkCoverage });
