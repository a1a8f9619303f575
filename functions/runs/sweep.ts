import { unhurried } from '../audit/pacer.ts';
import { sweep } from '../intake/sweep.ts';
import { type Log, loudly } from '../log.ts';
import { permissionWatch } from '../permissions/watch.ts';
import { examinedRoom, openRooms, readingRoom } from '../rooms.ts';
import { messageTrace } from '../send/messageTrace.ts';
import { proveDelivery } from '../send/proof.ts';
import { messageDomainOf } from '../send/sentItems.ts';

const rooms = openRooms();
const room = readingRoom(rooms, unhurried);
const proving = {
  ledger: rooms.ledger,
  now: rooms.now,
  trace: messageTrace(rooms.graph, rooms.now),
  messageDomain: messageDomainOf(rooms.config),
};
const checkPermissions = permissionWatch({ ...examinedRoom(rooms), pace: () => room.pace() });

/**
 * Sees what the app may do; finds what got stuck, reads again what may have come late, deletes what
 * is old.
 */
export async function sweepAll(log: Log): Promise<void> {
  const { RETENTION_DAYS: retentionDays } = rooms.config;
  // A sweep that fails for want of a permission must not keep that from being said.
  await loudly('permissions', log, () => checkPermissions(log)).catch(() => {});
  await loudly('sweep', log, async () => {
    await sweep({ reading: { ...room, log }, retentionDays });
    await proveDelivery({ ...proving, log });
  });
}
