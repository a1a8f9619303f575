import Module from 'node:module';

/** What `@azure/functions` registers for one function. */
export interface CoreFunction {
  readonly metadata: {
    readonly name: string;
    readonly bindings: Readonly<Record<string, CoreBinding>>;
    readonly retryOptions?: CoreRetry | undefined;
  };
  readonly callback: (...args: unknown[]) => unknown;
}

/** A retry policy; the library gives times in whole seconds. */
export interface CoreRetry {
  readonly retryStrategy: string;
  readonly maxRetryCount: number;
  readonly delayInterval?: { readonly seconds: number };
}

/** A trigger's registration; its name in `bindings` is a hash of it. */
export interface CoreBinding {
  readonly type: string;
  readonly schedule?: string;
  readonly runOnStartup?: boolean;
  readonly useMonitor?: boolean;
  readonly queueName?: string;
  readonly connection?: string;
  readonly eventHubName?: string;
  readonly cardinality?: string;
}

/** A value on its way from the host to the function. */
export type CoreValue =
  | { readonly string: string }
  | { readonly json: string }
  | { readonly collectionString: { readonly string: readonly string[] } }
  | { readonly collectionSint64: { readonly sint64: readonly Long[] } };

/** A 64-bit integer as the worker's protobuf library has it. */
export interface Long {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** Which try of a batch it is, counted from 0. */
export interface CoreRetryContext {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  /** what ended the try before, of which the host tells next to nothing */
  readonly exception?: {
    readonly message: string;
    readonly source: string;
    readonly stackTrace: string;
  };
}

/** Where an invocation belongs in a trace. */
export interface CoreTraceContext {
  readonly traceParent: string;
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the app wants to do when it starts and when its process is told to go. */
type CoreHook = (context: CoreHookContext) => unknown;

interface CoreHookContext {
  readonly hookData: Record<string, unknown>;
  readonly appHookData: Record<string, unknown>;
  readonly functionAppDirectory?: string;
}

export type HookName = 'appStart' | 'appTerminate';

/** What one entry registered. */
export interface Registrations {
  readonly functions: CoreFunction[];
  readonly hooks: { readonly name: HookName; readonly callback: CoreHook }[];
}

/** Everything the library asks about one invocation. */
export interface CoreInvocation {
  readonly invocationId: string;
  readonly request: {
    readonly invocationId: string;
    readonly functionId: string;
    readonly inputData: readonly { readonly name: string; readonly data: CoreValue }[];
    readonly traceContext: CoreTraceContext;
    readonly triggerMetadata?: Readonly<Record<string, CoreValue>>;
    readonly retryContext?: CoreRetryContext;
  };
  readonly metadata: CoreFunction['metadata'];
  state?: 'invocation';
  log(level: string, category: string, message: string): void;
}

/** The library's side: it turns an invocation into arguments, and calls the function. */
interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(invocation: CoreInvocation): {
    getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
    invokeFunction(
      context: unknown,
      inputs: unknown[],
      callback: CoreFunction['callback'],
    ): Promise<unknown>;
    getResponse(context: unknown, result: unknown): Promise<unknown>;
  };
}

/** What the stand-in for the Functions worker remembers. */
export interface Core {
  model?: ProgrammingModel;
  /** where registrations go while an entry is being imported */
  registering?: Registrations;
  /** a module runs once a process, so what it registered is kept for the next host */
  readonly entries: Map<string, Registrations>;
}

const name = '@azure/functions-core';
const apiKey = Symbol.for('security-info-notifier:functions-core');

interface CoreApi {
  readonly core: Core;
}

/**
 * Gives `@azure/functions` the module that only the real Functions worker has. The library asks
 * for it once and keeps the answer, so there is one for the process, whatever test runner
 * reloads the modules here.
 */
export function installCore(): Core {
  const shared = globalThis as { [apiKey]?: CoreApi };
  if (shared[apiKey] === undefined) {
    shared[apiKey] = createApi({ entries: new Map() });
    intercept(shared[apiKey]);
  }
  return shared[apiKey].core;
}

/** As the worker does it (azure-functions-nodejs-worker, setupCoreModule.ts): other imports cost nothing by it. */
function intercept(api: CoreApi): void {
  const { prototype } = Module;
  prototype.require = new Proxy(prototype.require, {
    apply: (target, module, given: Parameters<typeof prototype.require>) =>
      given[0] === name ? api : Reflect.apply(target, module, given),
  });
}

function createApi(core: Core) {
  return {
    core,
    version: '3.0.0',
    hostVersion: '4.0.0',
    setProgrammingModel(model: ProgrammingModel) {
      core.model = model;
    },
    getProgrammingModel: () => core.model,
    registerFunction(metadata: CoreFunction['metadata'], callback: CoreFunction['callback']) {
      if (!core.registering) {
        throw new Error(`The function "${metadata.name}" was registered after the host's start.`);
      }
      core.registering.functions.push({ metadata, callback });
      return { dispose() {} };
    },
    registerHook(name: string, callback: CoreHook) {
      if (name !== 'appStart' && name !== 'appTerminate') {
        throw new Error(`The local host has no hook "${name}".`);
      }
      if (!core.registering) throw new Error(`A hook "${name}" came after the host's start.`);
      core.registering.hooks.push({ name, callback });
      return { dispose() {} };
    },
    log() {},
  };
}
