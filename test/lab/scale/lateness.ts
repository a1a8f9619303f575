import type { Random } from '../../../local/graph/random.ts';
import type { Change } from './kinds.ts';

const secondMs = 1000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How late rows are listed: a share of them by up to 50 minutes, and of these some by hours. */
interface Lateness {
  readonly lateShare: number;
  /** Of the late ones, those that come after the overlap; only the sweep's daily reading finds them. */
  readonly beyondShare: number;
}

/** Two minutes at p95 and five at p99 were published once; two are the most that is usual here. */
export const prompt: Lateness = { lateShare: 0, beyondShare: 0 };
export const asPublished: Lateness = { lateShare: 0.02, beyondShare: 0.05 };

/** Gives each row of a change its time until it is listed, in ms. Half of the late changes are so as a whole. */
export function latenessOf(random: Random, { lateShare, beyondShare }: Lateness) {
  const usual = () => 5 * secondMs + Math.floor(115 * secondMs * random.next() ** 2);
  const late = () =>
    random.next() < beyondShare
      ? 2 * hourMs + Math.floor(18 * hourMs * random.next())
      : 2 * minuteMs + Math.floor(48 * minuteMs * random.next());
  return ({ kind }: Change): number[] => {
    const whole = random.next() < lateShare / 2 ? late() : 0;
    return kind.offsets.map(() => {
      if (whole > 0) return whole + random.below(10 * secondMs);
      return random.next() < lateShare / 2 ? late() : usual();
    });
  };
}
