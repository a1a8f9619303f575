import { type Cloud, clouds } from '../functions/config/clouds.ts';
import { UsageError } from './command.ts';

/** What `--cloud` is for. */
export const cloudHelp = clouds.map(({ exchange }) => exchange).join(', ');

/** The cloud that `--cloud` names. Throws `UsageError`. */
export function cloudNamed(name = 'Global'): Cloud {
  const found = clouds.find(({ exchange }) => exchange.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new UsageError(`--cloud ${JSON.stringify(name)}: give one of ${cloudHelp}`);
}
