import { compileTemplates } from '../../local/preview/templates.ts';
import { exitCodes, runCommand } from '../command.ts';
import { folded } from '../folded.ts';
import { operatorCredential, operatorSettings } from '../operator.ts';
import { writePrivately } from '../writePrivately.ts';
import { program, type RehearseOptions, readSince } from './options.ts';

program.action(async ({ html, json, withNames, wave, ...source }: RehearseOptions) => {
  const now = () => new Date();
  const since = readSince(source.since, now());
  const settings = await operatorSettings(source);
  compileTemplates();
  // What is imported here reads what was compiled just now.
  const { listed } = await import('./listed.ts');
  const { keptOfEachKind, rehearsalPage } = await import('./page.ts');
  const { namedLines, printed } = await import('./printed.ts');
  const { openProgress } = await import('../progress.ts');
  const { rehearse } = await import('./rehearse.ts');
  const { reportOn } = await import('./report.ts');
  const { readWavePeople } = await import('./wave/people.ts');
  // Before the work: a path that can't be written is not found out after it.
  if (html !== undefined) writePrivately(html, '');
  const progress = openProgress(process.stderr, now);
  const rehearser = {
    credential: operatorCredential(),
    now,
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    progress: progress.say,
    kept: html === undefined ? 0 : keptOfEachKind,
  };
  const rehearsal = await rehearse(settings, since, rehearser).finally(progress.end);
  const people = wave ? await readWavePeople(settings, rehearser).finally(progress.end) : undefined;
  const report = reportOn(rehearsal, people);
  const names = withNames ? rehearsal.mails : [];
  process.stdout.write(
    json
      ? `${JSON.stringify(withNames ? { ...report, list: listed(names) } : report, null, 2)}\n`
      : `${folded([printed(report), namedLines(names)].filter(Boolean).join('\n\n'))}\n`,
  );
  if (html !== undefined) {
    writePrivately(html, rehearsalPage(rehearsal, report));
    process.stderr.write(
      `${html} is written, readable by you alone. It holds personal data: delete it when you have read it.\n`,
    );
  }
  process.exitCode = report.remarks.some(({ look }) => look) ? exitCodes.found : exitCodes.well;
});

await runCommand(program);
