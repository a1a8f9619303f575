import { terminalWidth } from './columns.ts';

/** What a last column needs to be read, in characters. */
const leastWidth = 24;

/**
 * Breaks lines that are wider than the terminal between words, and goes on below their last column. Elsewhere
 * lines stay whole, for other programs.
 */
export function folded(text: string, width: number | undefined = terminalWidth()): string {
  if (width === undefined) return text;
  return text
    .split('\n')
    .map((line) => (line.length > width ? fold(line, width) : line))
    .join('\n');
}

/** Columns have two spaces or more between them. */
function fold(line: string, width: number): string {
  const gaps = [0, ...[...line.matchAll(/ {2,}/g)].map(({ 0: gap, index }) => index + gap.length)];
  const hang = gaps.findLast((start) => start <= width - leastWidth) ?? 0;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    // A word that is longer than the line stays whole: half an address is none.
    const within = rest.lastIndexOf(' ', width);
    const at = within > hang ? within : rest.indexOf(' ', width);
    if (at < 0) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = `${' '.repeat(hang)}${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest].join('\n');
}
