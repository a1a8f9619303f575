import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { announceLocalTenant, withdrawLocalTenant } from '../cli/localTenant.ts';
import { commandOf, exitCodes, runProgram, whole } from '../cli/program.ts';
import { developmentStorage } from '../functions/config/storage.ts';
import { openLedger } from '../functions/ledger/tableStore.ts';
import { type Azurite, startAzurite } from './azurite.ts';
import { equipContoso } from './graph/contosoMethods.ts';
import { type Simulator, startSimulator } from './graph/simulator.ts';
import { build, isStale } from './host/entries.ts';
import { demoSettings, sendersOf } from './inbox/demoSettings.ts';
import { type FunctionsHost, startFunctionsHost } from './inbox/functionsHost.ts';
import { HostLog } from './inbox/hostLog.ts';
import { narrate } from './inbox/narrator.ts';
import { type InboxServer, serveInbox } from './inbox/server.ts';
import { stopSignal } from './inbox/stopSignal.ts';
import { portTaken } from './portTaken.ts';

const root = join(import.meta.dirname, '..');
const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`${text}\n`);

const stop = stopSignal();
let azurite: Azurite | undefined;
let simulator: Simulator | undefined;
let inbox: InboxServer | undefined;
let host: FunctionsHost | undefined;

/** Starts everything, in the order in which one needs the other, and waits for the end. */
async function run({ port: wanted, graph, asInAzure = false }: Options): Promise<void> {
  if (graph !== undefined) return runWithoutFunctions(wanted, graph);
  if (isStale(root)) {
    say('Building ...');
    build(root);
  }
  azurite = await startAzurite();
  simulator = await startSimulator({ seed: Date.now() });
  equipContoso(simulator.passkeys);
  const log = new HostLog();
  const storage = { connectionString: azurite.connectionString };
  const ledger = openLedger(storage, undefined);
  inbox = await serveInbox({ simulator, ledger, log }, wanted);
  const local = { storage: azurite.connectionString, graph: simulator.url };
  const settings = demoSettings(process.env, local, { comfortable: !asInAzure });
  for (const sender of sendersOf(settings)) simulator.mailboxes.allowedSenders.add(sender);
  await announceLocalTenant({ port: inbox.port, settings });
  greet(inbox, wanted, asInAzure);
  // While everything is being stopped, complaints would only be about that.
  narrate(simulator, log, { say, complain: (text) => stop.isRequested || complain(text) });
  host = startFunctionsHost(
    settings,
    asInAzure ? [] : ['--comfortable'],
    (line) => log.add(line),
    complain,
  );
  const end = await Promise.race([stop.requested, host.ended]);
  if (end === 'stop') return;
  log.end();
  // Ctrl-C reaches the host as well, and may have reached it first.
  await sleep(500);
  if (!stop.isRequested) throw new Error(`The functions host has ended with ${end}`);
}

/** For functions that run elsewhere, as in Core Tools: Graph and the page alone. */
async function runWithoutFunctions(wanted: number, port: number): Promise<void> {
  simulator = await startSimulator({ seed: Date.now(), port }).catch((error: Error) => {
    throw portTaken(error, port, 'Give another --graph');
  });
  equipContoso(simulator.passkeys);
  const log = new HostLog();
  const ledger = openLedger(developmentStorage, undefined);
  inbox = await serveInbox({ simulator, ledger, log }, wanted);
  say(`
  The inbox page:  ${inbox.url}
  Simulated Graph: ${simulator.url}

  Run the functions with these settings, against the storage emulator on its usual ports:
    AzureWebJobsStorage=UseDevelopmentStorage=true
    GRAPH_BASE_URL=${simulator.url}
    SENDER_MAILBOXES=security@contoso.example
`);
  narrate(simulator, log, { say, complain });
  await stop.requested;
}

/** Stops everything, in the opposite order. */
async function stopAll(): Promise<void> {
  if (inbox) withdrawLocalTenant(inbox.port);
  await inbox?.close();
  // Requests that hang in the simulator would keep the host waiting.
  await Promise.all([host?.stop(), simulator?.close()]);
  await azurite?.stop();
}

function greet({ url, port }: InboxServer, wanted: number, asInAzure: boolean): void {
  const moved = wanted !== 0 && port !== wanted ? `  (port ${wanted} was taken)` : '';
  say(`
  The inbox page:  ${url}${moved}

  Contoso, a tenant on this machine: make something happen on the page and read the
  mails it leads to, usually within ${asInAzure ? 'two minutes' : 'ten seconds'}. Nothing leaves this machine.
  ${asInAzure ? 'It keeps the clocks of Azure.' : 'Its clocks are short: npm start -- --as-in-azure keeps those of Azure.'}
  Ctrl-C stops it.
`);
}

interface Options {
  readonly port: number;
  readonly graph?: number;
  readonly asInAzure?: boolean;
}

const port = whole(0, 65_535);
const program = commandOf({
  script: 'start',
  does:
    'Starts a tenant of its own on this machine: the functions, emulated storage, a simulated Microsoft Graph ' +
    'and an inbox page. Ctrl-C stops everything.',
  example: '--port 8080',
  found: 'it could not be started, or stopped by itself',
  lasting: true,
})
  .addOption(
    new Option('--port <number>', 'of the inbox page; the next free one is taken where it is not')
      .env('PORT')
      .argParser(port)
      .default(7071),
  )
  .option('--graph <port>', 'serve the simulated Graph there, and run no functions', port)
  .option(
    '--as-in-azure',
    "keep the clocks of the Functions host and the app's own defaults, which are not made for watching",
  );

program.action(async (options: Options) => {
  let code: number = exitCodes.well;
  try {
    await run(options);
  } catch (error) {
    // A signal during the build has ended the build too.
    await sleep(0);
    if (!stop.isRequested) {
      const reason = error instanceof Error ? error.message : String(error);
      complain(`${reason.replace(/\.$/, '')}. The local tenant stops.`);
      code = exitCodes.found;
    }
  }
  await stopAll().catch((error: unknown) => complain(`While stopping: ${error}`));
  process.exit(code);
});

await runProgram(program, { lasting: true });
