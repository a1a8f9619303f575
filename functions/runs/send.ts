import type { RowRef } from '../ledger/keys.ts';
import { consoleLog, type Log } from '../log.ts';
import { openRooms } from '../rooms.ts';
import { deliver } from '../send/deliver.ts';
import { deliveryRoom } from '../send/room.ts';
import { sayFarewell } from '../send/sends.ts';

const room = deliveryRoom(openRooms());

/** Claims one notification, looks up people, composes, sends, settles. */
export const send = (row: RowRef, log: Log): Promise<unknown> => deliver(row, { ...room, log });

/** Lets what is on its way end: the process is to go. */
export const farewell = (): Promise<void> => sayFarewell(room, consoleLog);
