import { app, type InvocationContext, type Timer } from '@azure/functions';
import { sweep } from './dispatch/sweep.ts';
import { eventLog } from './log.ts';
import { openRooms, readingRoom } from './rooms.ts';

const rooms = openRooms();
const room = readingRoom(rooms);

/** Finds what got stuck, reads again what may have come late, deletes what is old. */
export async function sweepLedger(_timer: Timer, context: InvocationContext): Promise<void> {
  const reading = { ...room, log: eventLog(context) };
  await sweep({ reading, retentionDays: rooms.config.RETENTION_DAYS });
}

app.timer('sweepLedger', { schedule: rooms.config.SWEEP_SCHEDULE, handler: sweepLedger });
