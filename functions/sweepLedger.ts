import { app, type InvocationContext, type Timer } from '@azure/functions';
import { sweep } from './dispatch/sweep.ts';
import { eventLog, loudly } from './log.ts';
import { openRooms, readingRoom } from './rooms.ts';

const rooms = openRooms();
const room = readingRoom(rooms);

/** Finds what got stuck, reads again what may have come late, deletes what is old. */
export async function sweepLedger(_timer: Timer, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const { RETENTION_DAYS: retentionDays } = rooms.config;
  await loudly('sweep', log, () => sweep({ reading: { ...room, log }, retentionDays }));
}

app.timer('sweepLedger', { schedule: rooms.config.SWEEP_SCHEDULE, handler: sweepLedger });
