import { EventDoor } from '../intake/receive.ts';
import type { Log } from '../log.ts';
import { openRooms, readingRoom } from '../rooms.ts';

const room = readingRoom(openRooms());
const door = new EventDoor();

/** Records what Entra sends to an event hub, as the poll records what it reads. */
export const receive = (events: unknown, log: Log): Promise<unknown> =>
  door.receive(events, { ...room, log });
