/** Keys of a row of the store. */
export interface StoreKeys {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** A row: flat; strings of at most 32 K characters, numbers and booleans. `undefined` is not kept. */
export interface Entity extends StoreKeys {
  readonly [property: string]: unknown;
}

/** A row as it is stored, with the ETag that guards the next write. */
export interface StoredRow extends Entity {
  readonly etag: string;
}

/** Keys from `from` (included) to `to` (included) or `before` (not included), in the order of UTF-16. */
export interface KeySpan {
  readonly from?: string;
  readonly to?: string;
  readonly before?: string;
}

/** What a text property must be; a row without it never meets this. */
export interface Condition {
  readonly property: string;
  readonly is: 'anyOf' | 'noneOf' | 'above' | 'below';
  readonly value: readonly string[];
}

/** What to read. Storage finds partitions and keys at once, and looks through the rows for the rest. */
export interface Query {
  readonly partitions?: KeySpan;
  /** Row keys within any of these; every row where there are none. */
  readonly keys?: readonly KeySpan[];
  /** All of them must hold. */
  readonly where?: readonly Condition[];
  /** Properties that the answer may be cut down to; keys and ETag it has always. */
  readonly select?: readonly string[];
}

/** One write of a transaction. */
export type Write =
  | { readonly kind: 'insert'; readonly row: Entity }
  /** Under the ETag that the row was read with. */
  | { readonly kind: 'replace'; readonly row: Entity; readonly etag: string }
  /** Whatever was there before. */
  | { readonly kind: 'put'; readonly row: Entity }
  /** However it is by now: the SDK takes no ETag for it. */
  | { readonly kind: 'remove'; readonly row: StoreKeys };

/** A replacement under the ETag that a write will give which is under way. */
export interface NextReplacement {
  readonly kind: 'replace';
  readonly row: Entity;
  readonly etag: Promise<string>;
}

/** Writes once all is written that they wait for. Throws what that threw. */
export async function settled(writes: readonly (Write | NextReplacement)[]): Promise<Write[]> {
  const all: Write[] = [];
  for (const write of writes) {
    if (isNext(write)) all.push({ ...write, etag: await write.etag });
    else all.push(write);
  }
  return all;
}

export const isNext = (write: Write | NextReplacement): write is NextReplacement =>
  write.kind === 'replace' && typeof write.etag !== 'string';

/** Azure: rows in one transaction. */
export const mostWrites = 100;

/**
 * Where the ledger's rows are kept. Methods throw `LedgerConflict` where another writer was first: a row
 * that is there already, or is not as it was read, or is gone; and `StorageFailure` for all else.
 */
export interface LedgerStore {
  /** Undefined for what is not there. */
  get(keys: StoreKeys): Promise<StoredRow | undefined>;
  /** In the order of their keys. */
  query(query: Query): AsyncIterable<StoredRow>;
  /** Returns the ETag. */
  insert(row: Entity): Promise<string>;
  /** Under the ETag that the row was read with. Returns the new one. */
  replace(row: Entity, etag: string): Promise<string>;
  /** Whatever was there before: the last word counts. */
  put(row: Entity): Promise<void>;
  remove(row: StoreKeys, etag: string): Promise<void>;
  /**
   * All or nothing: at most `mostWrites` different rows of one partition. Returns the ETags in the same
   * order, empty for what was removed. One that waits for another is made ready meanwhile, and nothing of it
   * is written if that one fails.
   */
  transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]>;
}

/** The rows of one partition. */
export const partition = (key: string): Query => ({ partitions: { from: key, to: key } });

/** Whether a property is among these. */
export const anyOf = (property: string, ...value: readonly string[]): Condition => ({
  property,
  is: 'anyOf',
  value,
});

/** Whether a row has a text property that is none of these. */
export const noneOf = (property: string, ...value: readonly string[]): Condition => ({
  property,
  is: 'noneOf',
  value,
});

/** Whether a row has a text property that sorts after this one. */
export const above = (property: string, value: string): Condition => ({
  property,
  is: 'above',
  value: [value],
});

/** Whether a row has a text property that sorts before this one. */
export const below = (property: string, value: string): Condition => ({
  property,
  is: 'below',
  value: [value],
});

/** Whether a row has a text property that is not empty. */
export const has = (property: string): Condition => above(property, '');

/** Another writer was first. `retry`: read again, decide again. */
export class LedgerConflict extends Error {
  override readonly name = 'LedgerConflict';
  readonly retry = true;
}

/** Storage refused, or did not answer. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
  /** HTTP; undefined where there was no answer. */
  readonly status: number | undefined;
  /** As storage or the network gives it, such as `ServerBusy` or `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** The same request may succeed later, without anybody mending anything. */
  readonly retry: boolean;

  constructor(
    message: string,
    { status, code, cause }: { status?: number; code?: string; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    // 409 is never of a row, which is a `LedgerConflict`: a table or queue is being made, or deleted.
    this.retry = status === undefined || status >= 500 || [408, 409, 429].includes(status);
  }
}

/** What an SDK fails with, in its own words: the service's answer, none in time, or no token to ask with. */
const sdkErrors = /^(RestError|AbortError|TimeoutError|CredentialUnavailable|.*Authentication)/;

interface SdkError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly odataError?: { readonly code?: string } };
}

/** A failure of one of Azure's storage SDKs; anything else is a defect, and comes back as it is. */
export function storageFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !sdkErrors.test(error.name)) return error;
  const { statusCode: status, details, ...rest } = error as SdkError;
  // The table SDK leaves the service's own code where it was found, but for transactions.
  const code = rest.code ?? details?.odataError?.code;
  return new StorageFailure(error.message, {
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    cause: error,
  });
}
