import fc from 'fast-check';
import { asInAzure, comfortable } from '../../../local/host/rules.ts';

/** What may happen to a worker from where it stands to where it next touches the world. */
export interface Fate {
  /** `lostAnswer`: written, but it looks as if not. `lostTwice`: the SDK's repeat is refused then. */
  readonly storage: 'works' | 'fails' | 'staysDown' | 'lostAnswer' | 'lostTwice';
  readonly people: 'works' | 'fails';
  /** `oneForbidden`: the second mailbox may not be read. */
  readonly look: 'readable' | 'forbidden' | 'oneForbidden' | 'unclear';
  readonly send: SendKind;
  /** Its process is killed: before it touches the world, or after and before it learns of it. */
  readonly dies: 'no' | 'before' | 'after';
  readonly tookMs: number;
}

/** How Exchange takes a send. `Kept`: accepted, though it looks as if not. */
export type SendKind = (typeof sendKinds)[number];

const sendKinds = [
  'accepted',
  '429',
  '429busy',
  '429after',
  '503',
  '503after',
  '503kept',
  '504',
  '504kept',
  'resetBefore',
  'reset',
  'resetKept',
  'copyRefused',
  'userRefused',
  'denied',
  'rejected',
] as const;

export const calm: Fate = {
  storage: 'works',
  people: 'works',
  look: 'readable',
  send: 'accepted',
  dies: 'no',
  tookMs: 0,
};

/** Mostly the first; fast-check shrinks towards it. */
const mostly = <T>(weight: number, first: T, ...others: readonly T[]) =>
  fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(first), weight },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );

/** What ends a row at once is rare: the long stories are to be told. */
const last: readonly SendKind[] = ['copyRefused', 'userRefused', 'rejected'];
const owed = sendKinds.filter((kind) => kind !== 'accepted' && !last.includes(kind));

const fate: fc.Arbitrary<Partial<Fate>> = fc.record(
  {
    send: fc.oneof(
      { withCrossShrink: true },
      { arbitrary: fc.constant('accepted' as const), weight: 2 },
      { arbitrary: fc.constantFrom(...owed), weight: 12 },
      { arbitrary: fc.constantFrom(...last), weight: 1 },
    ),
    storage: mostly(4, ...(['works', 'fails', 'staysDown', 'lostAnswer', 'lostTwice'] as const)),
    people: mostly(9, ...(['works', 'fails'] as const)),
    look: mostly(1, ...(['readable', 'forbidden', 'oneForbidden', 'unclear'] as const)),
    dies: mostly(5, ...(['no', 'before', 'after'] as const)),
    tookMs: mostly(2, ...[0, 40, 900, 45_000, 299_000, 400_000]),
  },
  { requiredKeys: ['send'] },
);

/** One step of a story. `nth` chooses among what there is; `go` moves one worker one point on. */
export type Step =
  | { readonly does: 'go'; readonly nth: number; readonly fate: Partial<Fate> }
  | {
      readonly does: 'start' | 'deliverTwice' | 'lose' | 'poison' | 'sweep' | 'requeue';
      readonly nth: number;
    }
  | { readonly does: 'pass'; readonly ms: number }
  | { readonly does: 'kill'; readonly nth: number };

const nth = fc.nat({ max: 7 });
const many = <T extends Step>(weight: number, arbitrary: fc.Arbitrary<T>) => ({
  weight,
  arbitrary: arbitrary as fc.Arbitrary<Step>,
});

export const steps: fc.Arbitrary<Step> = fc.oneof(
  { withCrossShrink: true },
  many(24, fc.record({ does: fc.constant('go' as const), nth, fate })),
  many(4, fc.record({ does: fc.constant('start' as const), nth })),
  many(3, fc.record({ does: fc.constant('deliverTwice' as const), nth })),
  many(2, fc.record({ does: fc.constantFrom('lose', 'poison', 'sweep', 'requeue'), nth })),
  many(
    3,
    fc.record({
      does: fc.constant('pass' as const),
      ms: fc.constantFrom(1_000, 31_000, 130_000, 310_000, 700_000, 3_700_000),
    }),
  ),
  many(1, fc.record({ does: fc.constant('kill' as const), nth })),
);

/** What holds for a whole story. */
export interface Setting {
  readonly rows: number;
  readonly leaseSeconds: number;
  /** How long the host keeps the message of a process that is not heard of. */
  readonly holdSeconds: number;
  /** Whether Sent Items may be read once all faults are over. */
  readonly mayLook: boolean;
}

export const settings: fc.Arbitrary<Setting> = fc.record({
  rows: fc.integer({ min: 1, max: 2 }),
  leaseSeconds: fc.constantFrom(90, 1, 20, 300),
  holdSeconds: fc.constantFrom(asInAzure.hold, comfortable.hold, 0),
  mayLook: fc.boolean(),
});
