/**
 * NCRONTAB as the Azure Functions host reads it, which is not as other cron libraries do: a reversed
 * range is swapped, names match by prefix, both kinds of day must fit. Held to the answers of
 * NCrontab 3.4.0 by a test. Times are UTC.
 */
export interface Ncrontab {
  readonly text: string;
  /** the values at which it comes, ascending, field by field */
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
}

/** Thrown for what is no NCRONTAB; the message says which part of it, and begins in lower case. */
export class NotNcrontab extends Error {
  override readonly name = 'NotNcrontab';
}

interface Field {
  readonly called: string;
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const fields = {
  seconds: { called: 'second', least: 0, most: 59 },
  minutes: { called: 'minute', least: 0, most: 59 },
  hours: { called: 'hour', least: 0, most: 23 },
  days: { called: 'day of month', least: 1, most: 31 },
  months: {
    called: 'month',
    least: 1,
    most: 12,
    names: 'January February March April May June July August September October November December'
      .toLowerCase()
      .split(' '),
  },
  weekdays: {
    called: 'day of week',
    least: 0,
    most: 6,
    names: 'sunday monday tuesday wednesday thursday friday saturday'.split(' '),
  },
} as const satisfies Readonly<Record<string, Field>>;

/** Parses six fields, seconds first, or five without. Throws `NotNcrontab`. */
export function parseNcrontab(text: string): Ncrontab {
  const parts = text.split(' ').filter(Boolean);
  if (parts.length === 5) parts.unshift('0');
  if (parts.length !== 6) {
    throw new NotNcrontab(`has ${parts.length} fields, not six${blanksIn(text)}`);
  }
  const [seconds, minutes, hours, days, months, weekdays] = parts.map((part, index) =>
    parseField(part, Object.values(fields)[index] as Field),
  ) as [number[], number[], number[], number[], number[], number[]];
  return { text, seconds, minutes, hours, days, months, weekdays };
}

function parseField(text: string, field: Field): number[] {
  const values = new Set<number>();
  // A comma at the very beginning parts nothing.
  for (const item of text.startsWith(',') ? [text] : text.split(',')) {
    for (const value of parseItem(item, field)) values.add(value);
  }
  return [...values].sort((one, other) => one - other);
}

/** One of what stands between commas: a value or a range of them, and perhaps a step. */
function parseItem(text: string, field: Field): number[] {
  const slash = text.indexOf('/');
  const step = slash > 0 ? parseStep(text.slice(slash + 1), field) : undefined;
  const range = slash > 0 ? text.slice(0, slash) : text;
  const [from, to] = parseRange(range, step !== undefined, field);
  const values: number[] = [];
  for (let value = from; value <= to; value += Math.max(step ?? 1, 1)) values.push(value);
  if (step !== undefined && from - field.least + step > largest) {
    throw new NotNcrontab(`has the step ${step} in its ${field.called}, which is too large`);
  }
  return values;
}

function parseRange(text: string, stepped: boolean, field: Field): readonly [number, number] {
  if (text === '*') return [field.least, field.most];
  const dash = text.indexOf('-');
  if (dash <= 0) {
    const value = parseValue(text, field);
    return [value, stepped ? field.most : value];
  }
  const ends = [parseValue(text.slice(0, dash), field), parseValue(text.slice(dash + 1), field)];
  return [Math.min(...ends), Math.max(...ends)];
}

/** What .NET takes for a 32-bit integer: blanks around it are fine, and so is a sign before a step. */
const integer = /^[\t-\r]*[+-]?\d+[\t-\r]*$/;
const largest = 2 ** 31 - 1;

function parseStep(text: string, field: Field): number {
  const step = integer.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(step) <= largest) return step;
  throw new NotNcrontab(`has ${quoted(text)} for a step in its ${field.called}`);
}

function parseValue(text: string, field: Field): number {
  const { called, least, most, names } = field;
  const value = /^\d/.test(text) && integer.test(text) ? Number(text) : byName(text, field);
  if (value !== undefined && value >= least && value <= most) return value;
  const named = names ? ', or a name' : '';
  throw new NotNcrontab(
    `has ${quoted(text)} for its ${called}, which is ${least} to ${most}${named}${blanksIn(text)}`,
  );
}

/** The first name that begins so: `m` is Monday or March. */
function byName(text: string, { names, least }: Field): number | undefined {
  const index = text ? names?.findIndex((name) => name.startsWith(text.toLowerCase())) : undefined;
  return index === undefined || index < 0 ? undefined : index + least;
}

/** A tab looks like what parts fields, and doesn't. */
const blanksIn = (text: string) =>
  /[^\S ]/.test(text) ? '; only spaces part fields, no tab and no line break' : '';

const quoted = (text: string) => JSON.stringify(text.slice(0, 40));
