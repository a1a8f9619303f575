import { hash as digest } from 'node:crypto';

/** The partitions of all days: they begin with a digit, the others with a letter. */
export const anyDay = { before: 'a' } as const;

/** Where a row of the ledger is. */
export interface RowRef {
  /** PartitionKey: the UTC day of the activity. */
  readonly day: string;
  /** RowKey: time, kind and hash. */
  readonly key: string;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Two digits for each number of ten bits. */
const pairs = [...alphabet].flatMap((first) => [...alphabet].map((second) => first + second));

/** 80 bits of SHA-256 in Crockford's base 32: safe in a key, and readable over the phone. */
export function shortHash(text: string): string {
  // As text of a character a byte, which is made sooner than a buffer.
  const bytes = digest('sha256', text, 'binary');
  let hash = '';
  for (let at = 0; at < 10; at += 5) {
    const byte = (index: number) => bytes.charCodeAt(at + index);
    hash += pairs[(byte(0) << 2) | (byte(1) >> 6)];
    hash += pairs[((byte(1) & 63) << 4) | (byte(2) >> 4)];
    hash += pairs[((byte(2) & 15) << 6) | (byte(3) >> 2)];
    hash += pairs[((byte(3) & 3) << 8) | byte(4)];
  }
  return hash;
}

export const dayMs = 24 * 3_600_000;

/** The day of UTC that a row lies in, of a time in ms since 1970: `2026-11-24`. */
export const dayOf = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 10);

/** A time with exactly seven fractional digits, so that keys sort by it. */
export function keyTime(time: string): string {
  // As Graph gives it.
  if (time.length === 28 && time[19] === '.' && time[27] === 'Z') return time;
  const [seconds = '', fraction = ''] = time.replace(/Z$/, '').split('.');
  return `${seconds}.${fraction.padEnd(7, '0')}Z`;
}

/** A key time moved by milliseconds; the digits beyond them stay. */
export const keyTimeAfter = (time: string, milliseconds: number): string =>
  keyTime(new Date(Date.parse(time) + milliseconds).toISOString());

const ref = (time: string, kind: 'a' | 'n', of: string): RowRef => ({
  day: time.slice(0, 10),
  key: `${keyTime(time)}~${kind}~${shortHash(of)}`,
});

/** The row of an audit record. Ids are hashed: they may hold characters that keys may not. */
export const auditRef = (time: string, auditId: string): RowRef => ref(time, 'a', auditId);

/** The row of the notification that an audit record starts. */
export const notificationRef = (time: string, auditId: string): RowRef => ref(time, 'n', auditId);

/** What a reader quotes, and operators look up: `7F3K-9Q2M`. */
export function reference(row: RowRef): string {
  const hash = row.key.slice(-16);
  return `${hash.slice(0, 4)}-${hash.slice(4, 8)}`;
}
