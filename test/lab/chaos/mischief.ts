import type { FaultTarget } from '../../../local/graph/faults.ts';
import type { Random } from '../../../local/graph/random.ts';
import type { Stage } from '../faults/stage.ts';
import type { Fate } from '../faults/tap.ts';

/** Something that goes wrong for a while. `times`: so many requests; otherwise minutes. */
type Mischief = (stage: Stage, random: Random) => void;

/** Graph and Exchange as they are on a bad day. Nobody is taken for deleted: that ends a notice. */
const graphFaults: readonly (readonly [FaultTarget, string])[] = [
  ['audit', '429'],
  ['audit', '503'],
  ['audit', '504'],
  ['audit', 'html'],
  ['audit', 'cut'],
  ['audit', 'loop'],
  ['audit', 'malformedRecord'],
  ['audit', 'emptyPage'],
  ['audit', 'overlappingPages'],
  ['sendMail', '429'],
  ['sendMail', '503'],
  ['sendMail', '503kept'],
  ['sendMail', '504'],
  ['sendMail', '504kept'],
  ['sendMail', 'resetBefore'],
  ['sendMail', 'resetAfter'],
  ['sendMail', 'consentMissing'],
  ['sendMail', 'submissionBlocked'],
  ['users', '429'],
  ['users', '503'],
  ['users', 'consentMissing'],
  ['sentItems', '503'],
  ['methods', '503'],
];

const graphFails: Mischief = ({ faults }, random) => {
  const [target, kind] = random.pick(graphFaults);
  const times = random.below(3) === 0 ? {} : { times: 1 + random.below(4) };
  // Who says when to come back has refused: the app takes that at its word.
  const asks = random.below(2) === 0 && !kind.endsWith('kept');
  const retryAfter = asks ? { retryAfter: 1 + random.below(90) } : {};
  faults.set(target, { kind: kind as never, ...times, ...retryAfter });
};

const busy: Fate = {
  status: 503,
  headers: { 'Content-Type': 'application/json' },
  body: '{"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"busy"}}}',
};

/** Storage refuses, breaks off, or does what was asked and keeps it to itself. */
const storageFails: Mischief = (stage, random) => {
  const tap = random.pick([stage.table, stage.queueTap]);
  const fate = random.pick<Fate>([busy, 'break', 'loseAnswer']);
  const share = 2 + random.below(6);
  let left = 1 + random.below(12);
  tap.rule = () => {
    if (left === 0 || random.below(share) > 0) return 'pass';
    left -= 1;
    return fate;
  };
};

const queueLost: Mischief = (stage) => stage.loseQueue();

const clockWrong: Mischief = ({ world }, random) => world.setClockAhead(random.below(601) - 300);

/** What may happen in a minute, the likelier ones more than once. */
const mischiefs: readonly Mischief[] = [
  graphFails,
  graphFails,
  graphFails,
  graphFails,
  storageFails,
  storageFails,
  queueLost,
  clockWrong,
];

/** One thing goes wrong. */
export const strike: Mischief = (stage, random) => random.pick(mischiefs)(stage, random);

/** All is as it should be, but for what has become of the app. */
export function calm({ faults, table, queueTap, graph, world }: Stage): void {
  faults.clear();
  for (const tap of [table, queueTap, graph]) tap.rule = () => 'pass';
  world.setClockAhead(0);
}

/**
 * The host dies at one of its next requests: that one may have been carried out, and none comes
 * after it. Gives a function that says whether it has come to that.
 */
export function doom({ table, queueTap, graph }: Stage, random: Random): () => boolean {
  const taps = [table, queueTap, graph];
  let left = 1 + random.below(40);
  const last = random.pick<Fate>(['break', 'loseAnswer']);
  for (const tap of taps) {
    const { rule } = tap;
    tap.rule = async (passage) => {
      left -= 1;
      if (left < 0) return 'break';
      return left === 0 ? last : rule(passage);
    };
  }
  return () => left <= 0;
}
