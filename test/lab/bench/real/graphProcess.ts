import type { Person } from '../../../../local/graph/person.ts';
import { startSimulator } from '../../../../local/graph/simulator.ts';
import { senderOf } from '../../scale/fleet.ts';
import { administratorOf, personOf, userAnswer } from '../../scale/people.ts';
import { logOf, type Plan } from './plan.ts';

// A process that is Graph and nothing else: lists the rows of a plan when they are due, and tells its parent
// of each mail and, when asked, how many requests there were. `graphProcess.ts <plan as JSON>`.

/** What it tells. */
export type Said =
  | { readonly url: string }
  | { readonly mail: { readonly person: number; readonly at: number } }
  | { readonly counts: Readonly<Record<string, number>> };

/** How many mailboxes there are to send from. */
export const senders = 4;

const lookMs = 100;
/** Where the numbers of mailboxes begin. */
const firstSender = 900_000_000;

const say = (said: Said) => process.send?.(said);

if (import.meta.main) {
  const plan = JSON.parse(process.argv[2] ?? '') as Plan;
  const log = logOf(plan);
  const simulator = await startSimulator({ sendLatencyMs: 500 });
  const { directory, mailboxes, passkeys, audit } = simulator;
  for (let number = 0; number < senders; number += 1) {
    const mail = senderOf(number);
    directory.add({ ...personOf(firstSender + number), mail, userPrincipalName: mail });
    mailboxes.allowedSenders.add(mail);
  }
  for (const { person, administrator } of log.changes) {
    const { manager, ...user } = userAnswer(personOf(person).id, true) as Person & {
      readonly manager: Person;
    };
    directory.add({ ...user, managerId: manager.id });
    directory.add(manager);
    directory.add(administratorOf(administrator));
  }
  mailboxes.onMail(({ recipients, at }) => {
    const [, person] = /^user(\d+)@/.exec(recipients.to[0] ?? '') ?? [];
    if (person !== undefined) say({ mail: { person: Number(person), at: Date.parse(at) } });
  });
  let passed = 0;
  const list = () => {
    const rows = log.listed(passed, Date.now());
    passed += rows.length;
    for (const row of rows) audit.append(row);
    for (const [person, passkey] of log.passkeys) passkeys.add(person, passkey);
    log.passkeys.clear();
  };
  setInterval(list, lookMs);
  process.on('message', (message) => {
    if (message === 'counts') say({ counts: { ...simulator.counts } });
  });
  process.once('disconnect', () => process.exit());
  say({ url: simulator.url });
}
