import { pathToFileURL } from 'node:url';
import {
  type Core,
  type CoreBinding,
  type CoreFunction,
  type CoreRetry,
  installCore,
  type Registrations,
} from './core.ts';

/** A function that one of the app's modules registered, as callers see it. */
export type RegisteredFunction =
  | { readonly name: string; readonly kind: 'timer'; readonly schedule: string }
  | { readonly name: string; readonly kind: 'queue'; readonly queueName: string }
  | { readonly name: string; readonly kind: 'eventHub'; readonly eventHubName: string };

interface Loaded {
  readonly core: CoreFunction;
  /** the hashed name under which the function's argument travels */
  readonly binding: string;
  /** the longest that it may run, in seconds */
  readonly timeout: number;
}

/** A timer function, with its settings filled in. */
export type TimerFunction = Extract<RegisteredFunction, { kind: 'timer' }> &
  Loaded & { readonly runOnStartup: boolean; readonly useMonitor: boolean };

/** A queue function, with its settings filled in. */
export type QueueFunction = Extract<RegisteredFunction, { kind: 'queue' }> & Loaded;

/** An event hub function, and how often and after how many seconds a failed batch is tried again. */
export type EventHubFunction = Extract<RegisteredFunction, { kind: 'eventHub' }> &
  Loaded & { readonly retries: number; readonly retrySeconds: number };

/** A function ready to be invoked. */
export type AppFunction = TimerFunction | QueueFunction | EventHubFunction;

/** What the entries registered. */
interface App {
  readonly functions: readonly AppFunction[];
  readonly hooks: Registrations['hooks'];
}

/** Imports the entries and reads what they registered. `timeout` is host.json's, in seconds. */
export async function loadApp(entries: readonly string[], timeout: number): Promise<App> {
  const core = installCore();
  const functions = new Map<string, AppFunction>();
  const hooks: Registrations['hooks'] = [];
  for (const entry of entries) {
    const registered = await importEntry(core, entry);
    hooks.push(...registered.hooks);
    for (const one of registered.functions) {
      const { name } = one.metadata;
      if (functions.has(name)) {
        throw new Error(`Two functions are registered under the name "${name}".`);
      }
      functions.set(name, { ...readRegistration(one), timeout });
    }
  }
  return { functions: [...functions.values()], hooks };
}

async function importEntry(core: Core, entry: string): Promise<Registrations> {
  const registering: Registrations = { functions: [], hooks: [] };
  core.registering = registering;
  try {
    await import(/* @vite-ignore */ pathToFileURL(entry).href);
  } finally {
    delete core.registering;
  }
  if (registering.functions.length > 0) core.entries.set(entry, registering);
  const registered = core.entries.get(entry);
  if (!registered) {
    throw new Error(`${entry} registered no function, or was imported before the host started.`);
  }
  return registered;
}

type Distribute<T> = T extends unknown ? Omit<T, 'timeout'> : never;

function readRegistration(core: CoreFunction): Distribute<AppFunction> {
  const { name } = core.metadata;
  const bindings = Object.entries(core.metadata.bindings);
  const [first] = bindings;
  if (!first || bindings.length > 1) {
    throw new Error(
      `Function "${name}" has ${bindings.length} bindings; the local host knows one, the trigger.`,
    );
  }
  const [binding, trigger] = first;
  const { retryOptions } = core.metadata;
  if (retryOptions && trigger.type !== 'eventHubTrigger') {
    throw new Error(`Function "${name}" has a retry policy, which the local host doesn't follow.`);
  }
  switch (trigger.type) {
    case 'timerTrigger':
      return {
        name,
        kind: 'timer',
        schedule: fillIn(name, 'schedule', trigger.schedule),
        runOnStartup: trigger.runOnStartup === true,
        useMonitor: trigger.useMonitor !== false,
        core,
        binding,
      };
    case 'queueTrigger':
      requireHostStorage(name, trigger);
      return {
        name,
        kind: 'queue',
        queueName: fillIn(name, 'queue name', trigger.queueName),
        core,
        binding,
      };
    case 'eventHubTrigger':
      if (trigger.cardinality !== 'many') {
        throw new Error(`Function "${name}" takes single events; the local host sends batches.`);
      }
      return {
        name,
        kind: 'eventHub',
        eventHubName: fillIn(name, 'event hub', trigger.eventHubName),
        ...readRetry(name, retryOptions),
        core,
        binding,
      };
    default:
      throw new Error(
        `Function "${name}" has a ${trigger.type}; the local host knows timers, queues and event hubs.`,
      );
  }
}

function readRetry(name: string, policy: CoreRetry | undefined) {
  if (!policy) return { retries: 0, retrySeconds: 0 };
  const { retryStrategy, maxRetryCount, delayInterval } = policy;
  if (retryStrategy !== 'fixedDelay' || maxRetryCount < 0 || !delayInterval) {
    throw new Error(`Function "${name}" has a retry policy other than a bounded fixedDelay.`);
  }
  return { retries: maxRetryCount, retrySeconds: delayInterval.seconds };
}

/** Schedules and queue names arrive as written, with `%SETTING%` in them. */
function fillIn(name: string, what: string, text: string | undefined): string {
  if (!text) throw new Error(`Function "${name}" has no ${what}.`);
  return text.replaceAll(/%([^%]+)%/g, (_, setting: string) => {
    const value = process.env[setting];
    if (!value) {
      throw new Error(
        `Function "${name}" takes its ${what} from the setting ${setting}, which is missing.`,
      );
    }
    return value;
  });
}

function requireHostStorage(name: string, { connection }: CoreBinding): void {
  if (connection && connection !== 'AzureWebJobsStorage') {
    throw new Error(
      `Function "${name}" reads its queue through ${connection}; ` +
        'the local host knows AzureWebJobsStorage only.',
    );
  }
}
