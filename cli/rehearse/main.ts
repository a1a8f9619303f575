import { exitCodes, runCommand } from '../command.ts';
import { operatorCredential, operatorSettings } from '../operator.ts';
import { listed } from './listed.ts';
import { readOptions, usage } from './options.ts';
import { keptOfEachKind, rehearsalPage, writePrivately } from './page.ts';
import { namedLines, printed } from './printed.ts';
import { openProgress } from './progress.ts';
import { rehearse } from './rehearse.ts';
import { reportOn } from './report.ts';

await runCommand(usage, async () => {
  const now = () => new Date();
  const { since, html, json, withNames, ...source } = readOptions(process.argv.slice(2), now());
  const progress = openProgress(process.stderr, now);
  const rehearsal = await rehearse(operatorSettings(source), since, {
    credential: operatorCredential(),
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    progress: progress.say,
    kept: html === undefined ? 0 : keptOfEachKind,
  }).finally(progress.end);
  const report = reportOn(rehearsal);
  const names = withNames ? rehearsal.mails : [];
  process.stdout.write(
    json
      ? `${JSON.stringify(withNames ? { ...report, list: listed(names) } : report, null, 2)}\n`
      : `${[printed(report), namedLines(names)].filter(Boolean).join('\n\n')}\n`,
  );
  if (html !== undefined) {
    writePrivately(html, rehearsalPage(rehearsal, report));
    process.stderr.write(
      `${html} is written, readable by you alone. It holds personal data: delete it when you have read it.\n`,
    );
  }
  return report.remarks.some(({ look }) => look) ? exitCodes.found : exitCodes.well;
});
