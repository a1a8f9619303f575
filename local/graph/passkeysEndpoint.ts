import { type Answer, GraphRefusal, type GraphRequest, suffered } from './answer.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import { readOptions } from './odata/options.ts';
import type { PasskeyMethods } from './passkeyMethods.ts';
import { takeReport } from './reports.ts';
import type { Throttle } from './throttle.ts';
import { notFound } from './usersEndpoint.ts';

export interface PasskeyTenant {
  readonly directory: Directory;
  readonly passkeys: PasskeyMethods;
  readonly faults: Faults;
  readonly methodsThrottle: Throttle;
  readonly now: () => Date;
}

/**
 * GET /users/{id or UPN}/authentication/fido2Methods, or …/methods: of any type, the same here. Graph's
 * docs give methods 5 requests in 10 s, and don't say whether those are the audit log's own: here they are
 * not, in test/lab/scale they are.
 */
export function answerPasskeys(request: GraphRequest, tenant: PasskeyTenant): Answer {
  takeReport(tenant.methodsThrottle, tenant.now());
  const collection = request.segments.at(-1) ?? '';
  const idOrUpn = request.segments[1] ?? '';
  const fault = tenant.faults.take('methods');
  if (fault?.kind === '404') throw notFound(idOrUpn);
  const ending = suffered(
    fault,
    () => new GraphRefusal(403, 'accessDenied', 'Request Authorization failed'),
  );
  if (ending) return ending;

  readOptions(request.query, []);
  const person = tenant.directory.find(idOrUpn);
  if (!person) throw notFound(idOrUpn);
  const version = request.path.startsWith('/beta/') ? 'beta' : 'v1.0';
  const found =
    collection === 'methods'
      ? methodsOf(tenant.passkeys, person.id)
      : tenant.passkeys.of(person.id);
  const withLastUse = (method: { readonly id: string }) => ({
    ...method,
    lastUsedDateTime: tenant.passkeys.lastUse(method.id) ?? null,
  });
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${request.origin}/${version}/$metadata#users('${idOrUpn}')/authentication/${collection}`,
      value: version === 'beta' ? found.map(withLastUse) : found,
    },
  };
}

const methodsOf = (passkeys: PasskeyMethods, userId: string) => [
  ...passkeys.others(userId),
  ...passkeys
    .of(userId)
    .map((one) => ({ '@odata.type': '#microsoft.graph.fido2AuthenticationMethod', ...one })),
];
