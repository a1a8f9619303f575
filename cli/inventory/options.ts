import { InvalidArgumentError, Option } from 'commander';
import { type SettingsSource, withSettings } from '../operator.ts';
import { commandOf } from '../program.ts';
import type { Details } from './lookUp.ts';

/** Whose methods, in which detail, and how it is told. */
export interface InventoryOptions extends SettingsSource {
  readonly user: readonly string[];
  readonly group: readonly string[];
  readonly details: Details;
  readonly lastUsed?: boolean;
  readonly resume?: string;
  readonly html?: string;
  readonly csv?: string;
  readonly passkeysCsv?: string;
  readonly json?: boolean;
  readonly withNames?: boolean;
}

const notEmpty = (text: string) => {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty. Give the file to write');
};
const listed = (text: string, before: readonly string[]) => {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty');
  return [...before, text.trim()];
};

/** The command line of `npm run inventory`. */
export const program = withSettings(
  commandOf({
    script: 'inventory',
    does:
      "Reads who can sign in with what: Microsoft's report on everybody (999 people a request), and each " +
      'passkey of those who have any (a request each). 5 requests in 10 seconds is what Graph allows. Only reads.',
    example: '--html dist/inventory.html --csv dist/people.csv',
    found: 'somebody, or something that could not be read, deserves a look',
  })
    .option(
      '--user <id>',
      'only this user, by object id or user principal name; more than once',
      listed,
      [],
    )
    .option(
      '--group <id>',
      'only members of this group, by its object id; more than once',
      listed,
      [],
    )
    .addOption(
      new Option('--details <which>', 'what to look up of each person')
        .choices(['none', 'passkeys', 'all'])
        .default('passkeys'),
    )
    .option('--last-used', "ask Graph's beta, which knows when some methods were last used")
    .option('--resume <file>', 'keep what was read in this file, and go on from it', notEmpty)
    .option('--html <file>', 'write one page. It holds personal data', notEmpty)
    .option('--csv <file>', 'write a line for each person. It holds personal data', notEmpty)
    .option(
      '--passkeys-csv <file>',
      'write a line for each passkey. It holds personal data',
      notEmpty,
    )
    .option('--with-names', 'name the people who are to be looked at; with --json everybody'),
);
