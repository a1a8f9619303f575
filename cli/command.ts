import type { Command } from 'commander';
import { ConfigError } from '../functions/config/config.ts';
import { GraphFailure } from '../functions/graph/failure.ts';
import { UnreadableRow } from '../functions/ledger/entity.ts';
import { StorageFailure } from '../functions/ledger/store.ts';
import { storageRoles } from '../functions/storageRefusal.ts';
import { exitCodes, runProgram, UsageError } from './program.ts';

export { exitCodes, UsageError };

/** What keeps a command from its work, in words for whoever started it: what, and what helps. */
export class Impossible extends Error {
  override readonly name = 'Impossible';
}

/** Runs an operator's command: what storage, Graph and settings fail with is said with its fix. */
export const runCommand = (program: Command): Promise<void> =>
  runProgram(program, { explain: explained });

function explained(given: unknown): string | undefined {
  // Storage was not even asked where there was no token to ask with.
  const error = isSignedOut((given as Error).cause) ? (given as Error).cause : given;
  if (error instanceof Impossible) return error.message;
  if (error instanceof ConfigError) return `${error.message}\n${settingsHint}`;
  if (error instanceof StorageFailure) {
    const { says, fix } = storageProblem(error);
    return `Storage: ${says}. ${fix}`;
  }
  if (error instanceof UnreadableRow) {
    const { key } = error.row;
    return `The row ${key} of the ledger can't be read (${error.code}): another version wrote it, or other hands did. Use the version that the app runs`;
  }
  if (error instanceof GraphFailure) {
    return `${error.message}. ${graphFixes[error.kind] ?? 'Try again'}`;
  }
  if (isSignedOut(error)) {
    return `Nobody is signed in. Run "az login" (or "azd auth login") with access to the tenant`;
  }
  return undefined;
}

const isSignedOut = (error: unknown) =>
  error instanceof Error &&
  /^(CredentialUnavailable|AggregateAuthentication|Authentication)/.test(error.name);

/** Where settings come from, for those who have none. */
export const settingsHint =
  'Settings come from the environment, from --settings FILE, or with --local from the local tenant';

/** What is wrong with storage, and what to do. */
export function storageProblem(
  { status, code, message }: StorageFailure,
  roles: readonly string[] = [storageRoles.table, storageRoles.queue],
) {
  if (status === 403) {
    const fix = `Give yourself ${roles.join(' and ')} on the account, and mind its network rules`;
    return { says: `access is denied (${code ?? 403})`, fix };
  }
  if (status === undefined) {
    const fix = 'Is the account there, and its network open to you?';
    return { says: `can't be reached (${code ?? message})`, fix };
  }
  return { says: `${status} ${code ?? ''}`, fix: "Try again, or see the account's metrics" };
}

const graphFixes: Partial<Record<GraphFailure['kind'], string>> = {
  denied: 'Sign in as somebody who may read this (npm run doctor names what is missing)',
  throttled: 'Wait a minute and try again',
  token: 'Are you still signed in ("az login")?',
  unreachable: 'Is there a way to GRAPH_BASE_URL?',
};
