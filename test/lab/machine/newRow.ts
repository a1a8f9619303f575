import { notificationRef } from '../../../functions/ledger/keys.ts';
import { type Notification, untried } from '../../../functions/ledger/notification.ts';
import { change } from '../../mail/cases.ts';

/** A notification as a poll records it: of a phone. The first is urgent. */
export function newRow(number: number, now: Date): Notification {
  const at = now.toISOString();
  const told = change({ time: at, method: 'phone', auditId: `row${number}` });
  return {
    ...notificationRef(at, told.auditId),
    ...untried(now),
    urgent: number === 0,
    target: told.target,
    changes: [told],
    sender: 'security@contoso.example',
  };
}
