import { shortHash } from '../ledger/keys.ts';

const plain = /^[^\s\p{C}<>()[\]\\,;:"@]{1,64}@[^\s\p{C}<>()[\]\\,;:"@]{1,189}$/u;

/** Whether a text is one mailbox address that can stand in a mail header, and nothing else. */
export const isMailAddress = (text: string): boolean => plain.test(text);

/** What is kept of an address in place of it. */
export const addressHash = (address: string): string => shortHash(address.toLowerCase());

/** The address where it is one; undefined for anything else. */
export function mailAddress(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return isMailAddress(trimmed) ? trimmed : undefined;
}
