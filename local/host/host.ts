import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEventHub, type EventHub, type RetryWait } from './eventHub.ts';
import { type LogLine, logTo } from './logLine.ts';
import { createQueue, type Queue } from './queue.ts';
import { type QueueSettings, readQueueSettings } from './queueSettings.ts';
import { type AppFunction, loadFunctions, type RegisteredFunction } from './registration.ts';
import { createTimer, type Timer } from './timer.ts';

export type { LogLevel, LogLine } from './logLine.ts';
export type { QueueSettings } from './queueSettings.ts';
export type { RegisteredFunction } from './registration.ts';

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
  /** differences from host.json */
  readonly queues?: Partial<QueueSettings>;
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
const longestStop = 8000;

/**
 * Runs the functions that the entries register with `@azure/functions`, as the Azure Functions
 * runtime would: the same arguments, the same retries and poison queues. The entries are imported
 * here, because registering is what a module does when it is first imported; a module that was
 * imported before can't be hosted.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const log = logTo(options.log);
  const settings = {
    ...readQueueSettings(options.hostJson ?? projectHostJson),
    ...options.queues,
  };
  const functions = await loadFunctions(options.entries);
  const timers = new Map<string, Timer>();
  const queues = new Map<string, Queue>();
  const hubs = new Map<string, EventHub>();
  for (const target of functions) {
    if (target.kind === 'timer') timers.set(target.name, createTimer(target, log));
    else if (target.kind === 'eventHub') {
      hubs.set(target.name, createEventHub(target, log, options.wait));
    } else queues.set(target.name, createQueue(target, requireStorage(options), settings, log));
  }

  if (options.mode === 'manual') {
    await Promise.all([...queues.values()].map((queue) => queue.create()));
  } else {
    for (const trigger of [...queues.values(), ...timers.values()]) trigger.start();
  }
  const described = functions.map(describe);
  log('info', { event: 'host.started', functions: described });

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    const waiting = new AbortController();
    const triggers = [...queues.values(), ...timers.values(), ...hubs.values()];
    const idle = Promise.all(triggers.map((trigger) => trigger.stop()));
    const late = sleep(longestStop, 'late', { signal: waiting.signal }).catch(() => undefined);
    const outcome = await Promise.race([idle, late]);
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
