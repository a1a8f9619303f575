import { RestError } from '@azure/data-tables';
import { storageCredential } from '../../../functions/graph/credential.ts';
import { openLedger } from '../../../functions/ledger/openLedger.ts';
import { runCommand, UsageError } from '../command.ts';
import { openAsOperator, operatorCredential } from '../operator.ts';
import { readCommandLine, usageOf } from './commands.ts';

const argv = process.argv.slice(2);

await runCommand(usageOf(argv), async () => {
  const { command, given } = readCommandLine(argv);
  const rooms = openAsOperator(given.values);
  const { storage } = rooms.config;
  // Looking into a ledger does not make one.
  const ledger = openLedger(storage, storageCredential(rooms.config, operatorCredential()), true);
  try {
    const { text, json, code } = await command.run(given, { ...rooms, ledger });
    // Names of the log and the directory are anybody's: none may steer the terminal.
    const safe = text.replace(/(?!\n)\p{Cc}/gu, ' ');
    process.stdout.write(`${given.values['json'] ? JSON.stringify(json, null, 2) : safe}\n`);
    return code;
  } catch (error) {
    const missing = error instanceof RestError && error.code === 'TableNotFound';
    if (!missing) throw error;
    throw new UsageError('This storage account has no ledger: did the app ever run against it?');
  }
});
