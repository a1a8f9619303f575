import { createHash } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import * as z from 'zod';
import type { IdentityEndpoint } from '../config/identity.ts';
import { retryAfterMs } from './failure.ts';
import { type IssuedToken, type Issuer, TokenFailure } from './tokenSource.ts';

/** An answer is a token and little else. */
const mostBytes = 65_536;

/**
 * Gets tokens of a user-assigned managed identity from the platform's endpoint. Each call is one request,
 * never through a proxy: it holds the header, and the endpoint is on this machine. Throws `TokenFailure`.
 * Source: App Service docs, "Managed identities: REST endpoint reference", api-version 2019-08-01.
 */
export function issuedBy({ url, header }: IdentityEndpoint, clientId: string): Issuer {
  const secure = url.protocol === 'https:';
  // An agent of its own: the global one may be told to use a proxy (NODE_USE_ENV_PROXY).
  const options = {
    headers: { 'X-IDENTITY-HEADER': header },
    ...(!secure && { agent: new Agent() }),
  };
  return async (resource, signal, refused) => {
    const target = new URL(url);
    target.searchParams.set('resource', resource);
    target.searchParams.set('client_id', clientId);
    target.searchParams.set('api-version', '2019-08-01');
    // Where the endpoint knows this, it passes over its cache; elsewhere it passes over this.
    if (refused) target.searchParams.set('token_sha256_to_refresh', sha256(refused));
    try {
      const answer = await ask(secure ? secureRequest : request, target, { ...options, signal });
      return readToken(answer);
    } catch (error) {
      if (error instanceof TokenFailure) throw error;
      const { code, name } = error as { code?: unknown; name: string };
      if (signal.aborted) throw new TokenFailure('TimeoutError', {});
      throw new TokenFailure(typeof code === 'string' ? code : name, {});
    }
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface EndpointAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

type Options = NonNullable<Parameters<typeof request>[1]>;

async function ask(send: typeof request, url: URL, options: Options): Promise<EndpointAnswer> {
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, options, resolve).on('error', reject).end();
  });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw new TokenFailure('NotAToken', { status: incoming.statusCode });
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = incoming;
  return { status, text: Buffer.concat(chunks).toString(), retryAfter: headers['retry-after'] };
}

const token = z.object({
  access_token: z.string().min(1),
  expires_on: z.union([z.string(), z.number()]),
});

/** The endpoint's own words, in each of the forms that it has. */
const refusal = z.object({
  message: z.string().optional(),
  error: z
    .union([z.string(), z.object({ code: z.string().optional(), message: z.string().optional() })])
    .optional(),
  error_description: z.string().optional(),
});

function readToken({ status, text, retryAfter }: EndpointAnswer): IssuedToken {
  const body = parsed(text);
  if (status !== 200) {
    const { error, ...said } = refusal.safeParse(body).data ?? {};
    const named = typeof error === 'string' ? { code: error } : error;
    const words = said.message ?? said.error_description ?? named?.message;
    throw new TokenFailure(named?.code ?? `Http${status}`, {
      status,
      says: words?.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200),
      retryAfterMs: retryAfterMs(retryAfter, new Date()),
    });
  }
  const { data } = token.safeParse(body);
  const endsAt = data ? endOf(data.expires_on) : Number.NaN;
  if (!data || Number.isNaN(endsAt)) throw new TokenFailure('NotAToken', { status });
  return { token: data.access_token, endsAt };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds since 1970, or a date. */
const endOf = (expiresOn: string | number): number =>
  Number.isNaN(Number(expiresOn)) ? Date.parse(String(expiresOn)) : Number(expiresOn) * 1000;
