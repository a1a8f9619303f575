import { parseArgs } from 'node:util';
import { exitCodes, runCommand, UsageError } from '../command.ts';
import {
  operatorCredential,
  operatorOptions,
  operatorSettings,
  operatorUsage,
} from '../operator.ts';
import { runDoctor } from './examination.ts';
import { conclusion, printed } from './finding.ts';

const usage = `npm run doctor -- [options]

Checks everything that the app needs, and says what to do where something is wrong.

  --send-test UPN  have the app send a marked test mail to this user principal name
  --strict         exit with 1 for a remark (!), not only for a failure (✗)
${operatorUsage}

Exit codes: 0 it works, 1 something is wrong, 2 it could not be checked.`;

await runCommand(usage, async () => {
  const { values } = parseArgs({
    options: {
      ...operatorOptions,
      'send-test': { type: 'string' },
      strict: { type: 'boolean' },
    },
  });
  const to = values['send-test'];
  if (to !== undefined && !/^[^\s@]+@[^\s@]+$/.test(to)) {
    throw new UsageError(
      `--send-test ${JSON.stringify(to)}: give a user principal name, as adele@contoso.com`,
    );
  }
  const findings = await runDoctor(operatorSettings(values), {
    credential: operatorCredential(),
    sendTest: to,
  });
  const isBad = findings.some(
    ({ verdict }) => verdict === 'wrong' || (values.strict && verdict === 'look'),
  );
  const text = values.json
    ? JSON.stringify({ well: !isBad, findings }, null, 2)
    : `${printed(findings)}\n\n${conclusion(findings)}`;
  process.stdout.write(`${text}\n`);
  return isBad ? exitCodes.found : exitCodes.well;
});
