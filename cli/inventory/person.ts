import type { PasskeyFacts } from '../../functions/recognise/change.ts';

/** A method that somebody has. `kind` is in the report's words; times are ISO 8601, UTC. */
export interface Method {
  readonly kind: string;
  readonly createdAt?: string;
  /** By Graph's beta alone, and only for kinds that keep it. */
  readonly lastUsedAt?: string;
  readonly passkey?: PasskeyFacts;
}

/**
 * What a look at one person found. `passkeys`: these and no other methods; `all`: all of them. `denied`:
 * nobody may look; `failed`: Graph did not answer, or not so that it could be read.
 */
export type Look =
  | {
      readonly found: 'passkeys' | 'all';
      readonly at: string;
      readonly methods: readonly Method[];
    }
  | { readonly found: 'denied' | 'gone' | 'failed' };

/** Somebody as Microsoft's report knows them. Names are untrusted text. */
export interface Person {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly isGuest: boolean;
  /** In the report's words. */
  readonly kinds: readonly string[];
  /** When the report's row was made. */
  readonly asOf: string;
  /** Absent where nobody looked. */
  readonly look?: Look;
}
