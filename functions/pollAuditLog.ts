import { app, type InvocationContext, type Timer } from '@azure/functions';
import { config } from './appStart.ts';
import { eventLog, loudly } from './log.ts';

/** Reads what is new in the audit log, records it once, and enqueues it. */
async function pollAuditLog(_timer: Timer, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const { poll } = await import('./runs/poll.ts');
  await loudly('poll', log, () => poll(log));
}

app.timer('pollAuditLog', { schedule: config.POLL_SCHEDULE, handler: pollAuditLog });
