import { app } from '@azure/functions';
import { readConfig } from './config/config.ts';
import { storageCredential } from './graph/credential.ts';
import { prepareStorage } from './ledger/prepareStorage.ts';
import { consoleLog } from './log.ts';

/** The first function does not wait longer for storage than this, in ms. */
const longestMs = 10_000;

/** What is done once, before the host calls or listens for anything. */
export async function prepare(): Promise<void> {
  const config = readConfig(process.env);
  const prepared = prepareStorage(config.storage, storageCredential(config), consoleLog);
  const late = new Promise<void>((resolve) => setTimeout(resolve, longestMs).unref());
  await Promise.race([prepared, late]);
}

app.hook.appStart(prepare);
