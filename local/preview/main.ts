import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileTemplates } from './templates.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Chromium's own processes need room beside each window's. */
const windows = Math.min(8, Math.max(2, availableParallelism()));

async function run(): Promise<void> {
  compileTemplates();
  // What is imported here reads what was compiled just now.
  const { kinds, languages } = await import('./mails.ts');
  const { readOptions } = await import('./options.ts');
  const { chromiumPath, hirePhotographer, openChromium } = await import('./photographer.ts');
  const { writePreview } = await import('./write.ts');
  const root = join(import.meta.dirname, '..', '..');
  const out = join(root, 'dist', 'preview');
  const options = readOptions(process.argv.slice(2), { kinds, languages, out });
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

try {
  await run();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${reason.replace(/\.$/, '')}.\n`);
  process.exitCode = 1;
}
