import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  ChainedTokenCredential,
  EnvironmentCredential,
  type TokenCredential,
} from '@azure/identity';
import type { Command } from 'commander';
import type { Environment } from '../functions/config/config.ts';
import { UsageError } from './command.ts';
import { type LocalTenant, localTenants } from './localTenant.ts';
import { whole } from './program.ts';
import { rememberToken } from './rememberToken.ts';
import { readSettingsFile } from './settingsFile.ts';

/** What `--local-port` is for. */
export const localPortHelp = 'that of several local tenants whose page is at this port';

/** Adds the options that every operator's command takes. */
export const withSettings = (command: Command): Command =>
  command
    .option(
      '--settings <file>',
      'the app\'s settings: output of "az functionapp config appsettings list", or ' +
        "local.settings.json. Without it, the environment's",
    )
    .option('--local', 'the local tenant, while npm start runs')
    .option('--local-port <port>', localPortHelp, whole(1, 65_535))
    .option('--json', 'print JSON for other programs');

/** Where the settings come from, as the command line says. */
export interface SettingsSource {
  readonly settings?: string | undefined;
  readonly local?: boolean | undefined;
  readonly localPort?: number | undefined;
}

/** The settings that a command works with. A file stands for all of them. Throws `UsageError`. */
export async function operatorSettings(
  { settings, local, localPort }: SettingsSource,
  environment: Environment = process.env,
  tenants: () => Promise<readonly LocalTenant[]> = localTenants,
): Promise<Environment> {
  const isLocal = local || localPort !== undefined;
  if (settings !== undefined && isLocal)
    throw new UsageError('Give --settings or --local, not both');
  if (settings !== undefined) return readSettingsFile(settings);
  return isLocal ? tenantAt(localPort, await tenants()).settings : environment;
}

/** The one tenant that runs, or that at the port. Nobody is shown another's ledger by a guess. */
function tenantAt(port: number | undefined, running: readonly LocalTenant[]): LocalTenant {
  const [first, ...more] = port ? running.filter((one) => one.port === port) : running;
  if (first && more.length === 0) return first;
  const ports = running.map((one) => one.port);
  if (ports.length === 0) {
    throw new UsageError('The local tenant is not running. Start it with "npm start"');
  }
  const which = ports.map((one) => `--local-port ${one}`).join(' or ');
  throw new UsageError(
    port
      ? `No local tenant has its page at port ${port}. Give ${which}`
      : `${ports.length} local tenants run. Say which: ${which}`,
  );
}

/** Who is signed in on this machine; an app's secret or certificate in the environment goes first. */
export const operatorCredential = (): TokenCredential =>
  rememberToken(
    new ChainedTokenCredential(
      new EnvironmentCredential(),
      new AzureCliCredential(),
      new AzureDeveloperCliCredential(),
      new AzurePowerShellCredential(),
    ),
  );
