import assert from 'node:assert/strict';
import { type HostOptions, HostProcess, until } from './hostProcess.ts';
import type { HostRow } from './row.ts';
import { asks, type Passage } from './tap.ts';
import { type ChangeName, countTold, type Tally } from './told.ts';

const group = 'host killed (SIGKILL)';

/** Where in the life of a change the process dies. */
interface Moment {
  readonly name: string;
  readonly at: keyof HostProcess['taps'];
  readonly when: (passage: Passage) => boolean;
  /** How many such requests get through before. */
  readonly spare?: number;
  /** The request is carried out; the process dies before it knows. */
  readonly done?: true;
}

const moments: readonly Moment[] = [
  { name: 'read → recorded', at: 'table', when: asks.toRecord },
  { name: 'recorded → enqueued', at: 'table', when: asks.toRecord, done: true },
  { name: 'some enqueued, some not', at: 'queue', when: asks.toEnqueue, spare: 2 },
  { name: 'enqueued → claimed', at: 'table', when: asks.toClaim, spare: 1 },
  { name: 'claimed → sent', at: 'graph', when: asks.toSend, spare: 1 },
  { name: 'sent → settled', at: 'graph', when: asks.toSend, spare: 1, done: true },
  { name: 'settled → deleted', at: 'queue', when: asks.toDelete, spare: 1 },
];

const users = ['AdeleV', 'AlexW', 'DiegoS', 'LeeG', 'MeganB'] as const;

const whyRepeat =
  'killed between Exchange’s acceptance and its answer, and the app may not look into Sent Items';

const killed = (moment: Moment, mayLook = true, options: HostOptions = {}): HostRow => ({
  name: [
    moment.name,
    ...(mayLook ? [] : ['Sent Items forbidden']),
    ...(options.keepsHold ? ['its messages stay held'] : []),
    ...(options.asInAzure ? ['by the clocks of Azure'] : []),
  ].join('; '),
  group,
  ...(!mayLook && { mayRepeat: whyRepeat }),
  async play() {
    const host = await HostProcess.open(options);
    try {
      if (!mayLook) host.simulator.faults.set('sentItems', { kind: 'consentMissing' });
      return await dieAndRise(host, moment);
    } finally {
      await host.close();
    }
  },
});

async function dieAndRise(host: HostProcess, moment: Moment): Promise<Tally> {
  await host.start();
  const death = dieAt(host, moment);
  const expected = happen(host);
  await until(() => death.over, `the moment ${moment.name}`);
  await host.start();
  await host.quiet();
  return countTold(expected, host.simulator.mailboxes.mails);
}

/** Two changes of each of several people. */
function happen({ simulator }: HostProcess): Set<ChangeName> {
  const expected = new Set<ChangeName>();
  for (const user of users) {
    const options = { user: `${user}@contoso.example` };
    simulator.happen('userRegistersPhone', options);
    simulator.happen('adminIssuesTemporaryAccessPass', options);
    expected.add(`${user} registered phone`).add(`${user} registered temporaryAccessPass`);
  }
  return expected;
}

/** Kills the process at that moment, once. */
function dieAt(host: HostProcess, { at, when, spare = 0, done }: Moment): { over: boolean } {
  const death = { over: false };
  const tap = host.taps[at];
  let left = spare;
  let dying: Promise<void> | undefined;
  const die = async () => {
    await host.kill();
    tap.rule = () => 'pass';
    tap.onAnswer = onAnswer;
    death.over = true;
  };
  const { onAnswer } = tap;
  tap.rule = async (passage) => {
    if (dying) return dying.then(() => 'break');
    if (!when(passage) || left-- > 0) return 'pass';
    if (done) {
      tap.onAnswer = (answered, body) => {
        onAnswer(answered, body);
        if (answered === passage) dying ??= die();
      };
      return 'loseAnswer';
    }
    dying = die();
    await dying;
    return 'break';
  };
  return death;
}

/** Texts that somebody else wrote to the app's queue. */
const garbage: HostRow = {
  name: 'garbage in the queue: not base64, not JSON, JSON of another shape',
  group: 'Queue storage',
  async play() {
    const host = await HostProcess.open();
    try {
      await host.start();
      const encode = (text: string) => Buffer.from(text).toString('base64');
      for (const text of ['not base64!', encode('not JSON'), encode('{"a":[1]}'), encode('7')]) {
        await host.queue.sendMessage(text);
      }
      const expected = happen(host);
      await host.quiet();
      // The first never reaches the app: the runtime can't decode it.
      assert.equal(host.count('message.foreign'), 3);
      return countTold(expected, host.simulator.mailboxes.mails);
    } finally {
      await host.close();
    }
  },
};

const sent = moments.find(({ name }) => name === 'sent → settled');
const claimed = moments.find(({ name }) => name === 'claimed → sent');
/** The moments at which the process has messages in hand. */
const inHand = moments.filter(({ name }) => /^(enqueued|claimed|sent)/.test(name));

export const killRows: readonly HostRow[] = [
  ...moments.map((moment) => killed(moment)),
  ...(sent ? [killed(sent, false)] : []),
  ...inHand.map((moment) => killed(moment, true, { keepsHold: true })),
  garbage,
];

/** No timer ticks until the dead host's lease is over: a minute. */
export const slowKillRows: readonly HostRow[] = claimed
  ? [killed(claimed, true, { keepsHold: true, asInAzure: true })]
  : [];
