import type { Command } from 'commander';
import type { Register } from '../../functions/coverage/register.ts';
import type { Rooms } from '../../functions/rooms.ts';
import type { About } from '../program.ts';

/** What a command was given, parsed: arguments by place, options by name. */
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
export interface LedgerCommand extends Omit<About, 'script'> {
  /** One line of the overall help. */
  readonly summary: string;
  /** Its arguments and options, beside those that every command takes. */
  define(command: Command): Command;
  run(given: Given, rooms: Rooms, register: Register): Promise<Report>;
}

/** An option that takes a text; undefined where it was not given. */
export const textOf = ({ values }: Given, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};
