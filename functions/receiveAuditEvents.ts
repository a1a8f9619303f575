import { app, type InvocationContext } from '@azure/functions';
import { config } from './appStart.ts';
import { connectionName } from './config/eventHub.ts';
import { eventLog, loudly } from './log.ts';

const { AUDIT_EVENT_HUB: eventHubName } = config;

/** Records what Entra sends to an event hub, as the poll records what it reads. */
async function receiveAuditEvents(events: unknown, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const { receive } = await import('./runs/receive.ts');
  await loudly('receive', log, () => receive(events, log));
}

if (eventHubName) {
  app.eventHub('receiveAuditEvents', {
    connection: connectionName,
    eventHubName,
    cardinality: 'many',
    // After the last try the batch is passed over. Whatever was in it, the poll finds.
    retry: { strategy: 'fixedDelay', maxRetryCount: 5, delayInterval: { seconds: 10 } },
    handler: receiveAuditEvents,
  });
}
