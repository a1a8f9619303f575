import { app } from '@azure/functions';
import type { ConfigError } from './config/config.ts';
import { prepareStorage } from './ledger/prepareStorage.ts';
import { consoleLog } from './log.ts';
import { appCredentials, checkedConfig } from './rooms.ts';

/** The first function does not wait longer for storage than this, in ms. */
const longestMs = 10_000;

/** What is done once, before the host calls or listens for anything. */
async function prepare(): Promise<void> {
  const config = checkedConfig();
  const { storage } = appCredentials(config);
  const prepared = prepareStorage(config.storage, storage, consoleLog);
  const late = new Promise<void>((resolve) => setTimeout(resolve, longestMs).unref());
  await Promise.race([prepared, late]);
}

app.hook.appStart(prepare);

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

try {
  checkedConfig();
} catch (error) {
  failLoudly(error as ConfigError);
}
