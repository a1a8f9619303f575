import { app, type InvocationContext, type Timer } from '@azure/functions';
import { catchUp } from './dispatch/catchUp.ts';
import { reviveRecent } from './dispatch/sweep.ts';
import { eventLog } from './log.ts';
import { openRooms, readingRoom } from './rooms.ts';

const rooms = openRooms();
const room = readingRoom(rooms);
// A run that failed, or a process that died, may have recorded what it did not enqueue.
let lookForLost = true;

/** Reads what is new in the audit log, records it once, and enqueues it. */
export async function pollAuditLog(_timer: Timer, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const look = lookForLost;
  lookForLost = true;
  const { open, readTo: _, ...counts } = await catchUp({ ...room, log });
  const revived = look ? await reviveRecent(open, { ...room, log }) : 0;
  lookForLost = false;
  log('info', 'poll.finished', { ...counts, revived });
}

app.timer('pollAuditLog', { schedule: rooms.config.POLL_SCHEDULE, handler: pollAuditLog });
