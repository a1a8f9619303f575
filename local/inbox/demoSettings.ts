import { notifierAppId } from '../graph/grants.ts';
import { identityHeader, tokenPath } from '../graph/tokenEndpoint.ts';

/** Suited to a demo. */
const suited = {
  AZURE_CLIENT_ID: notifierAppId,
  SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example',
  ORGANIZATION_NAME: 'Contoso',
  SUPPORT_PHONE: '+1 555 0100',
  SUPPORT_EMAIL: 'desk@contoso.example',
  // What happens before the first poll counts too: the tenant's log begins with the demo.
  INITIAL_LOOKBACK_MINUTES: '5',
} as const;

/** Quick. Graph allows five audit requests in 10 s. */
const shortClocks = {
  POLL_SCHEDULE: '*/4 * * * * *',
  SWEEP_SCHEDULE: '*/30 * * * * *',
  // A look at each tick: what nobody was told of is found by the second.
  COVERAGE_SCHEDULE: '15-45/30 * * * * *',
  COVERAGE_HOURS: '0',
  SETTLE_SECONDS: '8',
  CLAIM_LEASE_SECONDS: '20',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of the functions host: what the user set wins, except for where it would reach
 * beyond this machine.
 */
export function demoSettings(
  given: Environment,
  local: { readonly storage: string; readonly graph: string },
  { comfortable }: { readonly comfortable: boolean },
): Record<string, string> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const set = Object.entries(given).filter(
    (entry): entry is [string, string] =>
      !!entry[1]?.trim() && !entry[0].startsWith('AzureWebJobsStorage'),
  );
  return {
    ...suited,
    ...(comfortable && shortClocks),
    DEFAULT_TIME_ZONE: timeZone,
    ...Object.fromEntries(set),
    AzureWebJobsStorage: local.storage,
    GRAPH_BASE_URL: local.graph,
    // Tokens are asked for as in Azure, and sent to nobody: Graph is on this machine.
    IDENTITY_ENDPOINT: `${local.graph}${tokenPath}`,
    IDENTITY_HEADER: identityHeader,
  };
}

/** The mailboxes that these settings send from. */
export const sendersOf = ({ SENDER_MAILBOXES = '' }: Environment): string[] =>
  SENDER_MAILBOXES.split(',').flatMap((part) => part.trim().toLowerCase() || []);
