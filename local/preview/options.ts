import { nearest } from '../../cli/nearest.ts';
import { UsageError } from '../../cli/program.ts';
import type { Kind } from './kind.ts';

/** What there is to choose from. */
export interface Choice {
  readonly kinds: readonly Kind[];
  readonly languages: readonly string[];
}

/** What the command is to write, and where. */
export interface PreviewOptions extends Choice {
  readonly out: string;
}

/** What was asked for. Throws `UsageError` that names the option at fault and what is allowed. */
export function chosen(
  asked: { readonly languages?: string; readonly kinds?: string; readonly out: string },
  choice: Choice,
): PreviewOptions {
  const names = choice.kinds.map(({ name }) => name);
  const wanted = pick('--kinds', asked.kinds, names);
  if (asked.out.trim() === '') throw new UsageError('--out is empty. Give the folder to write to');
  return {
    languages: pick('--languages', asked.languages, choice.languages),
    kinds: choice.kinds.filter(({ name }) => wanted.includes(name)),
    out: asked.out,
  };
}

/** All that there are, or those that are listed, in the order of those that there are. */
function pick(option: string, list: string | undefined, allowed: readonly string[]): string[] {
  if (list === undefined) return [...allowed];
  const wanted = list.split(',').flatMap((part) => part.trim() || []);
  const wrong = wanted.filter((one) => !allowed.includes(one));
  const fix = `Allowed are ${allowed.join(', ')}`;
  // Of two letters, any two others would be near.
  const [first = ''] = wrong;
  const like = nearest(first, allowed, Math.floor(first.length / 3));
  const hint = like ? `Did you mean ${like}?` : fix;
  if (wrong.length > 0) throw new UsageError(`${option} has ${quoted(wrong)}. ${hint}`);
  if (wanted.length === 0) throw new UsageError(`${option} is empty. ${fix}`);
  return allowed.filter((one) => wanted.includes(one));
}

const quoted = (wrong: readonly string[]) => wrong.map((one) => JSON.stringify(one)).join(', ');
