import type { HookName, Registrations } from './core.ts';
import { failureOf, type Log } from './logLine.ts';

/** What hooks share for as long as the app runs. */
const hookData = {};
const appHookData = {};

/**
 * Runs the app's hooks one after the other, as the worker does. One that throws at the start keeps the
 * app from starting; at the end there is nobody left to care.
 */
export async function runHooks(
  name: HookName,
  hooks: Registrations['hooks'],
  log: Log,
): Promise<void> {
  const context = {
    hookData,
    appHookData,
    ...(name === 'appStart' && { functionAppDirectory: process.cwd() }),
  };
  for (const hook of hooks.filter((one) => one.name === name)) {
    try {
      await hook.callback(context);
    } catch (error) {
      if (name === 'appStart') throw error;
      log('error', { event: 'host.hook', hook: name, ...failureOf(error) });
    }
  }
}
