import {
  EnvironmentCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import type { Config } from '../config.ts';

/**
 * The credential for Graph and for storage without keys: in Azure the user-assigned managed
 * identity by its client id, elsewhere what the environment names, for loopback none at all.
 */
export function credentialFor({ identity }: Pick<Config, 'identity'>): TokenCredential | undefined {
  switch (identity.kind) {
    case 'managed':
      return new ManagedIdentityCredential({ clientId: identity.clientId });
    case 'environment':
      return new EnvironmentCredential();
    case 'none':
      return undefined;
  }
}

/** The credential for storage, where no connection string is given. */
export function storageCredential({
  storage,
}: Pick<Config, 'storage'>): TokenCredential | undefined {
  if ('connectionString' in storage) return undefined;
  const { clientId } = storage;
  return clientId ? new ManagedIdentityCredential({ clientId }) : new EnvironmentCredential();
}
