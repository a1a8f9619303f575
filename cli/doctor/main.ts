import { compileTemplates } from '../../local/preview/templates.ts';
import { exitCodes, runCommand, UsageError } from '../command.ts';
import {
  operatorCredential,
  operatorSettings,
  type SettingsSource,
  withSettings,
} from '../operator.ts';
import { commandOf } from '../program.ts';

interface Options extends SettingsSource {
  readonly sendTest?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const program = withSettings(
  commandOf({
    script: 'doctor',
    does: 'Checks everything that the app needs, and says what to do where something is wrong.',
    example: '--settings settings.json --send-test adele@contoso.com',
    found: 'something is wrong',
  })
    .option('--send-test <upn>', 'have the app send a marked test mail to this user principal name')
    .option('--strict', 'exit with 1 for a remark (!), not only for a failure (✗)'),
);

program.action(async (options: Options) => {
  const { sendTest: to, strict, json } = options;
  if (to !== undefined && !/^[^\s@]+@[^\s@]+$/.test(to)) {
    const given = JSON.stringify(to);
    throw new UsageError(`--send-test ${given}: give a user principal name, as adele@contoso.com`);
  }
  const settings = operatorSettings(options);
  compileTemplates();
  // What is imported here reads what was compiled just now.
  const { runDoctor } = await import('./examination.ts');
  const { conclusion, printed } = await import('./finding.ts');
  const findings = await runDoctor(settings, { credential: operatorCredential(), sendTest: to });
  const isBad = findings.some(
    ({ verdict }) => verdict === 'wrong' || (strict && verdict === 'look'),
  );
  const text = json
    ? JSON.stringify({ well: !isBad, findings }, null, 2)
    : `${printed(findings)}\n\n${conclusion(findings)}`;
  process.stdout.write(`${text}\n`);
  process.exitCode = isBad ? exitCodes.found : exitCodes.well;
});

await runCommand(program);
