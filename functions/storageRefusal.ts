/** The roles that the app needs on its storage account, by service. */
export const storageRoles = {
  table: 'Storage Table Data Contributor',
  queue: 'Storage Queue Data Contributor',
  blob: 'Storage Blob Data Owner',
} as const;

type Service = keyof typeof storageRoles;

/** What storage did not let an identity do, and the role that lets it. */
interface StorageRefusal {
  readonly service: Service;
  /** the table, queue or container */
  readonly resource: string;
  readonly role: string;
}

/**
 * Reads off an error of the storage SDKs that access was denied, and to what. Undefined for everything
 * else. The host says neither when its own listener is refused; it ends.
 */
export function storageRefusal(error: unknown): StorageRefusal | undefined {
  const { name, cause } = Object(error) as Partial<Error>;
  const { statusCode, request } = Object(name === 'StorageFailure' ? cause : error) as {
    readonly statusCode?: unknown;
    readonly request?: { readonly url?: unknown };
  };
  const address = typeof request?.url === 'string' ? request.url : '';
  if (statusCode !== 403 || !URL.canParse(address)) return undefined;
  const { hostname, pathname } = new URL(address);
  const [, named] = /\.(table|queue|blob)\./.exec(hostname) ?? [];
  const parts = pathname.split('/').filter(Boolean);
  // The emulator's addresses name the account in the place of the service. Tables have no hyphens.
  const first = (named ? parts[0] : parts[1]) ?? '';
  const service = (named ?? (first.includes('-') ? 'queue' : 'table')) as Service;
  return { service, resource: first.replace(/\(.*$/, ''), role: storageRoles[service] };
}
