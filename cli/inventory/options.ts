import { InvalidArgumentError, Option } from 'commander';
import { type SettingsSource, withSettings } from '../operator.ts';
import { commandOf, filled } from '../program.ts';
import type { Details } from './lookUp.ts';
import { isGroupId, isUser } from './whose.ts';

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

const listed =
  (is: (text: string) => boolean, what: string) => (text: string, before: readonly string[]) => {
    if (!is(text.trim())) throw new InvalidArgumentError(`Give ${what}`);
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
    .addOption(
      new Option(
        '--user <id>',
        'only this user, by object id or user principal name; more than once',
      )
        .argParser(listed(isUser, 'an object id, or a user principal name as adele@contoso.com'))
        .default([], 'everybody'),
    )
    .addOption(
      new Option('--group <id>', 'only members of this group, by its object id; more than once')
        .argParser(
          listed(isGroupId, 'the object id of the group, which the Entra admin center shows'),
        )
        .default([], 'everybody'),
    )
    .addOption(
      new Option('--details <which>', 'what to look up of each person')
        .choices(['none', 'passkeys', 'all'])
        .default('passkeys'),
    )
    .option('--last-used', "ask Graph's beta, which knows when some methods were last used")
    .option(
      '--resume <file>',
      'keep what was read in this file, and go on from it',
      filled('the file to write'),
    )
    .option('--html <file>', 'write one page. It holds personal data', filled('the file to write'))
    .option(
      '--csv <file>',
      'write a line for each person. It holds personal data',
      filled('the file to write'),
    )
    .option(
      '--passkeys-csv <file>',
      'write a line for each passkey. It holds personal data',
      filled('the file to write'),
    )
    .option('--with-names', 'name the people who are to be looked at; with --json everybody'),
);
