import { badRequest } from './answer.ts';

/** Where a page ends, and which state of the log its query sees. */
export interface SkipToken {
  /** When the first page was read, epoch milliseconds. */
  readonly at: number;
  /** How many rows the log held then. */
  readonly size: number;
  /** Key of the last row shown. */
  readonly after?: string;
}

/** An opaque `$skiptoken`. It holds everything needed, so the simulator remembers no queries. */
export function writeSkipToken(token: SkipToken): string {
  return Buffer.from(JSON.stringify([token.at, token.size, token.after])).toString('base64url');
}

export function readSkipToken(text: string): SkipToken {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw badRequest('Invalid skip token.');
  }
  if (!Array.isArray(parts) || typeof parts[0] !== 'number' || typeof parts[1] !== 'number') {
    throw badRequest('Invalid skip token.');
  }
  const [at, size, after] = parts;
  return { at, size, ...(typeof after === 'string' ? { after } : {}) };
}
