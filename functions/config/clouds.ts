/** One of Microsoft's clouds, by what its parts are called there. */
export interface Cloud {
  /** Origin of Microsoft Graph. */
  readonly graph: string;
  /** Origin of Azure Resource Manager. */
  readonly resourceManager: string;
  /** Where people sign in. */
  readonly authority: string;
  /** What the names of storage accounts end with. */
  readonly storageSuffix: string;
  /** As `infra/grant-exchange.ps1` calls it. */
  readonly exchange: 'Global' | 'USGov' | 'USGovDoD' | 'China';
}

const usGovernment = {
  resourceManager: 'https://management.usgovcloudapi.net',
  authority: 'https://login.microsoftonline.us',
  storageSuffix: 'core.usgovcloudapi.net',
} as const;

/**
 * The clouds whose names are known. Sources: Graph docs, "National cloud deployments"; the Azure CLI's
 * list of clouds (`az cloud list`).
 */
export const clouds: readonly Cloud[] = [
  {
    graph: 'https://graph.microsoft.com',
    resourceManager: 'https://management.azure.com',
    authority: 'https://login.microsoftonline.com',
    storageSuffix: 'core.windows.net',
    exchange: 'Global',
  },
  { graph: 'https://graph.microsoft.us', exchange: 'USGov', ...usGovernment },
  { graph: 'https://dod-graph.microsoft.us', exchange: 'USGovDoD', ...usGovernment },
  {
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    resourceManager: 'https://management.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
    storageSuffix: 'core.chinacloudapi.cn',
    exchange: 'China',
  },
];

/** The cloud that an origin of Graph belongs to; undefined where it is none that is known. */
export const cloudOf = (graphOrigin: string): Cloud | undefined =>
  clouds.find(({ graph }) => graph === graphOrigin);
