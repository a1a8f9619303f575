import { type Cloud, cloudOf, clouds } from '../functions/config/clouds.ts';
import { graphOrigin, Wrong } from '../functions/config/parsers.ts';
import { UsageError } from './command.ts';

/** What `--cloud` is for. */
export const cloudHelp = clouds.map(({ exchange }) => exchange).join(', ');

/** The cloud that `--cloud` names. Throws `UsageError`. */
export function cloudNamed(name = 'Global'): Cloud {
  const found = clouds.find(({ exchange }) => exchange.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new UsageError(`--cloud ${JSON.stringify(name)}: give one of ${cloudHelp}`);
}

/** Where Graph is, and in which cloud: by `GRAPH_BASE_URL`, read as the app reads it, or by `--cloud`. Throws `UsageError`. */
export function cloudAt(
  baseUrl: string | undefined,
  name?: string,
): { readonly origin: string; readonly cloud: Cloud } {
  const named = cloudNamed(name);
  const url = graphOrigin(baseUrl?.trim() ? baseUrl : named.graph);
  if (url instanceof Wrong) throw new UsageError(`GRAPH_BASE_URL ${url.because}`);
  return { origin: url.origin, cloud: cloudOf(url.origin) ?? named };
}
