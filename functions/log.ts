import type { InvocationContext } from '@azure/functions';

type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * Writes one structured event: a stable name and ids to act on. Never names, addresses or IPs.
 */
export type Log = (level: 'info' | 'warn' | 'error', event: string, fields?: Fields) => void;

/** Logs events as JSON objects through the invocation, so that the host ties them to it. */
export const eventLog =
  (context: InvocationContext): Log =>
  (level, event, fields = {}) =>
    context[level](JSON.stringify({ event, ...fields }));

/** The wall clock. Everything that needs the time gets one passed in. */
export type Clock = () => Date;

/** Waits without blocking; tests pass one that returns at once. */
export type Wait = (milliseconds: number) => Promise<void>;
