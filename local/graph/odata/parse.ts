import { badRequest } from '../answer.ts';
import type { Condition, FilterProperty, FilterSchema, Literal, Operator } from './condition.ts';
import { type Token, tokenise } from './tokens.ts';

const maxDepth = 50;
const comparisons = ['eq', 'ge', 'le'];
const refusedComparisons = ['ne', 'gt', 'lt', 'has', 'in', 'add', 'sub', 'mul', 'div', 'mod'];

/**
 * Parses a `$filter` by recursive descent: `or` of `and`s of comparisons, functions, lambdas and
 * parentheses. Throws a 400 that names the cause, as Graph does, for anything else.
 */
export function parseFilter(filter: string, schema: FilterSchema): Condition {
  const parser = new FilterParser(tokenise(filter));
  const condition = parser.or(schema, '');
  parser.expect('end', 'the end');
  return condition;
}

class FilterParser {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** `variable` is the lambda's range variable that every property must be reached through. */
  or(schema: FilterSchema, variable: string): Condition {
    let left = this.#and(schema, variable);
    while (this.#skip('word', 'or')) {
      left = { kind: 'or', left, right: this.#and(schema, variable) };
    }
    return left;
  }

  expect(kind: Token['kind'], text?: string): Token {
    const token = this.#peek();
    if (token.kind !== kind || (text !== undefined && token.text !== text)) {
      throw this.#unexpected(text ?? `a ${kind}`);
    }
    this.#index += 1;
    return token;
  }

  #and(schema: FilterSchema, variable: string): Condition {
    let left = this.#operand(schema, variable);
    while (this.#skip('word', 'and')) {
      left = { kind: 'and', left, right: this.#operand(schema, variable) };
    }
    return left;
  }

  #operand(schema: FilterSchema, variable: string): Condition {
    if (this.#skip('mark', '(')) {
      this.#depth += 1;
      if (this.#depth > maxDepth) throw badRequest('The filter is nested too deeply.');
      const inner = this.or(schema, variable);
      this.expect('mark', ')');
      this.#depth -= 1;
      return inner;
    }
    const first = this.expect('word');
    if (first.text === 'not') throw badRequest("The operator 'not' is not supported.");
    if (this.#skip('mark', '(')) return this.#call(first, schema, variable);
    return this.#comparison(this.#path(first, variable), schema);
  }

  #call(name: Token, schema: FilterSchema, variable: string): Condition {
    if (name.text !== 'startswith') {
      throw badRequest(`The function '${name.text}' is not supported at position ${name.at}.`);
    }
    const property = this.#path(this.expect('word'), variable);
    this.expect('mark', ',');
    const value = this.#literal(schema, property, 'startswith');
    this.expect('mark', ')');
    return { kind: 'compare', operator: 'startswith', property, value };
  }

  #comparison(property: string, schema: FilterSchema): Condition {
    if (property.endsWith('/any')) return this.#any(property.slice(0, -4), schema);
    const { text } = this.expect('word');
    if (refusedComparisons.includes(text)) {
      throw badRequest(`The operator '${text}' is not supported for property '${property}'.`);
    }
    if (!comparisons.includes(text)) throw badRequest(`Unknown operator '${text}'.`);
    const operator = text as Operator;
    return {
      kind: 'compare',
      operator,
      property,
      value: this.#literal(schema, property, operator),
    };
  }

  #any(property: string, schema: FilterSchema): Condition {
    const known = lookUp(schema, property);
    if (known.type !== 'collection') throw badRequest(`'${property}' is not a collection.`);
    this.expect('mark', '(');
    const variable = this.expect('word').text;
    this.expect('mark', ':');
    const condition = this.or(known.items, variable);
    this.expect('mark', ')');
    return { kind: 'any', property, condition };
  }

  /** `a/b/c`; in a lambda the range variable comes first and is dropped. */
  #path(first: Token, variable: string): string {
    const names = [first.text];
    while (this.#skip('mark', '/')) names.push(this.expect('word').text);
    if (variable === '') return names.join('/');
    if (names.shift() !== variable) {
      throw badRequest(`The range variable '${variable}' is expected at position ${first.at}.`);
    }
    return names.join('/');
  }

  #literal(schema: FilterSchema, property: string, operator: Operator): Literal {
    const known = lookUp(schema, property);
    if (known.type === 'collection' || !known.operators.includes(operator)) {
      throw badRequest(`The operator '${operator}' is not supported for property '${property}'.`);
    }
    const token = this.#peek();
    if (token.kind !== known.type) {
      throw this.#unexpected(known.type === 'string' ? 'a quoted string' : 'an unquoted UTC time');
    }
    this.#index += 1;
    return { type: known.type, text: token.text };
  }

  #skip(kind: Token['kind'], text: string): boolean {
    const token = this.#peek();
    const found = token.kind === kind && token.text === text;
    if (found) this.#index += 1;
    return found;
  }

  #peek(): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined) throw badRequest('The filter ends too early.');
    return token;
  }

  #unexpected(wanted: string): Error {
    const { text, at } = this.#peek();
    return badRequest(`Syntax error at position ${at}: found '${text}', expected ${wanted}.`);
  }
}

function lookUp(schema: FilterSchema, property: string): FilterProperty {
  const known = Object.hasOwn(schema, property) ? schema[property] : undefined;
  if (known === undefined) {
    throw badRequest(`The property '${property}' is unknown or does not support filtering.`);
  }
  return known;
}
