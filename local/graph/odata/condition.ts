import { normaliseTime } from '../auditTime.ts';

export type Operator = 'eq' | 'ge' | 'le' | 'startswith';

/** A parsed `$filter`. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | {
      readonly kind: 'compare';
      readonly operator: Operator;
      readonly property: string;
      readonly value: Literal;
    }
  | { readonly kind: 'any'; readonly property: string; readonly condition: Condition };

export interface Literal {
  readonly type: 'string' | 'time';
  readonly text: string;
}

/** Which properties a resource lets itself be filtered by, and how. */
export interface FilterSchema {
  readonly [property: string]: FilterProperty;
}

export type FilterProperty =
  | { readonly type: 'string' | 'time'; readonly operators: readonly Operator[] }
  | { readonly type: 'collection'; readonly items: FilterSchema };

/** Whether a row meets a condition. A property that is missing or null meets none. */
export function meets(row: unknown, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(row, condition.left) && meets(row, condition.right);
    case 'or':
      return meets(row, condition.left) || meets(row, condition.right);
    case 'any': {
      const items = read(row, condition.property);
      return Array.isArray(items) && items.some((item) => meets(item, condition.condition));
    }
    case 'compare':
      return compare(condition.operator, read(row, condition.property), condition.value);
  }
}

function compare(operator: Operator, value: unknown, { type, text }: Literal): boolean {
  const left = type === 'time' ? normaliseTime(value) : value;
  if (typeof left !== 'string') return false;
  switch (operator) {
    case 'eq':
      return left === text;
    case 'ge':
      return left >= text;
    case 'le':
      return left <= text;
    case 'startswith':
      return left.startsWith(text);
  }
}

function read(row: unknown, path: string): unknown {
  let value = row;
  for (const name of path.split('/')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
