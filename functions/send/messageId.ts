import { type RowRef, shortHash } from '../ledger/keys.ts';

const mark = '.security-info@';

/** The same for every attempt at the same notification, whichever mailbox sends it. */
export const messageIdOf = ({ day, key }: RowRef, domain: string): string =>
  `<${shortHash(`${day} ${key}`).toLowerCase()}${mark}${domain}>`;

/** The same for every mail about the same account, and for no other. */
export const threadOf = (account: string, domain: string): string =>
  `<${shortHash(account).toLowerCase()}.account${mark}${domain}>`;

/** Whether a Message-ID is one that we gave. */
export const isOurs = (messageId: string): boolean => messageId.includes(mark);
