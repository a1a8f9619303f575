import { type Config, type Environment, readConfig } from '../../functions/config/config.ts';

/** Nobody's address: stands where no sender has been chosen yet. */
export const placeholderSender = 'sender@example.invalid';
const placeholderClient = '00000000-0000-0000-0000-000000000000';

/**
 * The app's settings, for a rehearsal: what only running needs may be missing. Storage is none, and
 * mails are composed though DRY_RUN may be on, since they go nowhere. Throws `ConfigError`.
 */
export function rehearsalConfig(environment: Environment): Config {
  return readConfig({
    ...environment,
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    SENDER_MAILBOXES: environment['SENDER_MAILBOXES']?.trim() || placeholderSender,
    AZURE_CLIENT_ID: environment['AZURE_CLIENT_ID']?.trim() || placeholderClient,
    DRY_RUN: 'false',
  });
}
