import { createInterface } from 'node:readline/promises';
import {
  AzureCliCredential,
  ChainedTokenCredential,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
  type TokenCredential,
} from '@azure/identity';
import type { Cloud } from '../../functions/config/clouds.ts';
import { isLoopback } from '../../functions/config/parsers.ts';
import { cloudAt, cloudHelp, cloudNamed } from '../cloudNamed.ts';
import { Impossible, runCommand, UsageError } from '../command.ts';
import { claimsOf } from '../doctor/identity.ts';
import { localPortHelp, operatorSettings } from '../operator.ts';
import { printable } from '../printable.ts';
import { commandOf, filled, whole } from '../program.ts';
import { rememberToken } from '../rememberToken.ts';
import { currentSubscription, readDeployment } from './deployment.ts';
import { runExchange } from './exchange.ts';
import { type GrantWish, grant } from './grant.ts';
import { openRest } from './rest.ts';

interface Options {
  readonly resourceGroup?: string;
  readonly subscription?: string;
  readonly settings?: string;
  readonly local?: boolean;
  readonly localPort?: number;
  readonly principalId?: string;
  readonly senders?: string;
  readonly passkeys?: boolean;
  readonly methods?: boolean;
  readonly timeZones?: boolean;
  readonly messageTrace?: boolean;
  readonly sentItems?: boolean;
  readonly removeTenantWide?: boolean;
  readonly createSharedMailbox?: boolean;
  readonly entraOnly?: boolean;
  readonly exchangeLater?: boolean;
  readonly operator?: boolean;
  readonly tenant?: string;
  readonly deviceCode?: boolean;
  readonly cloud?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const program = commandOf({
  script: 'grant',
  does: "Grants the app's managed identity what it needs, and nothing that opens other mailboxes: says the plan, asks, acts, and reads back. May be run again at any time.",
  example: '--resource-group rg-security-info --sent-items --passkeys',
  found: 'something is left to do, or was refused: it is said what',
})
  .option(
    '--resource-group <name>',
    'where the app is: reads the identity and the senders from its deployment',
    filled('its name'),
  )
  .option(
    '--subscription <id>',
    "the subscription of the resource group; without it, the Azure CLI's",
  )
  .option(
    '--settings <file>',
    "instead of a resource group: the app's settings, as for npm run doctor",
  )
  .option('--local', 'instead of a resource group: the local tenant, while npm start runs')
  .option('--local-port <port>', localPortHelp, whole(1, 65_535))
  .option('--principal-id <id>', 'instead of all these: object id of the identity, with --senders')
  .option(
    '--senders <list>',
    'sender mailboxes, separated by commas, where they are others than deployed',
  )
  .option('--passkeys', 'also UserAuthMethod-Passkey.Read.All: details of passkeys')
  .option('--methods', 'also UserAuthenticationMethod.Read.All: confirms unclear audit records')
  .option(
    '--message-trace',
    'also ExchangeMessageTrace.Read.All: where mails arrived. Of every mail of the tenant',
  )
  .option('--time-zones', "also MailboxSettings.Read: times by the clock of the reader's mailbox")
  .option(
    '--sent-items',
    'also Mail.ReadBasic, in Exchange: looks after sends without a clear answer',
  )
  .option('--remove-tenant-wide', 'take back what opens every mailbox')
  .option('--create-shared-mailbox', 'make a shared mailbox of each sender address that nobody has')
  .option('--entra-only', 'leave Exchange to somebody else')
  .option('--exchange-later', 'end with 0 where only the Exchange part is left: mails wait for it')
  .option(
    '--operator',
    'give yourself the roles on storage that npm run doctor and npm run ledger need',
  )
  .option('--tenant <id>', 'the tenant to sign in to')
  .option('--device-code', 'sign in with a code on another device')
  .option('--cloud <name>', cloudHelp, (text) => cloudNamed(text).exchange, 'Global')
  .option('--dry-run', 'say the plan and change nothing')
  .option('--yes', 'do not ask')
  .option('--json', 'for other programs; what is said meanwhile goes to stderr');

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const address = /^[a-z0-9_][a-z0-9._+'-]*@([a-z0-9-]+\.)+[a-z0-9-]{2,}$/i;

program.action(async (options: Options) => {
  const isLocal = options.local || options.localPort !== undefined;
  const from = [options.resourceGroup, options.settings, isLocal, options.principalId];
  if (from.filter(Boolean).length !== 1) {
    throw new UsageError(
      'Whom? Give --resource-group, or one of --settings, --local and --principal-id',
    );
  }
  const output = options.json ? process.stderr : process.stdout;
  const say = (line: string) => output.write(`${printable(line)}\n`);
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const now = () => new Date();
  const settings = options.settings || isLocal ? await operatorSettings(options) : {};
  const { origin, cloud } = cloudAt(settings['GRAPH_BASE_URL'], options.cloud);
  if (options.subscription !== undefined && options.resourceGroup === undefined) {
    throw new UsageError('--subscription needs --resource-group NAME: where in it the app is');
  }
  // A stand-in on this machine never gets a credential.
  const credential = isLoopback(new URL(origin)) ? undefined : signIn(options, cloud);
  const graph = openRest({ origin, credential, wait, now, say });
  const manager = openRest({ origin: cloud.resourceManager, credential, wait, now, say });
  const { resourceGroup } = options;
  const deployment =
    resourceGroup === undefined
      ? undefined
      : await readDeployment(
          manager,
          options.subscription ?? (await currentSubscription()),
          resourceGroup,
        );
  // What is wrong with what was given is said before anybody has to sign in for it.
  const identity = identityOf(
    options,
    deployment?.principalId,
    settings['AZURE_CLIENT_ID']?.trim(),
  );
  const senders = sendersOf(
    options.senders ?? deployment?.settings['SENDER_MAILBOXES'] ?? settings['SENDER_MAILBOXES'],
  );
  const claims = claimsOf((await credential?.getToken(`${origin}/.default`))?.token ?? '');
  if (options.operator && !(deployment && claims['oid'])) {
    throw new UsageError('--operator needs --resource-group, and a sign-in as a person');
  }
  const { code, report } = await grant(
    {
      ...options,
      identity,
      senders,
      cloud: cloud.exchange,
      device: options.deviceCode,
      operator: options.operator ? claims['oid'] : undefined,
      entraOnly: options.entraOnly || !credential,
    },
    {
      graph,
      azure: deployment && { manager, deployment },
      tenantId: claims['tid'],
      say,
      ask: (question) => ask(question, output),
      wait,
      runExchange,
    },
  );
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = code;
});

function identityOf(
  { principalId }: Options,
  deployed: string | undefined,
  clientId: string | undefined,
): GrantWish['identity'] {
  const id = principalId ?? deployed;
  if (id !== undefined) {
    if (guid.test(id)) return { principalId: id.toLowerCase() };
    throw new UsageError(`--principal-id ${JSON.stringify(id)}: give the identity's object id`);
  }
  if (clientId && guid.test(clientId)) return { clientId: clientId.toLowerCase() };
  throw new UsageError(
    'The settings have no AZURE_CLIENT_ID: give --resource-group or --principal-id',
  );
}

function sendersOf(list: string | undefined): string[] {
  const all = (list ?? '').split(',').flatMap((part) => part.trim() || []);
  const wrong = all.find((one) => !address.test(one));
  if (wrong !== undefined)
    throw new UsageError(
      `${JSON.stringify(wrong)} is no mail address. Give --senders as security@contoso.com, separated by commas`,
    );
  if (all.length === 0) throw new UsageError('From which mailboxes? Give --senders');
  return [...new Set(all)];
}

/** Whoever the Azure CLI knows; else somebody signs in by a browser, or by a code. */
function signIn({ tenant, deviceCode }: Options, cloud: Cloud): TokenCredential {
  const common = { authorityHost: cloud.authority, ...(tenant && { tenantId: tenant }) };
  const userPromptCallback = ({ message }: { message: string }) => {
    process.stderr.write(`${message}\n`);
  };
  const byCode = new DeviceCodeCredential({ ...common, userPromptCallback });
  const hasBrowser = process.platform !== 'linux' || Boolean(process.env['DISPLAY']);
  const byHand = deviceCode || !hasBrowser ? byCode : new InteractiveBrowserCredential(common);
  if (deviceCode) return rememberToken(byCode);
  const byCli = new AzureCliCredential(tenant ? { tenantId: tenant } : {});
  return rememberToken(new ChainedTokenCredential(byCli, byHand));
}

async function ask(question: string, output: NodeJS.WriteStream): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Impossible('Nobody is here to ask: give --yes, or --dry-run');
  const reader = createInterface({ input: process.stdin, output });
  const answer = await reader.question(question);
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}

await runCommand(program);
