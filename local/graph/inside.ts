import { type Graph, userPath } from '../../functions/graph/client.ts';
import { failureKind, GraphFailure } from '../../functions/graph/failure.ts';
import { type Answer, GraphRefusal } from './answer.ts';
import { findEndpoint, keysAsSegments, type Tenant } from './endpoints.ts';

const origin = 'http://localhost';

/**
 * The app's door to a simulated tenant without a server in between: requests go to the simulator's
 * endpoints at once. Its methods throw `GraphFailure`, as those of the real door do.
 */
export function graphInside(tenant: Tenant): Graph {
  const ask = async (method: string, path: string, body: Buffer, contentType: string) => {
    const url = new URL(`/v1.0${path}`, origin);
    const segments = keysAsSegments(url.pathname.split('/').slice(2).map(decodeURIComponent));
    if (!segments) throw new GraphFailure('invalid', { status: 400, code: 'BadRequest' });
    const query = url.searchParams;
    const request = {
      method,
      segments,
      query,
      contentType,
      body,
      origin,
      path: url.pathname,
      identityHeader: undefined,
    };
    try {
      return await findEndpoint(method, segments).answer(request, tenant);
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
      const { status, code } = error;
      throw new GraphFailure(failureKind(status, undefined), { status, code });
    }
  };
  const nothing = Buffer.alloc(0);
  return {
    origin,
    async get(path, { pace } = {}) {
      await pace?.();
      return read(await ask('GET', path, nothing, ''));
    },
    post: async (path, body) =>
      read(await ask('POST', path, Buffer.from(JSON.stringify(body)), 'application/json')),
    async sendMail(mailbox, mime) {
      const body = Buffer.from(mime.toString('base64'));
      await ask('POST', `${userPath(mailbox)}/sendMail`, body, 'text/plain');
    },
  };
}

function read(answer: Answer): unknown {
  if (answer.kind === 'json') return answer.body;
  throw new GraphFailure('unknownOutcome', { code: answer.kind });
}
