import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Environment } from '../functions/config/config.ts';
import { UsageError } from './command.ts';

const values = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);
const listed = z.array(z.object({ name: z.string(), value: z.coerce.string() }));

/** What ops have at hand: each becomes settings by name. */
const shapes = z.union([
  // az functionapp config appsettings list --output json
  listed.transform((list) => Object.fromEntries(list.map(({ name, value }) => [name, value]))),
  // local.settings.json
  z.object({ Values: values }).transform(({ Values }) => Values),
  values,
]);

/** Settings from a file. Throws `UsageError` when it can't be read or is in no known shape. */
export function readSettingsFile(path: string): Environment {
  const shapesHint =
    'Give the output of "az functionapp config appsettings list", or local.settings.json';
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as { code?: string };
    const problem = code ? `can't be read (${code})` : 'is not JSON';
    throw new UsageError(`${path} ${problem}. ${shapesHint}`);
  }
  const parsed = shapes.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${path} holds no settings. ${shapesHint}`);
}
