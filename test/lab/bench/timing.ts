/** How long some work takes, in milliseconds. */
function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** The best of several runs: what the machine does besides is not our subject. */
const best = (run: () => void, times = 5): number =>
  Math.min(...Array.from({ length: times }, () => timed(run)));

/** How long one call takes, in milliseconds, in the best of several rounds of `count` calls. */
export const each = (count: number, run: () => void): number =>
  best(() => {
    for (let done = 0; done < count; done += 1) run();
  }) / count;

/** The middle of some numbers. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** Processor time of some work, in milliseconds, its garbage collection included: the machine's other work is not. */
export function processorTime(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
