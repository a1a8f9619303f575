import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Environment } from '../functions/config/config.ts';
import { UsageError } from './command.ts';
import { whyNot } from './files.ts';

const values = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);
const listed = z.array(z.object({ name: z.string(), value: z.coerce.string() }));
const bareList = z.array(z.object({ name: z.string(), value: z.unknown() }));

/** What ops have at hand: each becomes settings by name. */
const shapes = z.union([
  // az functionapp config appsettings list --output json
  listed.transform((list) => Object.fromEntries(list.map(({ name, value }) => [name, value]))),
  // local.settings.json
  z.object({ Values: values }).transform(({ Values }) => Values),
  values,
]);

const shapesHint =
  'Give the output of "az functionapp config appsettings list", or local.settings.json';

/** Settings from a file. Throws `UsageError` when it can't be read or is in no known shape. */
export function readSettingsFile(path: string): Environment {
  const text = textOf(path).trim();
  if (text === '') {
    const hint = 'az prints nothing where the name of the app or its group is misspelt';
    throw new UsageError(`${path} is empty: ${hint}. ${shapesHint}`);
  }
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    const what = text.startsWith('<') ? 'is a web page, not JSON' : 'is not JSON';
    throw new UsageError(`${path} ${what}. ${shapesHint}`);
  }
  // What az prints after setting or deleting something holds no values. Source: Azure CLI, release notes.
  const bare = bareList.safeParse(given).data?.find(({ value }) => value === null);
  if (bare) throw new UsageError(`${path} holds no value of ${bare.name}. ${shapesHint}`);
  const parsed = shapes.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${path} holds no settings. ${shapesHint}`);
}

/** Windows PowerShell's `>` writes UTF-16, and editors put a mark before UTF-8. */
function textOf(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} can't be read: ${whyNot(error)}. ${shapesHint}`);
  }
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
