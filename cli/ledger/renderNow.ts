import type { Notification } from '../../functions/ledger/notification.ts';
import { sentence } from '../../functions/ledger/sentence.ts';
import type { Person } from '../../functions/people/directory.ts';
import type { Rooms } from '../../functions/rooms.ts';
import { lookUp } from '../../functions/send/lookUp.ts';
import { type Prepared, prepare, prepareFound } from '../../functions/send/prepare.ts';
import { deliveryRoom } from '../../functions/send/room.ts';

/** The mail as it would be made now; `note` says where it rests on less than the app would know. */
export interface Rendering {
  readonly prepared: Prepared;
  readonly note: string | null;
}

/** Makes the mail as it would be made now, and counts no copy of it. */
export async function renderNow(row: Notification, rooms: Rooms): Promise<Rendering> {
  const room = deliveryRoom(rooms);
  const found = await lookUp(row, { ...room, log: () => {} });
  if (found.kind === 'end') {
    return { prepared: { kind: 'nobody', ending: found.ending }, note: null };
  }
  if (found.kind === 'putOff' || found.kind === 'gone') {
    const note = `${sentence(found.cause)}: from what the log says, without the person's language and manager`;
    const person = asLogged(row, room.settings.INCLUDED_GROUPS);
    return { prepared: prepare(row, person, room.settings, rooms.now()), note };
  }
  return { prepared: prepareFound(row, found, room), note: null };
}

/**
 * The person as far as the log names them; with a mailbox, and in the pilot if it is one of groups, so
 * that there is a mail to see.
 */
const asLogged = (
  { target: { id = '', ...names } }: Notification,
  pilot: readonly string[],
): Person => ({
  id,
  ...names,
  groups: new Set(pilot),
  mail: names.userPrincipalName ?? 'unknown@invalid.example',
});
