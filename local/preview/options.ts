import { parseArgs } from 'node:util';
import type { Kind } from './kind.ts';

/** What the command is to write, and where. */
export interface PreviewOptions {
  readonly kinds: readonly Kind[];
  readonly languages: readonly string[];
  readonly out: string;
}

/** What there is to choose from, and the folder that is taken where none is named. */
export type Choice = PreviewOptions;

const usage = 'Allowed are --languages en,de --kinds a,b --out folder';

/** Reads the command's options. Throws an Error that names the option at fault and what is allowed. */
export function readOptions(args: readonly string[], choice: Choice): PreviewOptions {
  const { languages, kinds, out } = parse(args);
  const names = choice.kinds.map(({ name }) => name);
  const wanted = pick('--kinds', kinds, names);
  if (out?.trim() === '') throw new Error('--out is empty. Give the folder to write to');
  return {
    languages: pick('--languages', languages, choice.languages),
    kinds: choice.kinds.filter(({ name }) => wanted.includes(name)),
    out: out ?? choice.out,
  };
}

function parse(args: readonly string[]) {
  const options = {
    languages: { type: 'string' },
    kinds: { type: 'string' },
    out: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [said = ''] = (error as Error).message.split('. ');
    throw new Error(`${said}. ${usage}`);
  }
}

/** All that there are, or those that are listed, in the order of those that there are. */
function pick(option: string, list: string | undefined, allowed: readonly string[]): string[] {
  if (list === undefined) return [...allowed];
  const wanted = list.split(',').flatMap((part) => part.trim() || []);
  const wrong = wanted.filter((one) => !allowed.includes(one));
  const fix = `Allowed are ${allowed.join(', ')}`;
  if (wrong.length > 0) throw new Error(`${option} has ${quoted(wrong)}. ${fix}`);
  if (wanted.length === 0) throw new Error(`${option} is empty. ${fix}`);
  return allowed.filter((one) => wanted.includes(one));
}

const quoted = (wrong: readonly string[]) => wrong.map((one) => JSON.stringify(one)).join(', ');
