import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, type GraphRequest, tooMany } from './answer.ts';
import type { Faults } from './faults.ts';

/** Where the platform gives out tokens, on the simulator's own port. */
export const tokenPath = '/msi/token';

/** What stands in `X-IDENTITY-HEADER`: made up, as the tokens are. */
export const identityHeader = 'no-secret';

/** Entra's usual life of a managed identity's token, and that of `shortLived`, in seconds. */
const [usualLife, shortLife] = [86_400, 120];

interface TokenTenant {
  readonly faults: Faults;
  readonly now: () => Date;
}

let issued = 0;

/**
 * The identity endpoint of App Service, api-version 2019-08-01. Its tokens open nothing: they are sent to
 * no stand-in. Source: App Service docs, "Managed identities: REST endpoint reference".
 */
export async function answerToken(request: GraphRequest, tenant: TokenTenant): Promise<Answer> {
  const { query, identityHeader: given } = request;
  const fault = tenant.faults.take('identity');
  if (fault?.kind === 'reset' || fault?.kind === 'hang' || fault?.kind === 'html') {
    return { kind: fault.kind };
  }
  if (fault?.kind === '429') throw tooMany('TooManyRequests', 'Slow down.', fault.retryAfter);
  if (fault?.kind === '500') return refused(500, 'Internal server error');
  if (given !== identityHeader) return refused(401, 'X-IDENTITY-HEADER is not the one of this app');
  const resource = query.get('resource');
  const client = query.get('client_id');
  if (query.get('api-version') !== '2019-08-01' || !resource || !client) {
    return refused(400, 'api-version, resource and client_id are needed');
  }
  if (fault?.kind === 'refused') {
    return refused(
      400,
      'No User Assigned or Delegated Managed Identity found for specified ClientId',
    );
  }
  if (fault?.kind === 'slow') await delay(3_000);
  const seconds = Math.floor(tenant.now().getTime() / 1000);
  const life = fault?.kind === 'shortLived' ? shortLife : usualLife;
  issued += 1;
  const body = {
    access_token: `token-${issued}`,
    expires_on: String(fault?.kind === 'expired' ? seconds - 1 : seconds + life),
    resource,
    token_type: 'Bearer',
    client_id: client,
  };
  return fault?.kind === 'cut' ? { kind: 'cut', body } : { kind: 'json', status: 200, body };
}

const refused = (statusCode: number, message: string): Answer => ({
  kind: 'json',
  status: statusCode,
  body: { statusCode, message },
});
