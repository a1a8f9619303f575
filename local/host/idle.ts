/** The shortest wait between two looks into a queue, in ms. */
const shortestMs = 100;

/**
 * How long to wait before looking into an idle queue again, in ms: 0.2, 0.3, 0.5, 0.9, 1.7 s and so
 * on, each give or take a fifth of what it adds. Source: azure-webjobs-sdk,
 * RandomizedExponentialBackoffStrategy.
 */
export function idleWait(
  misses: number,
  longestMs: number,
  random: () => number = Math.random,
): number {
  const added = shortestMs * 2 ** Math.min(misses, 20) * (0.8 + 0.4 * random());
  return Math.min(shortestMs + added, longestMs);
}
