import { GraphRefusal, type GraphRequest, tooMany } from './answer.ts';
import type { Throttle } from './throttle.ts';

/** Takes one of the requests that there may be: 5 in 10 s. */
export function takeReport(throttle: Throttle, now: Date): void {
  const wait = throttle.take(now);
  if (wait !== undefined) throw overLimit(wait);
}

/** `wait`: what Retry-After says, in seconds; without it there is none. */
export const overLimit = (wait?: number): GraphRefusal =>
  tooMany('TooManyRequests', 'This request is throttled. Please try again later.', wait);

/** The reports' own words for a permission that is not there. */
export const permissionMissing = (): GraphRefusal =>
  new GraphRefusal(
    403,
    'Authentication_MSGraphPermissionMissing',
    'Calling principal does not have required MSGraph permissions AuditLog.Read.All',
  );

/** The link to the page behind a token. */
export function nextLink(request: GraphRequest, token: string): string {
  const query = [...request.query].filter(([name]) => name !== '$skiptoken');
  const pairs = [...query, ['$skiptoken', token]] as [string, string][];
  // The `$` stays as it is, as in Graph's own links.
  const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${request.origin}${request.path}?${search}`;
}
