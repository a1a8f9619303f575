import { app, type InvocationContext, type Timer } from '@azure/functions';
import { Poll } from './intake/poll.ts';
import { eventLog, loudly } from './log.ts';
import { openRooms, readingRoom } from './rooms.ts';

const rooms = openRooms();
const room = readingRoom(rooms);
const poll = new Poll();

/** Reads what is new in the audit log, records it once, and enqueues it. */
async function pollAuditLog(_timer: Timer, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  await loudly('poll', log, () => poll.run({ ...room, log }));
}

app.timer('pollAuditLog', { schedule: rooms.config.POLL_SCHEDULE, handler: pollAuditLog });
