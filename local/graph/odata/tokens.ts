import { badRequest } from '../answer.ts';
import { normaliseTime } from '../auditTime.ts';

/** A piece of a `$filter`, with the place where it begins for the error message. */
export interface Token {
  readonly kind: 'word' | 'string' | 'time' | 'mark' | 'end';
  /** Of a string its content, of a time its normalised form. */
  readonly text: string;
  readonly at: number;
}

// OData's white space, and no other that looks like it.
const space = /[ \t]+/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const literal = /[0-9][A-Za-z0-9.:+-]*/y;
const quoted = /'((?:[^']|'')*)'/y;
const marks = '/():,';

/** Cuts a `$filter` into tokens. Refuses what OData has no token for, naming the cause. */
export function tokenise(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let end = 0;
  const isText = ({ kind }: Token) => kind !== 'mark';
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(filter) ?? undefined;
  };
  while (at < filter.length) {
    const blank = match(space);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const [token, length] = next(filter, at, match);
    const before = tokens.at(-1);
    // A word and a quoted text side by side are one literal of a type that nobody knows.
    const touches = before !== undefined && end === at && isText(before) && isText(token);
    if (touches) throw badRequest(`A space is missing at position ${at}.`);
    tokens.push(token);
    at += length;
    end = at;
  }
  tokens.push({ kind: 'end', text: 'the end', at });
  return tokens;
}

function next(
  filter: string,
  at: number,
  match: (pattern: RegExp) => RegExpExecArray | undefined,
): [Token, number] {
  const char = filter.charAt(at);
  if (marks.includes(char)) return [{ kind: 'mark', text: char, at }, 1];
  if (char === "'") {
    const found = match(quoted);
    if (!found) throw badRequest(`There is an unterminated string literal at position ${at}.`);
    return [{ kind: 'string', text: (found[1] ?? '').replaceAll("''", "'"), at }, found[0].length];
  }
  const name = match(word);
  if (name) return [{ kind: 'word', text: name[0], at }, name[0].length];
  const value = match(literal);
  if (value) {
    const time = normaliseTime(value[0]);
    if (time === undefined) {
      throw badRequest(
        `Unrecognized literal '${value[0]}' at position ${at}: strings are quoted, times are UTC with Z and at most seven fractional digits.`,
      );
    }
    return [{ kind: 'time', text: time, at }, value[0].length];
  }
  throw badRequest(`Syntax error: character '${char}' is not valid at position ${at}.`);
}
