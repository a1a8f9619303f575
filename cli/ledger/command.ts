import type { ParseArgsConfig } from 'node:util';
import type { Rooms } from '../../functions/rooms.ts';
import { UsageError } from '../command.ts';

/** What a command was given, parsed. */
export interface Given {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** What a command has to say: to people, to programs, and in its exit code. */
export interface Report {
  readonly text: string;
  readonly json: unknown;
  /** One of `exitCodes`. */
  readonly code: number;
}

/** One command of the ledger. */
export interface LedgerCommand {
  /** One line of the overall help. */
  readonly summary: string;
  /** Its own help, without the options that every command takes. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(given: Given, rooms: Rooms): Promise<Report>;
}

/** An option that takes a text; undefined where it was not given. */
export const textOf = ({ values }: Given, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

/** The one argument of a command. Throws `UsageError` where it is missing, or there are more. */
export function onlyArgument({ positionals }: Given, name: string, hint: string): string {
  const [first, ...more] = positionals;
  if (first === undefined) throw new UsageError(`${name} is missing. ${hint}`);
  if (more.length > 0)
    throw new UsageError(`${positionals.length} arguments, one ${name}. ${hint}`);
  return first;
}

/** Throws `UsageError` for arguments of a command that takes none. */
export function noArguments({ positionals }: Given): void {
  const [first] = positionals;
  if (first !== undefined) throw new UsageError(`"${first}" is one argument too many`);
}
