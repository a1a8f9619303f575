import type { TokenCredential } from '@azure/identity';
import { compileTemplates } from '../../local/preview/templates.ts';
import { cloudHelp, cloudNamed } from '../cloudNamed.ts';
import { exitCodes, runCommand, UsageError } from '../command.ts';
import { folded } from '../folded.ts';
import {
  operatorCredential,
  operatorSettings,
  type SettingsSource,
  withSettings,
} from '../operator.ts';
import { printable } from '../printable.ts';
import { commandOf, filled } from '../program.ts';
import { type DeployedSource, deployedSettings } from './deployed.ts';
import type { Finding, Verdict } from './finding.ts';

interface Options extends SettingsSource, Partial<DeployedSource> {
  readonly sendTest?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const program = withSettings(
  commandOf({
    script: 'doctor',
    does: 'Checks everything that the app needs, and says what to do where something is wrong.',
    example: '--resource-group rg-security-info --send-test me@contoso.com',
    found: 'something is wrong',
  })
    .option(
      '--resource-group <name>',
      'where the app is: reads its settings from Azure',
      filled('its name'),
    )
    .option('--subscription <id>', "its subscription; without it, the Azure CLI's")
    .option('--cloud <name>', cloudHelp, (text) => cloudNamed(text).exchange, 'Global')
    .option('--send-test <upn>', 'have the app send a marked test mail to this user principal name')
    .option('--strict', 'exit with 1 for a remark (!), not only for a failure (✗)'),
);

program.action(async (options: Options) => {
  const { sendTest: to, strict, json } = options;
  if (to !== undefined && !/^[^\s@]+@[^\s@]+$/.test(to)) {
    const given = JSON.stringify(to);
    throw new UsageError(`--send-test ${given}: give a user principal name, as adele@contoso.com`);
  }
  const credential = operatorCredential();
  const settings = await settingsOf(options, credential);
  compileTemplates();
  // What is imported here reads what was compiled just now.
  const { examination } = await import('./examination.ts');
  const { conclusion, lineOf } = await import('./finding.ts');
  const findings: Finding[] = [];
  // On a terminal the line is taken back as soon as there is an answer.
  const [clear, end] = process.stderr.isTTY ? ['\r\u001b[K', ''] : ['', '\n'];
  const waits = (check: string) => process.stderr.write(`${clear}Looking at: ${check} ...${end}`);
  const found = examination(settings, { credential, sendTest: to, waits });
  for await (const finding of found) {
    findings.push(finding);
    if (!json) process.stdout.write(`${clear}${folded(printable(lineOf(finding)))}\n`);
  }
  const is = (verdict: Verdict) => findings.some((one) => one.verdict === verdict);
  const isBad = is('wrong') || (strict === true && is('look'));
  const isWell = !isBad && !is('unclear');
  const text = json
    ? JSON.stringify({ well: isWell, findings }, null, 2)
    : folded(conclusion(findings));
  process.stdout.write(`${json ? '' : '\n'}${text}\n`);
  if (isBad) process.exitCode = exitCodes.found;
  else process.exitCode = is('unclear') ? exitCodes.impossible : exitCodes.well;
});

const subscriptionAlone = '--subscription needs --resource-group NAME: where in it the app is';

async function settingsOf(options: Options, credential: TokenCredential) {
  const { resourceGroup } = options;
  if (resourceGroup === undefined) {
    if (options.subscription !== undefined) throw new UsageError(subscriptionAlone);
    return operatorSettings(options);
  }
  if (options.settings !== undefined || options.local || options.localPort) {
    throw new UsageError('Give one of --resource-group, --settings and --local');
  }
  return deployedSettings({ ...options, resourceGroup }, credential);
}

await runCommand(program);
