import type { RowRef } from './keys.ts';

/** Queue of notifications to send, and where the runtime puts what it gave up on. */
export const queueName = 'security-info-notifications';
export const poisonQueueName = `${queueName}-poison`;

/** Only the key travels, never the mail. Base64, as host.json's messageEncoding says. */
export const encodeMessage = ({ day, key }: RowRef): string =>
  Buffer.from(JSON.stringify({ day, key })).toString('base64');

const dayShape = /^\d{4}-\d\d-\d\d$/;
const keyShape = /^[\d:.TZ-]{20,40}~n~[\dA-Z]{16}$/;

/** Reads a message as the runtime hands it over: parsed JSON. Undefined where it names no notification. */
export function decodeMessage(given: unknown): RowRef | undefined {
  const { day, key } = Object(given) as Readonly<Record<string, unknown>>;
  const isOurs = typeof day === 'string' && typeof key === 'string';
  return isOurs && dayShape.test(day) && keyShape.test(key) ? { day, key } : undefined;
}
