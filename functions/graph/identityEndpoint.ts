import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import * as z from 'zod/mini';
import type { IdentityEndpoint } from '../config/identity.ts';
import { once } from '../once.ts';
import { type Answer, ExchangeFailure, exchange } from './exchange.ts';
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
  // An agent of its own: the global one may be told to use a proxy (NODE_USE_ENV_PROXY).
  const options = {
    headers: { 'X-IDENTITY-HEADER': header },
    agent: url.protocol === 'https:' ? new SecureAgent() : new Agent(),
    mostBytes,
  };
  return async (resource, signal, refused) => {
    const target = new URL(url);
    target.searchParams.set('resource', resource);
    target.searchParams.set('client_id', clientId);
    target.searchParams.set('api-version', '2019-08-01');
    // Where the endpoint knows this, it passes over its cache; elsewhere it passes over this.
    if (refused) target.searchParams.set('token_sha256_to_refresh', sha256(refused));
    try {
      return readToken(await exchange(target, { ...options, signal }));
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error;
      throw new TokenFailure(error.code, error.status ? { status: error.status } : {});
    }
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const token = once(() =>
  z.object({
    // What a header may hold. Source: RFC 6750, 2.1, and whatever else is printed.
    access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
    expires_on: z.union([z.string(), z.number()]),
  }),
);

/** The endpoint's own words, in each of the forms that it has. */
const refusal = once(() =>
  z.object({
    message: z.optional(z.string()),
    error: z.optional(
      z.union([
        z.string(),
        z.object({ code: z.optional(z.string()), message: z.optional(z.string()) }),
      ]),
    ),
    error_description: z.optional(z.string()),
  }),
);

function readToken({ status, headers, text }: Answer): IssuedToken {
  const body = parsed(text);
  if (status !== 200) {
    const { error, ...said } = refusal().safeParse(body).data ?? {};
    const named = typeof error === 'string' ? { code: error } : error;
    const words = said.message ?? said.error_description ?? named?.message;
    throw new TokenFailure(printable(named?.code ?? `Http${status}`, 100), {
      status,
      says: words && printable(words, 200),
      retryAfterMs: retryAfterMs(headers['retry-after'], new Date()),
    });
  }
  const { data } = token().safeParse(body);
  const endsAt = data ? endOf(data.expires_on) : Number.NaN;
  if (!data || Number.isNaN(endsAt)) throw new TokenFailure('NotAToken', { status });
  return { token: data.access_token, endsAt };
}

const printable = (text: string, longest: number) =>
  text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, longest);

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
