import { RestError } from '@azure/data-tables';
import { storageCredential } from '../../functions/graph/credential.ts';
import { openLedger } from '../../functions/ledger/openLedger.ts';
import { openRooms } from '../../functions/rooms.ts';
import { runCommand, UsageError } from '../command.ts';
import { operatorCredential, operatorSettings } from '../operator.ts';
import { printable } from '../printable.ts';
import { readCommandLine, usageOf } from './commands.ts';

const argv = process.argv.slice(2);

await runCommand(usageOf(argv), async () => {
  const { command, given } = readCommandLine(argv);
  const signedIn = operatorCredential();
  const rooms = openRooms(operatorSettings(given.values), signedIn);
  const keyless = storageCredential(rooms.config, signedIn);
  // Looking into a ledger does not make one.
  const ledger = openLedger(rooms.config.storage, keyless, true);
  try {
    const { text, json, code } = await command.run(given, { ...rooms, ledger });
    const said = given.values['json'] ? JSON.stringify(json, null, 2) : printable(text);
    process.stdout.write(`${said}\n`);
    return code;
  } catch (error) {
    const missing = error instanceof RestError && error.code === 'TableNotFound';
    if (!missing) throw error;
    throw new UsageError('This storage account has no ledger: did the app ever run against it?');
  }
});
