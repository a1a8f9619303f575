import assert from 'node:assert/strict';
import type { FaultKinds } from '../../../local/graph/faults.ts';
import type { FaultRow } from './row.ts';

const group = 'sending, in doubt';

interface Doubt {
  readonly name: string;
  readonly kind: FaultKinds['sendMail'];
  /** Seconds that the answer says to wait. */
  readonly retryAfter?: number;
  /** Whether Exchange did accept the mail. */
  readonly accepted: boolean;
}

const doubts: readonly Doubt[] = [
  { name: '202, but the connection broke', kind: 'resetAfter', accepted: true },
  { name: 'connection broken before acceptance', kind: 'resetBefore', accepted: false },
  { name: '503 that did send', kind: '503kept', accepted: true },
  { name: '503 that did not send', kind: '503', accepted: false },
  { name: '503 with Retry-After that did send', kind: '503kept', retryAfter: 20, accepted: true },
  { name: '503 with Retry-After that did not', kind: '503', retryAfter: 20, accepted: false },
  { name: '504 that did send', kind: '504kept', accepted: true },
  { name: '504 that did not send', kind: '504', accepted: false },
  { name: 'no answer, and it was sent', kind: 'hangKept', accepted: true },
  { name: 'no answer, and it was not sent', kind: 'hang', accepted: false },
];

const whyRepeat =
  'accepted without an answer, and the app may not look into Sent Items: one more is sent, with the same Message-ID';

/** Each change's first send ends in doubt. */
const inDoubt = ({ name, kind, accepted, retryAfter }: Doubt, mayLook: boolean): FaultRow => ({
  name: `${name}; Sent Items ${mayLook ? 'readable' : 'forbidden'}`,
  group,
  ...(kind.startsWith('hang') && { patienceMs: 150 }),
  ...(accepted && !mayLook && { mayRepeat: whyRepeat }),
  async run(stage) {
    if (!mayLook) stage.faults.set('sentItems', { kind: 'consentMissing' });
    // Who is told when to come back comes back sooner than the others come for the first time.
    const times = retryAfter ? 1 : 3;
    stage.faults.set('sendMail', { kind, times, ...(retryAfter && { retryAfter }) });
    stage.changes();
    await stage.minutes(20);
    const left = stage.faults.active().filter(({ target }) => target === 'sendMail');
    assert.deepEqual(left, [], 'the fault was not suffered as often as planned');
    assert.equal(stage.logged(retryAfter ? 'mail.pending' : 'mail.unknown'), times);
  },
});

export const doubtRows: readonly FaultRow[] = [
  ...doubts.flatMap((doubt) => [inDoubt(doubt, true), inDoubt(doubt, false)]),
  {
    name: '504 that did send, again and again; Exchange gives messages ids of its own',
    group,
    mayRepeat: 'what is in Sent Items can’t be told from other mails: as if the app might not look',
    async run(stage) {
      stage.world.simulator.mailboxes.givesIds = true;
      stage.phone('AdeleV');
      stage.faults.set('sendMail', { kind: '504kept', times: 4 });
      await stage.minutes(60);
      assert.equal(stage.logged('mail.failed'), 1);
    },
  },
  {
    name: '202, but the connection broke; Sent Items out of order for ten minutes',
    group,
    async run(stage) {
      stage.faults.set('sendMail', { kind: 'resetAfter', times: 3 });
      stage.faults.set('sentItems', { kind: '503' });
      stage.changes();
      await stage.minutes(15);
      stage.faults.clear();
      await stage.minutes(15);
    },
  },
];
