import { GraphFailure } from '../../functions/graph/failure.ts';

/**
 * The path of a nextLink below Graph's version. It carries the credential with it, so it may only lead to
 * where we already are. Throws `GraphFailure`.
 */
export function pathOf(link: string, origin: string): string {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.origin !== origin) {
    throw new GraphFailure('unknownOutcome', { status: 200, code: 'NextLinkElsewhere' });
  }
  return `${url.pathname.replace(/^\/(v1\.0|beta)(?=\/)/, '')}${url.search}`;
}
