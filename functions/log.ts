import type { InvocationContext } from '@azure/functions';
import { storageRefusal } from './storageRefusal.ts';

type Scalar = string | number | boolean | null | undefined;
type Fields = Readonly<Record<string, Scalar | Readonly<Record<string, number>>>>;

/** What is measured. Counts, unless the name ends in a unit. */
type Metric =
  | 'audit.lag_seconds'
  | 'audit.records'
  | 'audit.rows_per_minute'
  | 'changes.recognised'
  | 'changes.unknown'
  | 'coverage.gaps'
  | 'coverage.people'
  | 'changes.untold'
  | 'events.delay_seconds'
  | 'ledger.unreadable'
  | 'records.unparsable'
  | 'record.nobody'
  | 'property.unread'
  | 'mail.sent'
  | 'mail.undeliverable'
  | 'mail.failed'
  | 'mail.unknown'
  | 'mail.delay_seconds'
  | 'mail.overdue_seconds'
  | 'sender.paused';

/** Measurements that an event stands for. */
export type Metrics = { readonly [M in Metric]?: number };

/**
 * Writes one structured event: a stable name, ids to act on, and what it means in numbers. Never
 * names, addresses or IPs. Every event and metric is explained in `docs/events.md`.
 */
export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Fields,
  metrics?: Metrics,
) => void;

/** Logs events as JSON objects through the invocation, so that the host ties them to it. */
export const eventLog =
  (context: InvocationContext): Log =>
  (level, event, fields = {}, metrics) =>
    context[level](oneLine(JSON.stringify({ event, ...fields, metrics })));

/** JSON leaves the line ends of Unicode as they are; ids come from outside and may hold them. */
const oneLine = (json: string) =>
  json.replace(/[\u007f-\u009f\u2028\u2029]/g, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });

/**
 * Does a function's work. If it fails, one event says so with what is needed to act, before the
 * failure goes on to the host: `<name>.failed`, and whether another run may help. The host writes down
 * what it is thrown, so that holds codes and lines of code only: messages of libraries may hold addresses.
 */
export async function loudly(name: string, log: Log, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const fields = failureFields(error);
    log('error', `${name}.failed`, fields);
    throw new FunctionFailure(name, fields, error);
  }
}

class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';

  constructor(work: string, { error, kind, status, code }: Fields, cause: unknown) {
    const told = [error, kind, status, code].filter((one) => one !== undefined && one !== '');
    super(`${work} failed: ${told.join(' ')}`);
    const { message = '', stack = '' } = Object(cause) as Partial<Error>;
    const behind = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
    const frames = behind.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
    this.stack = [`${this.name}: ${this.message}`, ...frames].join('\n');
  }
}

/** Codes, never messages: those of libraries may hold addresses. */
function failureFields(error: unknown): Fields {
  const { name, kind, status, statusCode, code, retry } = Object(error) as Record<string, unknown>;
  // Codes of the web's own errors are numbers that say nothing: theirs is the name.
  const told = typeof code === 'string' ? code : undefined;
  const known = { error: name, kind, status: status ?? statusCode, code: told, retry };
  const scalars = Object.entries(known).filter(([, value]) =>
    /string|number|boolean/.test(typeof value),
  );
  return { ...Object.fromEntries(scalars), ...storageRefusal(error) } as Fields;
}

/**
 * Logs events where no function is being invoked: the host makes a trace of each line. What is written to stderr is
 * a warning to it where it holds the word warn, an error where it holds error or fail, else an information: so the
 * line names its level. Source: azure-functions-host, WorkerProcess.
 */
export const consoleLog: Log = (level, event, fields = {}, metrics) =>
  console[level](oneLine(JSON.stringify({ event, level, ...fields, metrics })));

/** The wall clock. Everything that needs the time gets one passed in. */
export type Clock = () => Date;

/** Waits without blocking, until `signal` is aborted at most; tests pass one that returns at once. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;
