import { badRequest } from '../answer.ts';

/**
 * The `$`-options of a query. Refuses options that the endpoint doesn't know, and options given
 * twice; other parameters are ignored, as Graph does.
 */
export function readOptions(
  query: URLSearchParams,
  allowed: readonly string[],
): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const [name, value] of query) {
    if (!name.startsWith('$')) continue;
    if (!allowed.includes(name)) {
      throw badRequest(`The query parameter '${name}' is not supported.`);
    }
    if (options.has(name)) throw badRequest(`Query option '${name}' was specified more than once.`);
    options.set(name, value);
  }
  return options;
}

/** `$top`, a whole number from 1 to 1,000. */
export function readTop(value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const top = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (top < 1 || top > 1000) {
    throw badRequest(
      `Invalid page size specified: '${value}'. Must be between 1 and 1000 inclusive.`,
    );
  }
  return top;
}

/** The names in a `$select`, or undefined for all properties. */
export function readSelect(
  value: string | undefined,
  known: ReadonlySet<string>,
  type: string,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const names = value.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.has(name)) {
      throw badRequest(`Could not find a property named '${name}' on type '${type}'.`);
    }
  }
  return names;
}

/** Only the selected properties of a row, in the row's own order. */
export function select(row: object, names: readonly string[] | undefined): Record<string, unknown> {
  const properties = Object.entries(row);
  return Object.fromEntries(
    names === undefined ? properties : properties.filter(([name]) => names.includes(name)),
  );
}
