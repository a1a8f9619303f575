import type { RowRef } from '../ledger/keys.ts';
import { settlePoisoned } from '../ledger/settlePoisoned.ts';
import type { Log } from '../log.ts';
import { openRooms } from '../rooms.ts';

const { ledger, now, config } = openRooms();
const { MAX_NOTIFY_AGE_HOURS: maxAgeHours } = config;

/** What the runtime gave up on becomes `failed`, and visible. */
export const settle = (row: RowRef, log: Log): Promise<unknown> =>
  settlePoisoned(row, { ledger, now, log, maxAgeHours });
