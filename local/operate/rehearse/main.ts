import { exitCodes, runCommand } from '../command.ts';
import { operatorCredential, operatorSettings } from '../operator.ts';
import { readOptions, usage } from './options.ts';
import { rehearsalPage, writePrivately } from './page.ts';
import { namedLines, printed } from './printed.ts';
import { rehearse } from './rehearse.ts';
import { reportOn } from './report.ts';

await runCommand(usage, async () => {
  const now = () => new Date();
  const options = readOptions(process.argv.slice(2), now());
  const isSeen = process.stderr.isTTY;
  const clear = '\r\u001b[K';
  let said = 0;
  const rehearsal = await rehearse(operatorSettings(options), options.since, {
    credential: operatorCredential(),
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    progress: (text) => {
      if (!isSeen || Date.now() - said < 100) return;
      said = Date.now();
      process.stderr.write(`${clear}${text}`);
    },
  });
  if (isSeen) process.stderr.write(clear);
  const report = reportOn(rehearsal);
  const text = options.json ? JSON.stringify(report, null, 2) : printed(report);
  process.stdout.write(`${text}\n`);
  if (options.withNames && !options.json) {
    process.stdout.write(`\n${namedLines(rehearsal.mails)}\n`);
  }
  if (options.html !== undefined) {
    writePrivately(options.html, rehearsalPage(rehearsal, report));
    process.stderr.write(
      `${options.html} holds personal data: keep it safe, and delete it soon.\n`,
    );
  }
  return report.remarks.length > 0 ? exitCodes.found : exitCodes.well;
});
