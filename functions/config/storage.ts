import { cloudOf } from './clouds.ts';

/** Where the table, the queues and the blobs of the host are: a connection string, or service addresses and an identity. */
export type Storage =
  | { readonly connectionString: string }
  | {
      readonly tableUri: string;
      readonly queueUri: string;
      /** undefined where only the host knows */
      readonly blobUri: string | undefined;
      readonly clientId: string | undefined;
    };

/** The storage emulator on its usual ports. */
export const developmentStorage = {
  connectionString:
    'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;' +
    // The emulator's published well-known key: the same on every machine, and no secret.
    'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;' +
    'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;' +
    'QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;' +
    'TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;',
};

const name = 'AzureWebJobsStorage';

type Problem = { readonly setting: string; readonly problem: string };

/**
 * Reads `AzureWebJobsStorage`, or its identity-based parts: `__accountName`, or `__tableServiceUri`
 * and `__queueServiceUri`, with `__clientId`. Where there are such parts, they count: a connection
 * string beside them is left from before, or added by the platform. The value is never part of a
 * message: it may hold a key. Source: Azure Functions docs, "Connecting to host storage with an
 * identity".
 */
export function storageSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Storage | Problem {
  const text = (setting: string) => environment[setting]?.trim() || undefined;
  const part = (suffix: string) => text(`${name}__${suffix}`);
  const account = part('accountName');
  const given = [part('tableServiceUri'), part('queueServiceUri'), account];
  if (!given.some(Boolean)) return byConnectionString(environment[name]?.trim());
  // Source: Azure docs, "Storage account overview", names.
  if (account && !/^[a-z0-9]{3,24}$/i.test(account)) {
    const fix = 'Give the name of the storage account alone';
    const shown = JSON.stringify(account.slice(0, 80));
    return { setting: `${name}__accountName`, problem: `is ${shown}. ${fix}` };
  }
  const graph = text('GRAPH_BASE_URL') ?? 'https://graph.microsoft.com';
  const cloud = URL.canParse(graph) ? cloudOf(new URL(graph).origin) : undefined;
  const address = (service: string) =>
    part(`${service}ServiceUri`) ??
    (account && cloud && `https://${account}.${service}.${cloud.storageSuffix}`);
  const tableUri = address('table');
  const queueUri = address('queue');
  if (!tableUri || !queueUri) {
    const parts = `${name}__tableServiceUri, ${name}__queueServiceUri and ${name}__clientId`;
    return { setting: name, problem: `is incomplete. Give ${parts}` };
  }
  for (const uri of [tableUri, queueUri, address('blob') ?? tableUri]) {
    // A credential goes there: nothing but https will do.
    if (!URL.canParse(uri) || new URL(uri).protocol !== 'https:') {
      return {
        setting: `${name}__*ServiceUri`,
        problem: 'must be addresses that begin with https://',
      };
    }
  }
  const clientId = part('clientId') ?? text('AZURE_CLIENT_ID');
  return { tableUri, queueUri, blobUri: address('blob'), clientId };
}

function byConnectionString(text: string | undefined): Storage | Problem {
  if (!text) {
    const parts = `${name}__tableServiceUri, ${name}__queueServiceUri and ${name}__clientId`;
    return { setting: name, problem: `is missing. Give a connection string, or ${parts}` };
  }
  if (/^UseDevelopmentStorage=true;?$/i.test(text)) return developmentStorage;
  if (/(^|;)(AccountName|TableEndpoint)=/i.test(text)) return { connectionString: text };
  const fix = 'Give a connection string, or UseDevelopmentStorage=true';
  return { setting: name, problem: `is not a connection string. ${fix}` };
}
