import assert from 'node:assert/strict';
import { extraPerson } from '../../../local/graph/contoso.ts';
import type { LoggedRequest } from '../../../local/graph/requestLog.ts';
import { HostProcess, until } from './hostProcess.ts';
import type { HostRow } from './row.ts';
import { type ChangeName, countTold, type Tally } from './told.ts';

const group = 'many senders';

/** What Exchange takes from a mailbox in a minute. */
const perMinute = 30;
/** Processes that Functions starts, beside the one that polls. */
const more = 7;
/** As long as Exchange takes for a mail, in ms. */
const sendLatencyMs = 500;

/** The longest that the mails may take, over what Exchange allows: the machine has other work, too. */
const mostOver = 1.1;

/** Eight real processes, seven of which come up only once there is something to send. */
const paced = (mailboxes: number, mails: number): HostRow => ({
  name: `eight processes, ${mailboxes} mailbox(es), ${mails} mails at once: Exchange’s pace`,
  group,
  async play() {
    const host = await HostProcess.open({ sendLatencyMs });
    try {
      return await sendAll(host, mailboxes, mails);
    } finally {
      await host.close();
    }
  },
});

async function sendAll(host: HostProcess, mailboxes: number, mails: number): Promise<Tally> {
  const { simulator } = host;
  const senders = Array.from({ length: mailboxes }, (_, number) => addPerson(host, 900 + number));
  for (const sender of senders) simulator.mailboxes.allowedSenders.add(sender);
  const settings = {
    SENDER_MAILBOXES: senders.join(),
    SEND_RATE_PER_MINUTE: String(perMinute),
    CLAIM_LEASE_SECONDS: '60',
  };
  await host.start(settings);
  const expected = new Set<ChangeName>();
  for (let number = 1; number <= mails; number += 1) {
    const user = addPerson(host, number);
    simulator.happen('userRegistersPhone', { user });
    expected.add(`${user.split('@')[0] ?? ''} registered phone` as ChangeName);
  }
  await until(async () => (await host.queueLength()) > 0, 'the first message');
  for (let number = 0; number < more; number += 1) host.addSender(settings);
  await until(() => simulator.mailboxes.mails.length >= mails, 'the last mail', 240_000);
  await host.quiet();
  const times = simulator.mailboxes.mails.map(({ at }) => Date.parse(at));
  const spanMs = Math.max(...times) - Math.min(...times);
  const allowedMs = ((mails - 1) / mailboxes / perMinute) * 60_000;
  const over = spanMs / allowedMs;
  // Only sends: a poll every 3 s beside a sweep may be refused by the audit log, which is not Exchange's.
  const refused = simulator.requests.filter(isRefusedSend);
  assert.equal(refused.length, 0, 'Exchange had to refuse');
  assert.equal(host.count('sender.slowed'), 0, 'a lesson about the rate');
  assert.ok(over <= mostOver, `${over.toFixed(2)} times what Exchange allows`);
  return countTold(expected, simulator.mailboxes.mails);
}

const isRefusedSend = ({ path, status }: LoggedRequest) =>
  path.endsWith('/sendMail') && status === 429;

/** Adds somebody who reads English, and gives the address. */
function addPerson({ simulator }: HostProcess, number: number): string {
  const person = extraPerson(number);
  simulator.directory.add({ ...person, preferredLanguage: 'en-GB' });
  return person.userPrincipalName.toLowerCase();
}

export const senderRows: readonly HostRow[] = [paced(1, 36), paced(4, 140)];
