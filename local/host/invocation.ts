import { randomBytes, randomUUID } from 'node:crypto';
import {
  type CoreInvocation,
  type CoreRetryContext,
  type CoreTraceContext,
  type CoreValue,
  installCore,
} from './core.ts';
import { failureOf, fieldsOf, type Log, levelOf } from './logLine.ts';
import type { AppFunction } from './registration.ts';

/** What a trigger hands to its function. */
export interface Trigger {
  readonly data: CoreValue;
  readonly metadata?: Readonly<Record<string, CoreValue>>;
  /** where it is not the first try */
  readonly retry?: CoreRetryContext;
}

/** How an invocation ended. One that timed out is still running, and nobody waits for it. */
type Outcome = 'succeeded' | 'failed' | 'timed out';

/**
 * Runs a function once, through the library as the real worker does. A failure is logged here; what it
 * means is for the trigger to decide.
 */
export async function invoke(target: AppFunction, trigger: Trigger, log: Log): Promise<Outcome> {
  const invocationId = randomUUID();
  const tagged: Log = (level, fields) =>
    log(level, { ...fields, function: target.name, invocationId });
  const invocation: CoreInvocation = {
    invocationId,
    request: {
      invocationId,
      functionId: target.name,
      inputData: [{ name: target.binding, data: trigger.data }],
      traceContext: traceContext(invocationId),
      ...(trigger.metadata && { triggerMetadata: trigger.metadata }),
      ...(trigger.retry && { retryContext: trigger.retry }),
    },
    metadata: target.core.metadata,
    log: (level, _category, message) => tagged(levelOf(level), fieldsOf(message)),
  };
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<'timed out'>((resolve) => {
    // Node's timers reach no further than 24 days.
    if (target.timeout < 2_000_000) {
      clock = setTimeout(() => resolve('timed out'), target.timeout * 1000);
    }
  });
  const outcome = await Promise.race([run(target, invocation, tagged), late]);
  clearTimeout(clock);
  if (outcome === 'timed out') {
    tagged('error', { event: 'host.timedOut', seconds: target.timeout });
  }
  return outcome;
}

async function run(target: AppFunction, invocation: CoreInvocation, log: Log): Promise<Outcome> {
  try {
    const model = installCore().model?.getInvocationModel(invocation);
    if (!model) throw new Error('@azure/functions was loaded before the local host.');
    const { context, inputs } = await model.getArguments();
    invocation.state = 'invocation';
    const result = await model
      .invokeFunction(context, inputs, target.core.callback)
      .finally(() => delete invocation.state);
    await model.getResponse(context, result);
    return 'succeeded';
  } catch (error) {
    log('error', { event: 'host.failed', ...failureOf(error) });
    return 'failed';
  }
}

/** As W3C has it; the host starts a trace with each invocation. */
const traceContext = (invocationId: string): CoreTraceContext => ({
  traceParent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
  traceState: '',
  attributes: { HostInstanceId: hostInstanceId, InvocationId: invocationId },
});

const hostInstanceId = randomUUID();

/** A time as the runtime writes it into JSON: whole seconds, and `+00:00` rather than `Z`. */
export function runtimeTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}+00:00`;
}

/** The same, with what there is of a second. */
export function runtimeMoment(time: Date): string {
  return `${time
    .toISOString()
    .slice(0, 23)
    .replace(/\.000$|(?<=\.\d*)0+$/, '')}+00:00`;
}
