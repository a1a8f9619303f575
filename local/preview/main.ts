import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolder, whyNot } from '../../cli/files.ts';
import { commandOf, runProgram, UsageError } from '../../cli/program.ts';
import { type Choice, chosen, type PreviewOptions } from './options.ts';
import { compileTemplates } from './templates.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Chromium's own processes need room beside each window's. */
const windows = Math.min(8, Math.max(2, availableParallelism()));

const program = commandOf({
  script: 'preview',
  does:
    "Writes every kind of mail in every language to a folder, made by the app's own code: as pictures on a " +
    'phone and on a screen, light, dark and inverted, with a page to compare them. Pictures need Chromium.',
  example: '--languages en,de --kinds passkey-added',
})
  .option('--languages <tags>', 'only these, separated by commas')
  .option('--kinds <names>', 'only these, separated by commas')
  .option('--out <folder>', 'where to write', join('dist', 'preview'));

program.action(async (options: { languages?: string; kinds?: string; out: string }) => {
  compileTemplates();
  // What is imported here reads what was compiled just now.
  const { kinds, languages } = await import('./mails.ts');
  const choice: Choice = { kinds, languages };
  const wanted = chosen(options, choice);
  try {
    makeFolder(wanted.out);
  } catch (error) {
    throw new UsageError(`${wanted.out} can't be written: ${whyNot(error)}. Give another --out`);
  }
  await preview(wanted);
});

async function preview(options: PreviewOptions): Promise<void> {
  const { chromiumPath, hirePhotographer, openChromium } = await import('./photographer.ts');
  const { writePreview } = await import('./write.ts');
  const browser = await openChromium();
  if (!browser) {
    say(
      `There is no Chromium at ${chromiumPath()}, so the page shows frames in place of pictures: ` +
        'apt-get install chromium, or CHROMIUM=/path/to/it.',
    );
  }
  try {
    const hired = Array.from({ length: browser ? windows : 0 }, () => browser);
    const photographers = await Promise.all(
      hired.flatMap((one) => (one ? hirePhotographer(one) : [])),
    );
    const index = await writePreview(options, photographers, say);
    say(`Open ${pathToFileURL(resolve(index))}`);
  } finally {
    await browser?.close();
  }
}

/** What the disk or the browser fails with. */
const explain = (error: unknown) =>
  error instanceof UsageError || 'code' in Object(error) ? (error as Error).message : undefined;

await runProgram(program, { explain });
