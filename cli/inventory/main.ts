import { resolve } from 'node:path';
import { wait } from '../../functions/wait.ts';
import { compileTemplates } from '../../local/preview/templates.ts';
import { exitCodes, runCommand, UsageError } from '../command.ts';
import { folded } from '../folded.ts';
import { operatorCredential, operatorSettings } from '../operator.ts';
import { writePrivately } from '../writePrivately.ts';
import { type InventoryOptions, program } from './options.ts';

program.action(async ({ html, csv, passkeysCsv, json, withNames, ...given }: InventoryOptions) => {
  const now = () => new Date();
  if (given.lastUsed && given.details === 'none') {
    throw new UsageError(
      '--last-used needs --details passkeys or all: the report does not know it',
    );
  }
  const settings = await operatorSettings(given);
  compileTemplates();
  // What is imported here reads what was compiled just now.
  const { peopleCsv, passkeysCsv: linesOfPasskeys } = await import('./csv.ts');
  const { takeInventory } = await import('./inventory.ts');
  const { inventoryPage } = await import('./page.ts');
  const { listed, namedLines, printed } = await import('./printed.ts');
  const { openProgress } = await import('../progress.ts');
  const { totalsOf } = await import('./totals.ts');
  const { writeLines } = await import('../writeLines.ts');
  // Before the work: a path that can't be written is not found out after it.
  const files = [html, csv, passkeysCsv, given.resume].flatMap((file) => file && resolve(file));
  const twice = files.find((file, index) => file && files.indexOf(file) !== index);
  if (twice) throw new UsageError(`${twice} is given twice. Give each option a file of its own`);
  for (const [option, file] of [
    ['--html', html],
    ['--csv', csv],
    ['--passkeys-csv', passkeysCsv],
  ] as const) {
    if (file !== undefined) writePrivately(file, '', option);
  }
  const progress = openProgress(process.stderr, now);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const { user: users, group: groups, details, lastUsed = false, resume } = given;
  const wanted = { users, groups, details, lastUsed, resume };
  const inventory = await takeInventory(settings, wanted, {
    credential: operatorCredential(),
    now,
    wait,
    progress: progress.say,
    say,
  }).finally(progress.end);
  const totals = totalsOf(inventory);
  const { people } = inventory;
  process.stdout.write(
    json
      ? `${JSON.stringify(withNames ? { ...totals, list: listed(people) } : totals, null, 2)}\n`
      : `${folded([printed(totals), withNames ? namedLines(people) : ''].filter(Boolean).join('\n\n'))}\n`,
  );
  if (html !== undefined) writePrivately(html, inventoryPage(inventory, totals));
  if (csv !== undefined) writeLines(csv, peopleCsv(people));
  if (passkeysCsv !== undefined) writeLines(passkeysCsv, linesOfPasskeys(people));
  const written = [html, csv, passkeysCsv].filter((file) => file !== undefined);
  if (written.length > 0) {
    say(
      `Written, readable by you alone: ${written.join(', ')}. Personal data: delete it when you have read it.`,
    );
  }
  inventory.journal.remove();
  const isWell =
    people.every(({ concerns }) => concerns.length === 0) &&
    totals.people.unreadable + totals.looks.denied + totals.looks.failed === 0;
  process.exitCode = isWell ? exitCodes.well : exitCodes.found;
});

await runCommand(program);
