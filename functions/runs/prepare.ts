import type { Config } from '../config/config.ts';
import { prepareStorage } from '../ledger/prepareStorage.ts';
import { consoleLog } from '../log.ts';
import { appCredentials } from '../rooms.ts';

/** Makes what is missing of storage, and says what is refused. Never throws. */
export const prepare = (config: Config): Promise<void> =>
  prepareStorage(config.storage, appCredentials(config).storage, consoleLog);
