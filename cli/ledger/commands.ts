import type { Command } from 'commander';
import { withSettings } from '../operator.ts';
import { commandOf } from '../program.ts';
import type { Given, LedgerCommand } from './command.ts';
import { explainAudit } from './explainAudit.ts';
import { gaps } from './gaps.ts';
import { list } from './list.ts';
import { purge } from './purge.ts';
import { requeue } from './requeue.ts';
import { show } from './show.ts';
import { status } from './status.ts';

export const commands: Readonly<Record<string, LedgerCommand>> = {
  status,
  list,
  show,
  explain: explainAudit,
  gaps,
  requeue,
  purge,
};

/** The command line of `npm run ledger`. `work` is called with the command that is asked for. */
export function ledgerProgram(
  work: (command: LedgerCommand, given: Given) => Promise<void>,
): Command {
  const program = commandOf({
    script: 'ledger',
    does: 'What has been seen and said, for operators.',
    example: 'list --state failed',
    found: 'something is to be looked at, or was not done',
  }).helpCommand('help [command]', 'print the help of a command');
  for (const [name, command] of Object.entries(commands)) {
    const sub = command.define(withSettings(commandOf({ script: `ledger ${name}`, ...command })));
    sub.summary(command.summary).action(async (...given: unknown[]) => {
      await work(command, { values: sub.opts(), positionals: given.slice(0, -2) as string[] });
    });
    program.addCommand(sub);
  }
  return program;
}
