/** How wide the terminal is; undefined where the output goes elsewhere, and nothing is to be cut. */
export const terminalWidth = (): number | undefined =>
  process.stdout.isTTY ? process.stdout.columns : undefined;

/**
 * Rows in columns as wide as their widest cell, the last one as long as it is. Two spaces between. Lines that
 * are wider than `width` are cut, and a last line says so.
 */
export function columns(
  rows: readonly (readonly string[])[],
  width: number = Number.POSITIVE_INFINITY,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  if (lines.every((line) => line.length <= width)) return lines.join('\n');
  const cut = lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
  return [
    ...cut,
    `Cut at ${width} columns: a wider terminal, a file or --json has all of it.`,
  ].join('\n');
}
