import { app, type InvocationContext, type Timer } from '@azure/functions';
import { CoverageCheck } from './coverage/check.ts';
import { eventLog, loudly } from './log.ts';
import { coverageRoom, openRooms } from './rooms.ts';

const rooms = openRooms();
const room = coverageRoom(rooms);
const check = new CoverageCheck();
const { COVERAGE_CHECK: isOn, COVERAGE_SCHEDULE: schedule } = rooms.config;

/** Compares who has which methods with what was told of, and tells the operators what nobody was told of. */
async function checkCoverage(_timer: Timer, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  await loudly('coverage', log, () => check.run({ ...room, log }));
}

if (isOn) app.timer('checkCoverage', { schedule, handler: checkCoverage });
