import { seededRandom } from '../../../../local/graph/random.ts';
import { AuditLog } from '../../scale/auditLog.ts';
import { type Change, kinds } from '../../scale/kinds.ts';
import { latenessOf, prompt } from '../../scale/lateness.ts';

// Changes that are played in real time. The process that is Graph and the one that measures make the same
// ones of the same plan.

/** Changes at an even pace, each of somebody else, one in five of them urgent. */
export interface Plan {
  /** In ms since 1970. */
  readonly start: number;
  readonly count: number;
  readonly everyMs: number;
  readonly seed: number;
  /** How long a row takes until it is listed: five seconds each, or as the virtual tenants' do. */
  readonly lateness: 'even' | 'usual';
}

const usual = [kinds.passkey, kinds.authenticator, kinds.phone, kinds.deletion];
const urgent = [kinds.pass, kinds.phoneByAdmin];
const evenMs = 5000;

/** The audit log of a plan. The number of a change is that of its person. */
export function logOf({ start, count, everyMs, seed, lateness }: Plan): AuditLog {
  const random = seededRandom(seed);
  const changes = Array.from({ length: count }, (_, number): Change => {
    return {
      kind: random.pick(number % 5 === 0 ? urgent : usual),
      time: start + everyMs * number,
      person: number,
      administrator: random.below(5),
      number,
    };
  });
  const even = ({ kind }: Change) => kind.offsets.map(() => evenMs);
  return new AuditLog(changes, lateness === 'even' ? even : latenessOf(random, prompt));
}
