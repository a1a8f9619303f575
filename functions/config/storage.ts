/** Where the table and the queues are, and the blobs that the Functions host keeps: a connection string, or service addresses and an identity. */
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

/**
 * Reads `AzureWebJobsStorage`, or its identity-based parts: `__accountName`, or `__tableServiceUri`
 * and `__queueServiceUri`, with `__clientId`. The value is never part of a message: it may hold a
 * key. Source: Azure Functions docs, "Connecting to host storage with an identity".
 */
export function storageSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Storage | { readonly setting: string; readonly problem: string } {
  const part = (suffix: string) => environment[`${name}__${suffix}`]?.trim() || undefined;
  const text = environment[name]?.trim();
  if (text) {
    if (/^UseDevelopmentStorage=true;?$/i.test(text)) return developmentStorage;
    if (/(^|;)(AccountName|TableEndpoint)=/i.test(text)) return { connectionString: text };
    const fix = 'Give a connection string, or UseDevelopmentStorage=true';
    return { setting: name, problem: `is not a connection string. ${fix}` };
  }
  const account = part('accountName');
  const address = (service: string) =>
    part(`${service}ServiceUri`) ?? (account && `https://${account}.${service}.core.windows.net`);
  const tableUri = address('table');
  const queueUri = address('queue');
  if (!tableUri || !queueUri) {
    const parts = `${name}__tableServiceUri, ${name}__queueServiceUri and ${name}__clientId`;
    return { setting: name, problem: `is missing. Give a connection string, or ${parts}` };
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
  const clientId = part('clientId') ?? environment['AZURE_CLIENT_ID'];
  return { tableUri, queueUri, blobUri: address('blob'), clientId };
}
