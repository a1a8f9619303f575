/** One hour of a week: delays of the changes that arrived in it, in seconds. */
export interface HourOfDelays {
  /** Hours since the week began. */
  readonly hour: number;
  readonly p50: number;
  readonly p99: number;
}

/** A span of the week to be marked, in hours since it began. */
interface Mark {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

const width = 900;
const height = 380;
const left = 62;
const right = 14;
const top = 58;
const bottom = 44;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Delays that the axis names, in seconds. */
const ticks: readonly (readonly [seconds: number, name: string])[] = [
  [10, '10 s'],
  [30, '30 s'],
  [60, '1 min'],
  [300, '5 min'],
  [900, '15 min'],
  [3600, '1 h'],
  [6 * 3600, '6 h'],
  [24 * 3600, '24 h'],
  [3 * 24 * 3600, '3 d'],
  [7 * 24 * 3600, '7 d'],
];

/** Colours that can be told from white and from black, and by those who see no red. */
const style = `
text { font: 12px system-ui, sans-serif; fill: #57606a }
.grid { stroke: #8c959f; stroke-opacity: .3 }
.p50 { fill: none; stroke: #0969da; stroke-width: 2 }
.p99 { fill: none; stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 5 3 }
.span { fill: #8c959f; fill-opacity: .18 }
.episode { fill: #cf222e; fill-opacity: .3 }
@media (prefers-color-scheme: dark) {
  text { fill: #c9d1d9 }
  .p50 { stroke: #58a6ff }
  .p99 { stroke: #f0883e }
}`;

/** What is drawn, beginning with a Monday. */
interface Drawing {
  /** What the picture shows, for those who can't see it. */
  readonly title: string;
  readonly heading: string;
  readonly days: number;
  readonly hours: readonly HourOfDelays[];
  readonly spans: readonly Mark[];
  readonly episodes: readonly Mark[];
}

/** Draws delays, by the hour, on a logarithmic scale. Pure. */
export function delayChart({ title, heading, days, hours, spans, episodes }: Drawing): string {
  const most = Math.max(...hours.map(({ p99 }) => p99), 120);
  const [low, high] = [Math.log(10), Math.log(most * 1.3)];
  const x = (hour: number) => left + ((width - left - right) * hour) / (days * 24);
  const y = (seconds: number) => {
    const share = (Math.log(Math.max(seconds, 10)) - low) / (high - low);
    return height - bottom - (height - top - bottom) * share;
  };
  const lines: string[] = [];
  const box = (mark: Mark, name: string) => {
    const wide = Math.max(2, x(mark.to) - x(mark.from));
    const size = `width="${round(wide)}" height="${height - top - bottom}"`;
    lines.push(`<rect class="${name}" x="${round(x(mark.from))}" y="${top}" ${size}/>`);
  };
  const write = (at: number, line: number, anchor: string, text: string) =>
    lines.push(`<text x="${round(at)}" y="${round(line)}" text-anchor="${anchor}">${text}</text>`);
  for (const span of spans) {
    box(span, 'span');
    write((x(span.from) + x(span.to)) / 2, top - 22, 'middle', span.what);
  }
  for (const [index, mark] of episodes.entries()) {
    box(mark, 'episode');
    write(x(mark.from), top - 6, 'middle', String(index + 1));
  }
  for (const [seconds, name] of ticks.filter(([seconds]) => seconds <= most * 1.3)) {
    const line = round(y(seconds));
    lines.push(`<path class="grid" d="M${left} ${line}H${width - right}"/>`);
    write(left - 6, y(seconds) + 4, 'end', name);
  }
  for (let day = 0; day < days; day += 1) {
    const name = weekdays[day % weekdays.length] ?? '';
    lines.push(`<path class="grid" d="M${round(x(24 * day))} ${top}V${height - bottom}"/>`);
    write(x(24 * day + 12), height - bottom + 16, 'middle', name);
  }
  lines.push(
    curve(
      'p50',
      hours.map(({ hour, p50 }) => [x(hour + 0.5), y(p50)]),
    ),
  );
  lines.push(
    curve(
      'p99',
      hours.map(({ hour, p99 }) => [x(hour + 0.5), y(p99)]),
    ),
  );
  write(
    left,
    16,
    'start',
    `${heading}: time from the audit log to the mail, p50 (solid) and p99 (dashed) of each hour`,
  );
  const legend = episodes.map(({ what }, index) => `${index + 1}: ${what}`).join(' · ');
  write(left, height - 8, 'start', `${legend ? `${legend}. ` : ''}Times are UTC.`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${style}\n</style>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

const round = (number: number) => Math.round(number * 10) / 10;

const curve = (name: string, points: readonly (readonly [number, number])[]) =>
  `<path class="${name}" d="M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}"/>`;
