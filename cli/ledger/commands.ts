import { parseArgs } from 'node:util';
import { UsageError } from '../command.ts';
import { operatorOptions, operatorUsage } from '../operator.ts';
import type { Given, LedgerCommand } from './command.ts';
import { explainAudit } from './explainAudit.ts';
import { list } from './list.ts';
import { nearest } from './nearest.ts';
import { purge } from './purge.ts';
import { requeue } from './requeue.ts';
import { show } from './show.ts';
import { status } from './status.ts';

const commands: Readonly<Record<string, LedgerCommand>> = {
  status,
  list,
  show,
  explain: explainAudit,
  requeue,
  purge,
};

const names = Object.keys(commands);
const isCommand = (name: string | undefined): name is string => names.includes(name ?? '');

const overall = `npm run ledger -- COMMAND [options]

What has been seen and said, for operators.

${names.map((name) => `  ${name.padEnd(9)}${commands[name]?.summary}`).join('\n')}

npm run ledger -- COMMAND --help says more of each. Every command takes:

${operatorUsage}

Exit codes: 0 all is well, 1 something is to be looked at or was not done, 2 it could not be done.`;

/** What `--help` says: of the command that is named, or of all. */
export function usageOf(argv: readonly string[]): string {
  const usage = commands[argv.find(isCommand) ?? '']?.usage;
  return usage ? `${usage}\n\nEvery command takes:\n\n${operatorUsage}` : overall;
}

/** Which command is asked for, with what it was given. Throws `UsageError`, and what `parseArgs` does. */
export function readCommandLine(argv: readonly string[]): {
  readonly command: LedgerCommand;
  readonly given: Given;
} {
  const [name, ...args] = argv;
  if (name === undefined) throw new UsageError(overall);
  const command = isCommand(name) ? commands[name] : undefined;
  if (!command) {
    const like = nearest(name, names);
    const fix = like
      ? `Did you mean ${like}?`
      : `Give one of ${names.join(', ')}, then its options`;
    throw new UsageError(`"${name}" is no command of the ledger. ${fix}`);
  }
  const options = { ...operatorOptions, ...command.options };
  const given = parseArgs({ args, options, allowPositionals: true, strict: true });
  return { command, given };
}
