import { app, type InvocationContext } from '@azure/functions';
import { connectionName } from './config/eventHub.ts';
import { EventDoor } from './intake/receive.ts';
import { eventLog, loudly } from './log.ts';
import { openRooms, readingRoom } from './rooms.ts';

const rooms = openRooms();
const room = readingRoom(rooms);
const door = new EventDoor();
const { AUDIT_EVENT_HUB: eventHubName } = rooms.config;

/** Records what Entra sends to an event hub, as the poll records what it reads. */
async function receiveAuditEvents(events: unknown, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  await loudly('receive', log, () => door.receive(events, { ...room, log }));
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
