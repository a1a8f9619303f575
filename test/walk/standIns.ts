import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { notifierAppId, notifierId } from '../../local/graph/grants.ts';
import { bicep, powerShell, run } from '../../tools/azure/programs.ts';
import { deploymentOf, type FakeAzure, startAzure, subscription } from '../cli/grant/azure.ts';
import { read, root } from '../infra/deployed.ts';
import { HostProcess } from '../lab/faults/hostProcess.ts';
import { option } from './commands.ts';

/** Everything that the documented commands meet, in the place of Microsoft's clouds and programs. */
export interface StandIns {
  /** What the commands find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Graph, storage, and the app once it is deployed. */
  readonly host: HostProcess;
  readonly azure: FakeAzure;
  /** Whether the part that needs it can be judged here. */
  readonly judges: { readonly bicep: boolean; readonly exchange: boolean };
  /** Exchange as the last run of its script left it. */
  exchange(): { readonly assignments: readonly { readonly Role: string }[] };
  close(): Promise<void>;
}

const person = '99999999-8888-4777-8666-555555555555';
/** Where the compiler pretends to deploy. */
const scope = [
  '--subscription-id',
  subscription,
  '--location',
  'westeurope',
  '--deployment-name',
  'notifier',
];

export async function startStandIns(folder: string, clone: string): Promise<StandIns> {
  const app = join(folder, 'app');
  const host = await HostProcess.open({ args: ['--package', app] });
  host.simulator.grants.clear();
  const azure = await startAzure();
  const compiler = bicep();
  const groups = new Set<string>();
  let signedIn = false;
  /** The app's settings, as the template made them. */
  let settings: Record<string, string> = {};

  const deploy = (args: readonly string[], senders: string | undefined) => {
    const group = option(args, '--resource-group');
    if (!groups.has(group)) throw new Error(`Resource group '${group}' could not be found.`);
    const file = option(args, '--parameters');
    const snapshot = file.replace(/\.bicepparam$/, '.snapshot.json');
    if (compiler) {
      const place = ['--mode', 'overwrite', ...scope, '--resource-group', group];
      const variables = { SENDER_MAILBOXES: senders, AZURE_ENV_NAME: '' };
      const { status, stderr } = run(compiler, ['snapshot', file, ...place], variables, clone);
      if (status !== 0) throw new Error(stderr);
    }
    const text = compiler ? readFileSync(join(clone, snapshot), 'utf8') : read(snapshot);
    const { outputs } = JSON.parse(text) as { outputs: Record<string, unknown> };
    // Without the compiler it is what was evaluated with the address of the documentation.
    if (!compiler) outputs['appSettings'] = [{ name: 'SENDER_MAILBOXES', value: senders ?? '' }];
    const made = outputs['appSettings'] as { name: string; value: string }[];
    settings = Object.fromEntries(made.map(({ name, value }) => [name, value]));
    const known = { identityPrincipalId: notifierId, identityClientId: notifierAppId };
    azure.deployments = [deploymentOf({ ...outputs, ...known })];
    return `${outputs[/outputs\.(\w+)\.value/.exec(option(args, '--query'))?.[1] ?? '']}\n`;
  };

  const startApp = async (args: readonly string[]) => {
    const zip = unzipSync(readFileSync(join(clone, option(args, '--src'))));
    mkdirSync(app);
    for (const [name, bytes] of Object.entries(zip)) writeFileSync(join(app, name), bytes);
    await host.start({ ...settings, AZURE_CLIENT_ID: notifierAppId });
    azure.settings = {
      ...settings,
      AZURE_CLIENT_ID: notifierAppId,
      // What is a cloud's address in Azure.
      GRAPH_BASE_URL: host.simulator.url,
      AzureWebJobsStorage: host.connectionString,
    };
    return '{ "complete": true, "status": 4 }\n';
  };

  /** The Azure CLI, as far as its reference says what these commands do. */
  const az = async (args: readonly string[], senders: string | undefined): Promise<string> => {
    const command = args.join(' ');
    if (command === 'login') {
      signedIn = true;
      return '[]\n';
    }
    if (!signedIn) throw new Error("Please run 'az login' to setup account.");
    if (command.startsWith('account show ')) return `${subscription}\n`;
    if (command.startsWith('account get-access-token ')) return tokenFor();
    if (command.startsWith('group create ')) {
      option(args, '--location');
      groups.add(option(args, '--name'));
      return '{}\n';
    }
    if (command.startsWith('deployment group create ')) return deploy(args, senders);
    if (command.startsWith('functionapp deployment source config-zip ')) return startApp(args);
    throw new Error(`'${command}' is misspelled or not recognized by the system.`);
  };

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { args, senders } = JSON.parse(text);
    const answer = await az(args, senders).then(
      (stdout) => ({ code: 0, stdout, stderr: '' }),
      (error: Error) => ({ code: 2, stdout: '', stderr: `ERROR: ${error.message}\n` }),
    );
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const programs = join(folder, 'bin');
  mkdirSync(programs);
  program(join(programs, 'az'), azShim);
  const shell = powerShell();
  if (shell)
    program(
      join(programs, 'pwsh'),
      `#!/bin/sh\nexec ${shell.command} ${shell.args.join(' ')} "$@"\n`,
    );
  const exchangeFile = join(folder, 'exchange.json');
  return {
    host,
    azure,
    judges: { bicep: compiler !== undefined, exchange: shell !== undefined },
    exchange: () => JSON.parse(readFileSync(exchangeFile, 'utf8')),
    environment: {
      PATH: `${programs}:${process.env['PATH']}`,
      AZ_STAND_IN: at,
      STAND_INS: JSON.stringify({
        'https://management.azure.com': azure.url,
        'https://graph.microsoft.com': host.simulator.url,
      }),
      NODE_OPTIONS: `--import ${join(root, 'test', 'walk', 'redirect.mjs')}`,
      PSModulePath: exchangeModule(folder, exchangeFile),
      EXCHANGE: exchangeFile,
    },
    async close() {
      await host.close();
      await azure.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Signed in as a person: nobody verifies it. */
function tokenFor(): string {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const claims = {
    oid: person,
    tid: 'c0de0000-0000-4000-8000-00000000c0de',
    upn: 'admin@contoso.example',
  };
  return JSON.stringify({
    accessToken: `${part({ alg: 'none' })}.${part(claims)}.`,
    expires_on: Math.floor(Date.now() / 1000) + 3600,
    tokenType: 'Bearer',
  });
}

/** Hands its command line on, and says what it is told. */
const azShim = `#!/usr/bin/env node
fetch(process.env.AZ_STAND_IN, {
  method: 'POST',
  body: JSON.stringify({ args: process.argv.slice(2), senders: process.env.SENDER_MAILBOXES }),
}).then(async (answer) => {
  const { code, stdout, stderr } = await answer.json();
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
});
`;

function program(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

/** The stand-in of Exchange's module, where PowerShell finds it, with a tenant of one sender and one other. */
function exchangeModule(folder: string, tenant: string): string {
  const modules = join(folder, 'modules');
  const name = 'ExchangeOnlineManagement';
  const place = join(modules, name, '3.2.0');
  mkdirSync(place, { recursive: true });
  copyFileSync(join(root, `test/infra/exchange/${name}/${name}.psm1`), join(place, `${name}.psm1`));
  const manifest = `@{ RootModule = '${name}.psm1'; ModuleVersion = '3.2.0'; FunctionsToExport = '*' }\n`;
  writeFileSync(join(place, `${name}.psd1`), manifest);
  const mailboxes = ['security@contoso.example', 'AdeleV@contoso.example'].map(
    (address, index) => ({
      Guid: `aaaaaaaa-0000-4000-8000-00000000000${index}`,
      PrimarySmtpAddress: address,
      UserPrincipalName: address,
      Proxies: [],
    }),
  );
  const nothing = { calls: [], principals: [], scopes: [], assignments: [] };
  writeFileSync(
    tenant,
    JSON.stringify({ admin: true, bare: false, slow: 0, ...nothing, mailboxes }),
  );
  return modules;
}
