/**
 * The known word that a mistyped one is most like; undefined where none is within `most` letters of it, by
 * default a third of the word.
 */
export function nearest(
  given: string,
  known: readonly string[],
  most?: number,
): string | undefined {
  const [best] = known
    .map((word) => ({ word, steps: distance(given, word) }))
    .sort((one, other) => one.steps - other.steps);
  return best && best.steps <= (most ?? Math.max(2, best.word.length / 3)) ? best.word : undefined;
}

/** Letters to add, leave out, replace or swap with the next. */
function distance(one: string, other: string): number {
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, next];
  }
  return last[other.length] ?? 0;
}
