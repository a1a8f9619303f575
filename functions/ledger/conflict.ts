import { RestError } from '@azure/data-tables';

/** Another writer was first. `retry`: read again, decide again. */
export class LedgerConflict extends Error {
  override readonly name = 'LedgerConflict';
  readonly retry = true;
}

/** Undefined for what is not there. */
export async function absent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** A write that another one was ahead of is a `LedgerConflict`. */
export async function guarded<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const conflict = error instanceof RestError && [409, 412].includes(error.statusCode ?? 0);
    throw conflict ? new LedgerConflict('another writer was first', { cause: error }) : error;
  }
}
