import { RestError } from '@azure/data-tables';
import { ConfigError } from '../functions/config/config.ts';
import { GraphFailure } from '../functions/graph/failure.ts';

/** A command that was not given as it should be. The message says how it should. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What keeps a command from its work, in words for whoever started it: what, and what helps. */
export class Impossible extends Error {
  override readonly name = 'Impossible';
}

/** Exit codes: all is well, something was found, and the command could not do its work. */
export const exitCodes = { well: 0, found: 1, impossible: 2 } as const;

/**
 * Runs an operator's command and ends the process with its exit code. What goes wrong becomes one
 * message with the fix, never a stack of calls, unless it is a defect.
 */
export async function runCommand(usage: string, work: () => Promise<number>): Promise<never> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(exitCodes.well);
  }
  try {
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`${explained(error, usage)}\n`);
    process.exitCode = exitCodes.impossible;
  }
  // All that was printed is written first: a pipe may be slow.
  return new Promise<never>(() => process.stdout.write('', () => process.exit()));
}

function explained(error: unknown, usage: string): string {
  if (error instanceof UsageError || error instanceof Impossible) return error.message;
  if (error instanceof ConfigError) return `${error.message}\n${settingsHint}`;
  const { code, message, stack } = error as Error & { code?: string };
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message}\n\n${usage}`;
  if (error instanceof RestError) {
    const { says, fix } = storageProblem(error);
    return `Storage: ${says}. ${fix}`;
  }
  if (error instanceof GraphFailure) return `${message}. ${graphFix(error)}`;
  if (
    /^(CredentialUnavailable|AggregateAuthentication|Authentication)/.test((error as Error).name)
  ) {
    return `Nobody is signed in. Run "az login" (or "azd auth login") with access to the tenant`;
  }
  return `This is a defect, please report it: ${stack ?? String(error)}`;
}

/** Where settings come from, for those who have none. */
export const settingsHint =
  'Settings come from the environment, from --settings FILE, or with --local from the local tenant';

/** What is wrong with storage, and what to do. */
export function storageProblem({ statusCode, code, message }: RestError) {
  if (statusCode === 403) {
    const roles = 'Storage Table Data Contributor and Storage Queue Data Contributor';
    const fix = `Give yourself ${roles} on the account, and mind its network rules`;
    return { says: `access is denied (${code ?? 403})`, fix };
  }
  if (statusCode === undefined) {
    const fix = 'Is the account there, and its network open to you?';
    return { says: `can't be reached (${code ?? message})`, fix };
  }
  return { says: `${statusCode} ${code ?? ''}`, fix: "Try again, or see the account's metrics" };
}

const graphFix = ({ kind }: GraphFailure): string =>
  kind === 'denied'
    ? 'Sign in as somebody who may read this (npm run doctor names what is missing)'
    : kind === 'throttled'
      ? 'Wait a minute and try again'
      : kind === 'unreachable'
        ? 'Is there a way to GRAPH_BASE_URL, and are you signed in ("az login")?'
        : 'Try again';
