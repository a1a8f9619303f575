import { setTimeout as pause } from 'node:timers/promises';
import { app } from '@azure/functions';
import { checkedConfig } from './checkedConfig.ts';
import type { Config, ConfigError } from './config/config.ts';

/** Parsed once, for what the functions are registered with. */
export const config: Config = read();

/** The first call is answered by then, and waits for nothing that it does not need itself. In ms. */
const patienceMs = 1_000;

/** The host gives a process that is to go five seconds, in ms; a second of them is its own. */
const farewellMs = 4_000;

let prepared: Promise<void> | undefined;
const prepare = (): Promise<void> => {
  prepared ??= import('./runs/prepare.ts').then(({ prepare }) => prepare(config));
  return prepared;
};

app.hook.appStart(() => {
  setTimeout(prepare, patienceMs).unref();
});
// A host whose storage refuses it ends sooner: its processes say what it lacks before they go.
app.hook.appTerminate(() => Promise.race([prepare(), pause(farewellMs)]));

function read(): Config {
  try {
    return checkedConfig();
  } catch (error) {
    return failLoudly(error as ConfigError);
  }
}

/**
 * Registers one function, and fails then. An app that throws before its first registration is a success
 * for the worker, with no functions and no word of why; after it, the host gets the whole message
 * (azure-functions-nodejs-worker 3.9.1, measured).
 */
function failLoudly(error: ConfigError): never {
  const handler = () => {
    throw error;
  };
  app.timer('pollAuditLog', { schedule: '0 * * * * *', handler });
  throw error;
}
