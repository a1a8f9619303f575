import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';

/** Exit codes: all is well, something was found, and the command could not do its work. */
export const exitCodes = { well: 0, found: 1, impossible: 2 } as const;

/** A command that was not given as it should be. The message says how it should. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
) as { version: string };

/** What a command says of itself. */
export interface About {
  /** The npm script, with its subcommand if it has one: `ledger list`. */
  readonly script: string;
  /** What it does, in whole sentences; an empty line begins a paragraph. */
  readonly does: string;
  /** Options of one useful call; absent where it has none that matters. */
  readonly example?: string;
  /** What the exit code 1 means; absent where there is none. */
  readonly found?: string;
  /** It runs until it is stopped: that is no failure. */
  readonly lasting?: boolean;
}

const stopped = '130  stopped by Ctrl-C';

/** A command of this project: its help, version, example and exit codes. Options are added to it. */
export function commandOf({ script, does, example, found, lasting }: About): Command {
  const [name = '', ...rest] = script.split(' ');
  const call = ['npm run', name, '--', ...rest].join(' ');
  const codes = lasting
    ? ['0  stopped by Ctrl-C', `1  ${found}`, '2  it could not be done']
    : ['  0  done', ...(found ? [`  1  ${found}`] : []), '  2  it could not be done', stopped];
  const useful = example ? `${call} ${example}` : `npm run ${name}`;
  const help = `\nExample:\n  ${useful}\n\nExit codes:\n  ${codes.join('\n  ')}`;
  return new Command(rest.at(-1) ?? call)
    .description(does.replace(/(?<!\n)\n(?!\n)/g, ' '))
    .version(`security-info-notifier ${version}`, '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', help)
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw Object.assign(error, { call });
    })
    .configureOutput({ writeErr: () => {} });
}

/** Parses an option's text as a whole number between two, both of them included. */
export const whole = (least: number, most: number) => (text: string) => {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}`);
};

/** Parses an option's text, which may not be empty: a variable of a script that was never set. */
export const filled = (what: string) => (text: string) => {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError(`It is empty. Give ${what}`);
};

/** What a command's own work needs beyond the usual. */
interface Running {
  /** Failures that the work may have, in words; undefined for others. */
  readonly explain?: (error: unknown) => string | undefined;
  /** It runs until it is stopped, and sees to it itself that nobody reads its output any more. */
  readonly lasting?: boolean;
}

/**
 * Runs a command line and ends the process with its exit code. What goes wrong becomes one message
 * with the fix, never a stack of calls, unless it is a defect.
 */
export async function runProgram(
  program: Command,
  { explain, lasting }: Running = {},
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  // Whoever reads the output may stop, as head does: there is nobody left to tell.
  if (!lasting)
    for (const one of [process.stdout, process.stderr]) one.on('error', () => process.exit());
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return flushed(exitCodes.well);
    process.stderr.write(`${said(error, program) ?? explain?.(error) ?? defect(error)}\n`);
    return flushed(exitCodes.impossible);
  }
  if (!lasting) return flushed(Number(process.exitCode ?? exitCodes.well));
}

/** All that was printed is written first: a pipe may be slow. */
const flushed = (code: number): Promise<never> =>
  new Promise<never>(() => process.stdout.write('', () => process.exit(code)));

function said(error: unknown, program: Command): string | undefined {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof CommanderError)) return undefined;
  // Help that was asked for by giving no command at all.
  if (error.code === 'commander.help') return program.helpInformation().trimEnd();
  const message = error.message.replace(/^error: /, '').replace(/\n\(?(.*?)\)?$/, '. $1');
  const { call = program.name() } = error as { call?: string };
  return `${message.replace(/[.?]?$/, (end) => end || '.')} See ${call} --help`;
}

const defect = (error: unknown) =>
  `This is a defect, please report it: ${(error as Error)?.stack ?? String(error)}`;
