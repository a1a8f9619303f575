import { app, type InvocationContext, type Timer } from '@azure/functions';
import { config } from './appStart.ts';
import { eventLog } from './log.ts';

/**
 * Sees what the app may do; finds what got stuck, reads again what may have come late, deletes what
 * is old.
 */
async function sweepLedger(_timer: Timer, context: InvocationContext): Promise<void> {
  const { sweepAll } = await import('./runs/sweep.ts');
  await sweepAll(eventLog(context));
}

app.timer('sweepLedger', { schedule: config.SWEEP_SCHEDULE, handler: sweepLedger });
