import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEventHub, type EventHub, type RetryWait } from './eventHub.ts';
import { runHooks } from './hooks.ts';
import {
  type QueueSettings,
  readEventBatchSize,
  readFunctionTimeout,
  readQueueSettings,
} from './hostJson.ts';
import { failureOf, type LogLine, logTo } from './logLine.ts';
import { createQueue, type Queue } from './queue.ts';
import { type AppFunction, loadApp, type RegisteredFunction } from './registration.ts';
import { comfortable, type HostRules } from './rules.ts';
import { createTimer, type Timer } from './timer.ts';
import { type TimerStore, timersInBlobs, timersInMemory } from './timerStore.ts';

export type { LogLine } from './logLine.ts';

/** What a host runs, and where. */
export interface HostOptions {
  /** the modules that register the functions, as absolute paths */
  readonly entries: readonly string[];
  /** connection string of the storage account that has the queues */
  readonly storage: string;
  /** called once a line */
  readonly log: (line: LogLine) => void;
  /** `run`: timers tick and queues are polled. `manual`: nothing happens by itself */
  readonly mode?: 'run' | 'manual';
  /** the clocks and rules that it goes by; comfortable ones, unless told otherwise */
  readonly rules?: HostRules;
  /** called once, when the host can't go on: the process is to end, with what it has in hand */
  readonly onEnd?: (reason: Error) => void;
  /** differences from host.json */
  readonly queues?: Partial<QueueSettings>;
  /** the longest that a function may run, in seconds, in the place of host.json's */
  readonly timeout?: number;
  /** where timers are remembered, in the place of the storage account */
  readonly timers?: TimerStore;
  /** path of another host.json than the project's */
  readonly hostJson?: string;
  /** how the time before a failed batch of events is tried again passes */
  readonly wait?: RetryWait;
}

/** The app's functions at work. */
export interface Host {
  readonly functions: readonly RegisteredFunction[];
  /** Runs a timer function now, or joins its run under way. Its failure is in the log only. */
  runTimer(name: string): Promise<void>;
  /** Handles a queue function's messages until none is visible; tells how many invocations. */
  drainQueue(name: string): Promise<number>;
  /** Gives an event hub function a batch, as one reads it; false when it failed for good. */
  sendEvents(name: string, events: readonly unknown[]): Promise<boolean>;
  /** Takes no more work and waits for what is under way, for a bounded time. */
  stop(): Promise<void>;
}

const projectHostJson = join(import.meta.dirname, '..', '..', 'host.json');

/**
 * Runs the functions that the entries register with `@azure/functions`, as the Azure Functions
 * runtime would: the same arguments, the same retries and poison queues. The entries are imported
 * here, because registering is what a module does when it is first imported; a module that was
 * imported before can't be hosted.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const log = logTo(options.log);
  const { storage, rules = comfortable, hostJson = projectHostJson } = options;
  const settings = { ...readQueueSettings(hostJson), ...options.queues };
  const timeout = options.timeout ?? readFunctionTimeout(hostJson);
  const { functions, hooks } = await loadApp(options.entries, timeout);
  const store = options.timers ?? (storage ? timersInBlobs(storage) : timersInMemory());
  const timers = new Map<string, Timer>();
  const queues = new Map<string, Queue>();
  const hubs = new Map<string, EventHub>();
  let ended = false;

  function ends(reason: Error): void {
    if (ended) return;
    ended = true;
    log('error', { event: 'host.failed', ...failureOf(reason) });
    // Nobody waits for what is under way: the process is about to be gone.
    for (const trigger of triggers()) void trigger.stop();
    options.onEnd?.(reason);
  }

  const common = { rules, log, ends };
  for (const target of functions) {
    const { name } = target;
    if (target.kind === 'timer') timers.set(name, createTimer(target, { ...common, store }));
    else if (target.kind === 'eventHub') {
      const most = readEventBatchSize(hostJson);
      hubs.set(name, createEventHub(target, { log, ends, most, wait: options.wait }));
    } else {
      const storage = requireStorage(options);
      queues.set(name, createQueue(target, { ...common, storage, settings }));
    }
  }
  const triggers = () => [...queues.values(), ...timers.values(), ...hubs.values()];

  const described = functions.map(describe);
  await runHooks('appStart', hooks, log);
  if (options.mode === 'manual') {
    await Promise.all([...queues.values()].map((queue) => queue.create()));
  } else {
    for (const trigger of [...queues.values(), ...timers.values()]) trigger.start();
  }
  log('info', { event: 'host.started', functions: described });

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    const waiting = new AbortController();
    const idle = Promise.all(triggers().map((trigger) => trigger.stop()));
    const outcome = await Promise.race([idle, patience(rules, waiting.signal)]);
    await runHooks('appTerminate', hooks, log);
    waiting.abort();
    log('info', { event: 'host.stopped', ...(outcome === 'late' && { unfinished: true }) });
  }

  return {
    functions: described,
    runTimer: (name) => find(timers, 'timer', name).run(),
    drainQueue: (name) => find(queues, 'queue', name).drain(),
    sendEvents: async (name, events) => find(hubs, 'event hub', name).send(events),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Resolves when a host that is told to stop waits no longer. */
async function patience({ patienceAtStop }: HostRules, signal: AbortSignal) {
  if (patienceAtStop === Number.POSITIVE_INFINITY) return new Promise<'late'>(() => {});
  return sleep(patienceAtStop * 1000, 'late' as const, { signal }).catch(() => undefined);
}

function describe(target: AppFunction): RegisteredFunction {
  const { name } = target;
  switch (target.kind) {
    case 'timer':
      return { name, kind: target.kind, schedule: target.schedule };
    case 'queue':
      return { name, kind: target.kind, queueName: target.queueName };
    case 'eventHub':
      return { name, kind: target.kind, eventHubName: target.eventHubName };
  }
}

function requireStorage({ storage }: HostOptions): string {
  if (!storage) throw new Error('AzureWebJobsStorage is missing: a connection string is needed.');
  return storage;
}

function find<T>(items: ReadonlyMap<string, T>, kind: string, name: string): T {
  const item = items.get(name);
  if (!item) throw new Error(`There is no ${kind} function "${name}".`);
  return item;
}
