import { createRequire } from 'node:module';

/** A node of the tree that Kusto's own parser makes, as far as it is needed here. */
interface Syntax {
  readonly Kind: number;
  readonly ChildCount: number;
  readonly NameInParent: string | null;
  readonly LiteralValue?: unknown;
  GetChild(index: number): Syntax | null;
  ToString(include: number): string;
}

interface Diagnostics {
  readonly Count: number;
  getItem(index: number): { readonly Message: string };
}

// Microsoft's parser of Kusto, for which its editor binds queries. It makes a global of itself.
const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
// biome-ignore lint/suspicious/noExplicitAny: the library's types are those of another language
const { Symbols, GlobalState, KustoCode, Syntax: Syntaxes } = (globalThis as any).Kusto.Language;
const kinds = Syntaxes.SyntaxKind as Record<string, number>;

/**
 * The tables that our queries read, with the columns that they name. Source: Azure Monitor and Defender
 * XDR table references (read in November 2026).
 */
const schemas = {
  AppTraces:
    'TimeGenerated: datetime, Message: string, SeverityLevel: int, Properties: dynamic, OperationId: string, OperationName: string, AppRoleName: string, AppRoleInstance: string, ItemCount: int, _ResourceId: string',
  AppExceptions:
    'TimeGenerated: datetime, ExceptionType: string, OuterMessage: string, InnermostMessage: string, SeverityLevel: int, OperationName: string, ItemCount: int',
  AppRequests:
    'TimeGenerated: datetime, Name: string, Success: bool, ResultCode: string, DurationMs: real, OperationName: string',
  traces:
    'timestamp: datetime, message: string, severityLevel: int, customDimensions: dynamic, operation_Id: string, operation_Name: string, itemCount: int',
  AuditLogs:
    'TimeGenerated: datetime, OperationName: string, Category: string, Result: string, ResultReason: string, LoggedByService: string, CorrelationId: string, Id: string, InitiatedBy: dynamic, TargetResources: dynamic, AdditionalDetails: dynamic, ActivityDateTime: datetime, Identity: string',
  EmailEvents:
    'Timestamp: datetime, NetworkMessageId: string, InternetMessageId: string, SenderMailFromAddress: string, SenderFromAddress: string, RecipientEmailAddress: string, RecipientObjectId: string, Subject: string, DeliveryAction: string, DeliveryLocation: string, EmailDirection: string',
  CloudAppEvents:
    'Timestamp: datetime, ActionType: string, Application: string, ApplicationId: int, AccountObjectId: string, AccountId: string, AccountDisplayName: string, IPAddress: string, ObjectName: string, RawEventData: dynamic, ActivityObjects: dynamic',
} as const;

const globals = GlobalState.Default.WithDatabase(
  new Symbols.DatabaseSymbol.ctor(
    'log',
    Object.entries(schemas).map(([name, columns]) =>
      Symbols.TableSymbol.From(`(${columns})`).WithName(name),
    ),
  ),
);

/** What Kusto has against a query: of its grammar, its names, its types. */
export function problemsOf(query: string): string[] {
  const found: Diagnostics = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => found.getItem(index).Message);
}

type Value = unknown;
export type Row = Readonly<Record<string, Value>>;

const is = (node: Syntax, ...names: string[]) =>
  names.some((name) => {
    if (kinds[name] === undefined) throw new Error(`Kusto knows no ${name}`);
    return node.Kind === kinds[name];
  });
const children = (node: Syntax): Syntax[] =>
  Array.from({ length: node.ChildCount }, (_, index) => node.GetChild(index)).filter(
    (child) => child !== null,
  );
const child = (node: Syntax, name: string): Syntax | undefined =>
  children(node).find(({ NameInParent }) => NameInParent === name);
const need = (node: Syntax, name: string): Syntax => {
  const found = child(node, name);
  if (!found) throw new Error(`no ${name} in ${textOf(node)}`);
  return found;
};
const textOf = (node: Syntax) => node.ToString(0).trim();
/** The elements of a list, without their commas. */
const elements = (list: Syntax): Syntax[] =>
  children(list).flatMap((one) => (is(one, 'SeparatedElement') ? (one.GetChild(0) ?? []) : []));

/** An alert is evaluated again and again: its query is parsed once. */
const parsed = new Map<string, Syntax>();

function expressionOf(query: string): Syntax {
  const known = parsed.get(query);
  if (known) return known;
  const found = problemsOf(query);
  if (found.length > 0) throw new Error(found.join('; '));
  const { Syntax: root } = KustoCode.ParseAndAnalyze(query, globals) as { Syntax: Syntax };
  const statement = elements(need(root, 'Statements'))[0];
  const expression = need(statement as Syntax, 'Expression');
  parsed.set(query, expression);
  return expression;
}

/** Runs a query over rows of AppTraces. Throws for what it has not learned: it is small on purpose. */
export function run(query: string, rows: readonly Row[], now: Date): Row[] {
  return tabular(expressionOf(query), rows, now);
}

function tabular(node: Syntax, rows: readonly Row[], now: Date): Row[] {
  if (is(node, 'NameReference')) return [...rows];
  if (!is(node, 'PipeExpression')) throw new Error(`not learned: ${textOf(node)}`);
  const input = tabular(need(node, 'Expression'), rows, now);
  const operator = need(node, 'Operator');
  const value = (one: Syntax, row: Row) => scalar(one, row, now);
  if (is(operator, 'ExtendOperator', 'ProjectOperator')) {
    const made = elements(need(operator, 'Expressions')).map(named);
    return input.map((row) => {
      let next: Row = is(operator, 'ExtendOperator') ? row : {};
      for (const [name, one] of made) next = { ...next, [name]: value(one, { ...row, ...next }) };
      return next;
    });
  }
  if (is(operator, 'FilterOperator')) {
    const condition = need(operator, 'Condition');
    return input.filter((row) => value(condition, row) === true);
  }
  if (is(operator, 'MvExpandOperator')) {
    const made = elements(need(operator, 'Expressions')).map((one) =>
      named(need(one, 'Expression')),
    );
    const [[name, list], ...others] = made as [readonly [string, Syntax]];
    if (others.length > 0) throw new Error(`not learned: ${textOf(operator)}`);
    // An empty list leaves no row, null one.
    const values = (row: Row) => (value(list, row) ?? [null]) as Value[];
    return input.flatMap((row) => values(row).map((one) => ({ ...row, [name]: one })));
  }
  if (is(operator, 'SummarizeOperator')) return summarized(operator, input, now);
  if (is(operator, 'SortOperator')) return sorted(operator, input, now);
  if (is(operator, 'TopOperator')) {
    const most = Number(textOf(need(operator, 'Expression')));
    return sorted(operator, input, now).slice(0, most);
  }
  if (is(operator, 'RenderOperator')) return input;
  throw new Error(`not learned: ${textOf(operator)}`);
}

/** A column's name and what it is made of: `x = f(y)`, or `f(y)` under the name of what it wraps. */
function named(node: Syntax): readonly [string, Syntax] {
  if (is(node, 'SimpleNamedExpression')) {
    return [textOf(need(node, 'Name')), need(node, 'Expression')];
  }
  const inner = is(node, 'FunctionCallExpression') ? argumentsOf(node)[0] : undefined;
  return [textOf(inner ?? node).replace(/^.*\./, ''), node];
}

function summarized(operator: Syntax, input: readonly Row[], now: Date): Row[] {
  const aggregates = elements(need(operator, 'Aggregates')).map(named);
  const by = child(operator, 'ByClause');
  const keys = by ? elements(need(by, 'Expressions')).map(named) : [];
  const groups = new Map<string, { key: Row; rows: Row[] }>();
  for (const row of input) {
    const key = Object.fromEntries(keys.map(([name, one]) => [name, scalar(one, row, now)]));
    const text = JSON.stringify(key);
    const group = groups.get(text) ?? { key, rows: [] };
    group.rows.push(row);
    groups.set(text, group);
  }
  if (keys.length === 0 && groups.size === 0) groups.set('', { key: {}, rows: [] });
  return [...groups.values()].map(({ key, rows }) => ({
    ...key,
    ...Object.fromEntries(aggregates.map(([name, one]) => [name, aggregate(one, rows, now)])),
  }));
}

function aggregate(node: Syntax, rows: readonly Row[], now: Date): Value {
  const [what = '', ...rest] = [functionOf(node), ...argumentsOf(node)] as [string, ...Syntax[]];
  const values = rows.flatMap((row) => {
    const value = rest[0] ? scalar(rest[0], row, now) : 1;
    return value === null || value === undefined ? [] : [value];
  });
  const numbers = values.map(Number);
  const sum = () => numbers.reduce((one, other) => one + other, 0);
  const latest = () => values.toSorted((one, other) => (one as number) - (other as number));
  switch (what) {
    case 'count':
      return rows.length;
    case 'countif':
      return values.filter((value) => value === true).length;
    case 'sum':
      return sum();
    case 'max':
      return latest().at(-1) ?? null;
    case 'min':
      return latest()[0] ?? null;
    case 'dcount':
      return new Set(values.map(String)).size;
    case 'take_any':
      return values[0] ?? null;
    case 'percentile': {
      const share = Number(textOf(rest[1] as Syntax)) / 100;
      const ordered = numbers.toSorted((one, other) => one - other);
      return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? null;
    }
    default:
      throw new Error(`not learned: ${what}`);
  }
}

function sorted(operator: Syntax, input: readonly Row[], now: Date): Row[] {
  const list = child(operator, 'Expressions');
  const orders = list ? elements(list) : [need(operator, 'ByExpression')];
  const rules = orders.map((one) => {
    const isOrdered = is(one, 'OrderedExpression');
    const value = isOrdered ? need(one, 'Expression') : one;
    return { value, sign: isOrdered && /\basc\b/.test(textOf(one)) ? 1 : -1 };
  });
  return input.toSorted((one, other) => {
    for (const { value, sign } of rules) {
      const [a, b] = [scalar(value, one, now), scalar(value, other, now)] as [number, number];
      if (a !== b) return sign * (a < b ? -1 : 1);
    }
    return 0;
  });
}

const functionOf = (node: Syntax) => textOf(need(node, 'Name'));
const argumentsOf = (node: Syntax) => elements(need(need(node, 'ArgumentList'), 'Expressions'));

function scalar(node: Syntax, row: Row, now: Date): Value {
  const value = (name: string) => scalar(need(node, name), row, now);
  if (is(node, 'NameReference', 'NameDeclaration')) return row[textOf(node)];
  if (is(node, 'StringLiteralExpression')) return JSON.parse(textOf(node));
  if (is(node, 'LongLiteralExpression', 'IntLiteralExpression', 'RealLiteralExpression')) {
    return Number(textOf(node));
  }
  if (is(node, 'BooleanLiteralExpression')) return textOf(node) === 'true';
  if (is(node, 'TimespanLiteralExpression')) return spanOf(textOf(node));
  if (is(node, 'ParenthesizedExpression')) return value('Expression');
  if (is(node, 'PathExpression'))
    return Object(value('Expression'))[textOf(need(node, 'Selector'))];
  if (is(node, 'ElementExpression')) {
    const selector = need(need(node, 'Selector'), 'Expression');
    return Object(value('Expression'))[scalar(selector, row, now) as string];
  }
  if (is(node, 'AndExpression')) return value('Left') === true && value('Right') === true;
  if (is(node, 'OrExpression')) return value('Left') === true || value('Right') === true;
  if (is(node, 'InExpression', 'NotInExpression')) {
    const list = elements(need(need(node, 'Right'), 'Expressions'));
    const isIn = list.some((one) => scalar(one, row, now) === value('Left'));
    return isIn === is(node, 'InExpression');
  }
  if (is(node, 'FunctionCallExpression')) return called(node, row, now);
  const compare = comparisons[textOf(need(node, 'Operator'))];
  if (!compare) throw new Error(`not learned: ${textOf(node)}`);
  const [left, right] = [value('Left'), value('Right')];
  // What is null is neither more nor less than anything.
  if (left === null || left === undefined || right === null || right === undefined) return false;
  return compare(left, right);
}

const order = (left: Value, right: Value) => Math.sign(Number(left) - Number(right));
const comparisons: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => order(left, right) > 0,
  '>=': (left, right) => order(left, right) >= 0,
  '<': (left, right) => order(left, right) < 0,
  '<=': (left, right) => order(left, right) <= 0,
};

function called(node: Syntax, row: Row, now: Date): Value {
  const given = argumentsOf(node).map((one) => scalar(one, row, now));
  const [first, second] = given;
  switch (functionOf(node)) {
    case 'parse_json':
      try {
        return JSON.parse(String(first));
      } catch {
        // Not an object: it is the text itself.
        return first;
      }
    case 'tostring':
      return first === null || first === undefined ? '' : String(first);
    case 'toint':
    case 'todouble':
      return first === null || first === undefined || first === '' ? null : Number(first);
    case 'tobool':
      return typeof first === 'boolean'
        ? first
        : ({ true: true, false: false }[String(first)] ?? null);
    case 'isnotempty':
      return first !== null && first !== undefined && first !== '';
    case 'isempty':
      return first === null || first === undefined || first === '';
    case 'strcat':
      return given.join('');
    case 'pack_array':
      return given;
    case 'bag_keys':
      return first === null || first === undefined ? null : Object.keys(first);
    case 'set_difference':
      return [...new Set(first as Value[])].filter((one) => !(second as Value[]).includes(one));
    case 'strcat_array':
      return (first as Value[]).join(String(second));
    case 'bin':
      return Math.floor(Number(first) / Number(second)) * Number(second);
    case 'ago':
      return now.getTime() - Number(first);
    case 'now':
      return now.getTime();
    default:
      throw new Error(`not learned: ${functionOf(node)}`);
  }
}

const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 } as const;

/** A timespan in milliseconds. */
function spanOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)([dhms])$/.exec(text) ?? [];
  return Number(count) * units[unit as keyof typeof units];
}
