import {
  EnvironmentCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import type { Config } from '../config/config.ts';

/**
 * The credential for Graph: of who is signed in, if anybody; in Azure the user-assigned managed
 * identity by its client id, elsewhere what the environment names, for loopback none at all.
 */
export function credentialFor(
  { identity }: Pick<Config, 'identity'>,
  signedIn?: TokenCredential,
): TokenCredential | undefined {
  switch (identity.kind) {
    case 'managed':
      return signedIn ?? new ManagedIdentityCredential({ clientId: identity.clientId });
    case 'environment':
      return signedIn ?? new EnvironmentCredential();
    case 'none':
      return undefined;
  }
}

/** The credential for storage, where no connection string is given. */
export function storageCredential(
  { storage }: Pick<Config, 'storage'>,
  signedIn?: TokenCredential,
): TokenCredential | undefined {
  if ('connectionString' in storage) return undefined;
  const { clientId } = storage;
  if (signedIn) return signedIn;
  return clientId ? new ManagedIdentityCredential({ clientId }) : new EnvironmentCredential();
}
