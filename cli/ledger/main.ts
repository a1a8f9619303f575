import { openRegister } from '../../functions/coverage/register.ts';
import { credentialsOf } from '../../functions/graph/credential.ts';
import { StorageFailure } from '../../functions/ledger/store.ts';
import { openLedger } from '../../functions/ledger/tableStore.ts';
import { consoleLog } from '../../functions/log.ts';
import { openRooms } from '../../functions/rooms.ts';
import { compileTemplates } from '../../local/preview/templates.ts';
import { runCommand, UsageError } from '../command.ts';
import { folded } from '../folded.ts';
import { operatorCredential, operatorSettings } from '../operator.ts';
import { printable } from '../printable.ts';
import { openProgress } from '../progress.ts';

compileTemplates();
// What is imported here reads what was compiled just now.
const { ledgerProgram } = await import('./commands.ts');

const program = ledgerProgram(async (command, given) => {
  const signedIn = operatorCredential();
  const rooms = openRooms(await operatorSettings(given.values), signedIn);
  // Looking into a ledger does not make one.
  const { storage } = credentialsOf(rooms.config, { ...rooms, log: consoleLog }, signedIn);
  const ledger = openLedger(rooms.config.storage, storage, true);
  const register = openRegister(rooms.config.storage, storage, true);
  const progress = openProgress(process.stderr);
  progress.say('Looking through the ledger');
  try {
    const { text, json, code } = await command
      .run(given, { ...rooms, ledger }, register)
      .finally(progress.end);
    const said = given.values['json'] ? JSON.stringify(json, null, 2) : folded(printable(text));
    process.stdout.write(`${said}\n`);
    process.exitCode = code;
  } catch (error) {
    const missing = error instanceof StorageFailure && error.code === 'TableNotFound';
    if (!missing) throw error;
    throw new UsageError('This storage account has no ledger: did the app ever run against it?');
  }
});

await runCommand(program);
