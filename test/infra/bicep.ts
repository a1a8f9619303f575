import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
export const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Every file of Bicep, by its path. */
export const bicepFiles = globSync('infra/*.bicep{,param}', { cwd: root }).sort();

/** The text without comments. Strings keep their `//`. */
export const code = (file: string) =>
  read(file).replace(/('(?:\\.|[^'\\\n])*')|\/\/.*/g, (_, string?: string) => string ?? '');

/** What stands between a bracket at `start` and the one that closes it, strings aside. */
export function bracketed(text: string, start: number): string {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const one = text[at];
    if (inString && one === '\\') at += 1;
    else if (one === "'") inString = !inString;
    else if (!inString && one && '{[('.includes(one)) depth += 1;
    else if (!inString && one && '}])'.includes(one)) depth -= 1;
    if (depth === 0) return text.slice(start + 1, at);
  }
  throw new Error(`never closed: ${text.slice(start, start + 40)}`);
}

/** A parameter, an output, or a property of a type, with what its decorators say. */
export interface Declared {
  readonly name: string;
  readonly type: string;
  readonly description: string | undefined;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly shortest: number | undefined;
  readonly longest: number | undefined;
}

const decorators = '((?:^[ ]*@\\w+\\([^\\n]*\\)\\n)*)';

const declared = (text: string, pattern: RegExp): Declared[] =>
  [...text.matchAll(pattern)].map(([, above = '', name = '', type = '']) => {
    const number = (decorator: string) => {
      const found = new RegExp(`@${decorator}\\((\\d+)\\)`).exec(above)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    return {
      name,
      type: type.trim(),
      description: /@description\('((?:\\.|[^'\\])+)'\)/.exec(above)?.[1],
      least: number('minValue'),
      most: number('maxValue'),
      shortest: number('minLength'),
      longest: number('maxLength'),
    };
  });

/** The parameters and outputs of a file. */
export const interfaceOf = (file: string) =>
  declared(code(file), new RegExp(`${decorators}^(?:param|output) (\\w+) ([^=\\n]*)`, 'gm'));

/** The properties of a type that a file declares. */
export function typeIn(file: string, name: string): Declared[] {
  const text = code(file);
  const start = text.indexOf(`type ${name} = {`);
  if (start < 0) throw new Error(`${file} has no type ${name}`);
  const body = bracketed(text, text.indexOf('{', start));
  return declared(body, new RegExp(`${decorators}^  (\\w+): ([^\\n]*)`, 'gm'));
}

/** The string literals of a text. */
export const strings = (text: string) =>
  [...text.matchAll(/'((?:\\.|[^'\\\n])*)'/g)].map(([, value = '']) => value);
