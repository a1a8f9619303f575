import { Poll } from '../intake/poll.ts';
import type { Log } from '../log.ts';
import { openRooms, readingRoom } from '../rooms.ts';

const room = readingRoom(openRooms());
const polls = new Poll();

/** Reads what is new in the audit log, records it once, and enqueues it. */
export const poll = (log: Log): Promise<unknown> => polls.run({ ...room, log });
