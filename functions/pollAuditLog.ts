import { app, type InvocationContext, type Timer } from '@azure/functions';
import { catchUp } from './dispatch/catchUp.ts';
import { reviveRecent } from './dispatch/sweep.ts';
import { eventLog } from './log.ts';
import { openRooms, readingRoom } from './rooms.ts';

const rooms = openRooms();
const room = readingRoom(rooms);
let firstRun = true;

/** Reads what is new in the audit log, records it once, and enqueues it. */
export async function pollAuditLog(_timer: Timer, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const { open, ...counts } = await catchUp({ ...room, log });
  // A process that just started may follow one that died between recording and enqueueing.
  const revived = firstRun ? await reviveRecent(open, { ...room, log }) : 0;
  firstRun = false;
  log('info', 'poll.finished', { ...counts, revived });
}

app.timer('pollAuditLog', { schedule: rooms.config.POLL_SCHEDULE, handler: pollAuditLog });
