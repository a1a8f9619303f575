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
import { localTenantSettings } from './localTenant.ts';
import { rememberToken } from './rememberToken.ts';
import { readSettingsFile } from './settingsFile.ts';

/** Adds the options that every operator's command takes. */
export const withSettings = (command: Command): Command =>
  command
    .option(
      '--settings <file>',
      'the app\'s settings: output of "az functionapp config appsettings list", or ' +
        "local.settings.json. Without it, the environment's",
    )
    .option('--local', 'the local tenant, while npm start runs')
    .option('--json', 'print JSON for other programs');

/** Where the settings come from, as the command line says. */
export interface SettingsSource {
  readonly settings?: string | undefined;
  readonly local?: boolean | undefined;
}

/** The settings that a command works with. A file stands for all of them. Throws `UsageError`. */
export function operatorSettings(
  { settings, local }: SettingsSource,
  environment: Environment = process.env,
): Environment {
  if (settings !== undefined && local) throw new UsageError('Give --settings or --local, not both');
  if (settings !== undefined) return readSettingsFile(settings);
  if (!local) return environment;
  const running = localTenantSettings();
  if (!running) throw new UsageError('The local tenant is not running. Start it with "npm start"');
  return running;
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
