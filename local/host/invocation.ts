import { randomUUID } from 'node:crypto';
import { type CoreInvocation, type CoreRetryContext, type CoreValue, installCore } from './core.ts';
import { failureOf, fieldsOf, type Log, levelOf } from './logLine.ts';
import type { AppFunction } from './registration.ts';

/** What a trigger hands to its function. */
export interface Trigger {
  readonly data: CoreValue;
  readonly metadata?: Readonly<Record<string, CoreValue>>;
  /** where it is not the first try */
  readonly retry?: CoreRetryContext;
}

/**
 * Runs a function once, through the library as the real worker does, and tells whether it
 * succeeded. A failure is logged here; what it means is for the trigger to decide.
 */
export async function invoke(target: AppFunction, trigger: Trigger, log: Log): Promise<boolean> {
  const invocationId = randomUUID();
  const tagged: Log = (level, fields) =>
    log(level, { ...fields, function: target.name, invocationId });
  const invocation: CoreInvocation = {
    invocationId,
    request: {
      invocationId,
      functionId: target.name,
      inputData: [{ name: target.binding, data: trigger.data }],
      ...(trigger.metadata && { triggerMetadata: trigger.metadata }),
      ...(trigger.retry && { retryContext: trigger.retry }),
    },
    metadata: target.core.metadata,
    log: (level, _category, message) => tagged(levelOf(level), fieldsOf(message)),
  };
  try {
    const model = installCore().model?.getInvocationModel(invocation);
    if (!model) throw new Error('@azure/functions was loaded before the local host.');
    const { context, inputs } = await model.getArguments();
    invocation.state = 'invocation';
    const result = await model.invokeFunction(context, inputs, target.core.callback);
    delete invocation.state;
    await model.getResponse(context, result);
    return true;
  } catch (error) {
    tagged('error', { event: 'host.failed', ...failureOf(error) });
    return false;
  }
}

/** A time as the runtime writes it into JSON: whole seconds, and `+00:00` rather than `Z`. */
export function runtimeTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}+00:00`;
}
