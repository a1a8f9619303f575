import { randomUUID } from 'node:crypto';
import { start } from '../../functions/intake/draft.ts';
import { notificationRef, reference } from '../../functions/ledger/keys.ts';
import { isFinal, type Notification } from '../../functions/ledger/notification.ts';
import { latestCause, sentence } from '../../functions/ledger/sentence.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';
import type { Rooms } from '../../functions/rooms.ts';
import {
  type Arrival,
  type MessageTrace,
  messageTrace,
} from '../../functions/send/messageTrace.ts';
import { messageDomainOf, messageIdOf } from '../../functions/send/sentItems.ts';
import { type Finding, look, well, wrong } from './finding.ts';

/** How long the app may take, in milliseconds: Flex Consumption may have to start. */
const patienceMs = 180_000;

/** A notification to one person that says of itself that it is a test. Pure. */
function testNotification(
  userPrincipalName: string,
  sender: string,
  now: Date,
  id: string,
): Notification {
  const at = now.toISOString();
  const change: SecurityInfoChange = {
    auditId: `test ${id}`,
    time: at,
    action: 'registered',
    method: 'passkey',
    target: { userPrincipalName },
    initiator: { kind: 'self' },
    details: {},
  };
  return {
    ...notificationRef(change.time, change.auditId),
    ...start(change, undefined, now, now),
    urgent: true,
    test: true,
    sender,
    steps: [{ at, state: 'pending', cause: { reason: 'test' } }],
  };
}

/**
 * Has the app itself send a test mail, the whole way: table, queue, directory, mailbox. Waits for how
 * it ends.
 */
export async function sendTest(
  to: string,
  { config, graph, ledger, queue, now, wait }: Rooms,
): Promise<Finding> {
  const check = 'test mail';
  const row = testNotification(to, config.SENDER_MAILBOXES[0], now(), randomUUID());
  const { fences } = await ledger.readRange(row.key.slice(0, 19), row.key);
  await ledger.record({ inserts: [row], updates: [], audits: [] }, fences);
  await queue.enqueue([{ row, at: now() }]);
  const until = now().getTime() + patienceMs;
  let last: Notification = row;
  while (!isFinal(last.state) && now().getTime() < until) {
    await wait(1000);
    last = (await ledger.get(row))?.notification ?? last;
  }
  if (last.state !== 'sent') return judged(check, last);
  const trace = messageTrace(graph, now);
  const traced = await arrivalOf(messageIdOf(row, messageDomainOf(config)), trace, wait);
  return arrived(check, reference(row), traced?.arrival);
}

/** Exchange takes minutes to know where a mail is; asked again so often, and so many times. */
const [askMs, mostAsked] = [20_000, 18];

/** Where the mail to its one reader arrived; undefined where nobody may look, or it is not known in six minutes. */
async function arrivalOf(messageId: string, trace: MessageTrace, wait: Rooms['wait']) {
  for (let asked = 1; asked <= mostAsked; asked += 1) {
    const found = await trace.of(messageId);
    if (!found) return undefined;
    const [known] = found.filter(({ arrival }) => arrival !== 'pending');
    if (known) return known;
    await wait(askMs);
  }
  return undefined;
}

function arrived(check: string, ref: string, arrival: Arrival | undefined): Finding {
  switch (arrival) {
    case 'delivered':
      return well(check, `delivered (${ref}), says Exchange's message trace`);
    case 'junk':
      return look(
        check,
        `delivered as junk (${ref})`,
        'See your anti-spam policies, and DKIM of the domain',
      );
    case 'quarantined':
    case 'failed':
      return wrong(
        check,
        `${arrival} (${ref}), says Exchange's message trace`,
        'Trace it in the Exchange admin center',
      );
    default:
      return well(
        check,
        `accepted by Exchange (${ref}): look into the mailbox, and its junk folder`,
      );
  }
}

function judged(check: string, row: Notification): Finding {
  const ref = reference(row);
  const note = sentence(latestCause(row));
  switch (row.state) {
    case 'suppressed':
      return look(check, `made, and not sent: ${note}`, 'With DRY_RUN=false it is');
    case 'undeliverable': {
      // Whoever had a change was there once, so there it is said that they were deleted. A name may be mistyped.
      const unknown = `the directory has no user ${row.target.userPrincipalName}`;
      const isUnknown = row.outcome?.reason === 'userDeleted';
      return wrong(
        check,
        isUnknown ? unknown : note,
        'Give the user principal name of somebody with a mailbox',
      );
    }
    case 'failed':
      return wrong(check, note, `See npm run ledger -- show ${ref}`);
    default: {
      const stands = row.attempts + row.deferrals === 0 ? 'the app has not taken it up' : note;
      const fix = `Is the app running, and sendNotification enabled? See npm run ledger -- show ${ref}`;
      return wrong(check, `not sent after ${patienceMs / 60_000} minutes: ${stands}`, fix);
    }
  }
}
