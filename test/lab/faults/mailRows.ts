import assert from 'node:assert/strict';
import type { Fault } from '../../../local/graph/faults.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';

const group = 'sending';
const one = 'security@contoso.example';
const other = 'security2@contoso.example';
const single = { SENDER_MAILBOXES: one };

/** A refusal that passes by itself. */
const refused = (name: string, fault: Fault<'sendMail'>): FaultRow => ({
  name,
  group,
  async run(stage) {
    stage.faults.set('sendMail', fault);
    stage.changes();
    await stage.minutes(15);
    assert.deepEqual(stage.faults.active(), [], 'the fault was not suffered as often as planned');
  },
});

/** Something is wrong with one of two mailboxes, for good. */
const oneBroken = (name: string, breakIt: (stage: Stage) => void): FaultRow => ({
  name: `${name}: the others take over`,
  group,
  async run(stage) {
    breakIt(stage);
    stage.changes();
    for (const user of ['LeeG', 'MeganB', 'MiriamG', 'JoniS']) stage.phone(user);
    await stage.minutes(10);
    assert.ok(stage.logged('sender.paused') > 0, 'the broken mailbox was never used');
    assert.ok(stage.world.mails.every(({ sender }) => sender === other));
  },
});

/** Something is wrong with every mailbox there is, until somebody mends it. */
const allBroken = (
  name: string,
  settings: Record<string, string>,
  breakIt: (stage: Stage) => void,
  mend: (stage: Stage) => void,
): FaultRow => ({
  name: `${name}: kept until mended`,
  group,
  settings,
  async run(stage) {
    breakIt(stage);
    stage.changes();
    await stage.minutes(12);
    stage.phone('MeganB');
    await stage.minutes(12);
    assert.equal(stage.world.mails.length, 0);
    assert.ok(stage.logged('sender.paused') > 0);
    mend(stage);
    await stage.minutes(8);
  },
});

const withoutMailbox = ({ world }: Stage) => {
  world.simulator.directory.patch(one, { mail: null });
};
const atItsLimit =
  (...mailboxes: readonly string[]) =>
  ({ world }: Stage) => {
    for (const address of mailboxes) {
      world.simulator.mailboxes.limitsOf(address).recipients.take(world.time, 10_000);
    }
  };
const faulty =
  (fault: Fault<'sendMail'>) =>
  ({ faults }: Stage) =>
    faults.set('sendMail', fault);
const mended = ({ faults }: Stage) => faults.clear();

/** Addresses that pass for such, and that Exchange refuses. */
const badAddress = 'somebody@no_such..domain';

/** Nothing leaves for seven days; a change happens on each of them. */
const forAWeek = (name: string, fault: Fault<'sendMail'>): FaultRow => ({
  name: `a mailbox that refuses for a week (${name}): kept, and told then`,
  group,
  settings: single,
  async run(stage) {
    stage.faults.set('sendMail', fault);
    stage.changes();
    for (let hour = 0; hour < 7 * 24; hour += 6) {
      const day = ['LeeG', 'MeganB', 'MiriamG', 'JoniS', 'PattiF', 'GradyA'][hour / 24 - 1];
      if (day) stage.phone(day);
      await hours(stage, 6);
    }
    assert.equal(stage.world.mails.length, 0);
    assert.ok(stage.queue.messages.length < 100, 'messages multiply');
    stage.faults.clear();
    // A mailbox may have been told to wait for a day.
    for (let hour = 0; hour < 30; hour += 6) await hours(stage, 6);
    await stage.minutes(12);
  },
});

/** Time passes, of which the app sees the first two minutes alone. */
async function hours(stage: Stage, count: number) {
  await stage.minutes(2);
  stage.world.advance(count * 3600 - 120);
}

export const mailRows: readonly FaultRow[] = [
  refused('429 with Retry-After 5', { kind: '429', retryAfter: 5, times: 3 }),
  refused('429 with Retry-After 600', { kind: '429', retryAfter: 600, times: 2 }),
  refused('503 with Retry-After', { kind: '503', retryAfter: 30, times: 3 }),
  {
    name: 'ErrorInvalidRecipients because of the manager: the user is told',
    group,
    async run(stage) {
      stage.world.simulator.directory.patch('MiriamG@contoso.example', { mail: badAddress });
      stage.changes();
      await stage.minutes(4);
      const rows = await stage.world.notifications();
      assert.ok(rows.some(({ outcome }) => outcome?.withoutCopies === 'manager'));
    },
  },
  {
    name: 'ErrorInvalidRecipients because of the user: the manager is told',
    group,
    async run(stage) {
      stage.world.simulator.directory.patch('LeeG@contoso.example', { mail: badAddress });
      stage.phone('LeeG');
      stage.changes();
      await stage.minutes(4);
      const instead = (await stage.world.notifications()).flatMap(({ outcome }) =>
        outcome?.user === 'addressRefused' ? [outcome.reason] : [],
      );
      assert.deepEqual(instead, ['managerTold']);
    },
  },
  oneBroken('a sender without mailbox (404)', withoutMailbox),
  allBroken('the only sender without mailbox (404)', single, withoutMailbox, ({ world }) => {
    world.simulator.directory.patch(one, { mail: one });
  }),
  allBroken('Mail.Send is not granted (403)', {}, faulty({ kind: 'consentMissing' }), mended),
  oneBroken('ErrorSendAsDenied', faulty({ kind: 'sendAsDenied', mailbox: one })),
  allBroken('ErrorSendAsDenied, one sender', single, faulty({ kind: 'sendAsDenied' }), mended),
  oneBroken('ErrorExceededMessageLimit', atItsLimit(one)),
  oneBroken('ErrorMessageSubmissionBlocked', faulty({ kind: 'submissionBlocked', mailbox: one })),
  forAWeek('429', { kind: '429' }),
  forAWeek('ErrorSendAsDenied', { kind: 'sendAsDenied' }),
  {
    name: 'ErrorExceededMessageLimit of every sender: told the next day',
    group,
    async run(stage) {
      atItsLimit(one, other)(stage);
      stage.changes();
      await stage.minutes(15);
      assert.equal(stage.world.mails.length, 0);
      for (let hour = 0; hour < 24; hour += 1) {
        stage.world.advance(58 * 60);
        await stage.minutes(2);
      }
    },
  },
];
