import { isLoopback } from './parsers.ts';

/** Where the platform gives out tokens: `IDENTITY_ENDPOINT`, and `IDENTITY_HEADER`, which shows that it is us who ask. */
export interface IdentityEndpoint {
  readonly url: URL;
  readonly header: string;
}

/**
 * How requests are authorised: `managed` by the user-assigned identity in Azure, `environment` elsewhere;
 * `none` is for a loopback stand-in of Graph only. `endpoint`: where there is one, storage and Graph alike
 * get their tokens from it.
 */
export type Identity = (
  | { readonly kind: 'managed' | 'environment'; readonly clientId: string }
  | { readonly kind: 'none'; readonly clientId: string | undefined }
) & { readonly endpoint?: IdentityEndpoint };

interface Problem {
  readonly setting: string;
  readonly problem: string;
}

/** In Azure the user-assigned managed identity, elsewhere the environment, for loopback nothing. */
export function identityOf(
  environment: Readonly<Record<string, string | undefined>>,
): Identity | Problem {
  const base = environment['GRAPH_BASE_URL']?.trim() ?? '';
  const clientId = environment['AZURE_CLIENT_ID']?.trim() || undefined;
  const given = environment['IDENTITY_ENDPOINT']?.trim();
  if (given && !/^https?:$/.test(URL.canParse(given) ? new URL(given).protocol : '')) {
    const fix = 'Azure sets it where the app has an identity: leave it out elsewhere';
    return { setting: 'IDENTITY_ENDPOINT', problem: `is no address. ${fix}` };
  }
  const header = environment['IDENTITY_HEADER'] ?? '';
  if (given && /[^\t\x20-\x7e\x80-\xff]/.test(header)) {
    const fix = 'Azure sets it beside IDENTITY_ENDPOINT: leave both out elsewhere';
    return { setting: 'IDENTITY_HEADER', problem: `holds what no HTTP header may. ${fix}` };
  }
  const endpoint = given ? { endpoint: { url: new URL(given), header } } : {};
  if (URL.canParse(base) && isLoopback(new URL(base))) {
    return { kind: 'none', clientId, ...endpoint };
  }
  if (!clientId) {
    const fix = 'Give the client id of the managed identity (in Azure) or app registration';
    return { setting: 'AZURE_CLIENT_ID', problem: `is missing. ${fix}` };
  }
  return { kind: given ? 'managed' : 'environment', clientId, ...endpoint };
}
