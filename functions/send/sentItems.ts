import type { Config } from '../config/config.ts';
import { type Graph, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import { type RowRef, shortHash } from '../ledger/keys.ts';
import type { MessageTrace } from './messageTrace.ts';

const mark = '.security-info@';

/** The Message-ID: the same for every attempt at a notification, whichever mailbox sends it. */
export const messageIdOf = ({ day, key }: RowRef, domain: string): string =>
  `<${shortHash(`${day} ${key}`).toLowerCase()}${mark}${domain}>`;

/** What all Message-IDs end in. */
export const messageDomainOf = ({ SENDER_MAILBOXES }: Pick<Config, 'SENDER_MAILBOXES'>): string =>
  SENDER_MAILBOXES[0].split('@')[1] ?? '';

/** What mails about the same account refer to, and no others. */
export const threadOf = (account: string, domain: string): string =>
  `<${shortHash(account).toLowerCase()}.account${mark}${domain}>`;

/**
 * What a look into Sent Items tells of earlier sends. `forbidden`: the app may not look, which is
 * fine: `Mail.ReadBasic` is optional; or Exchange gives messages ids of its own, and looking is no
 * use. `unclear`: it may, but got no answer this time. `traced`: it may not or got none, and Exchange's
 * message trace has it.
 */
export type Look = 'there' | 'traced' | 'unclear' | 'forbidden' | 'absent';

/** A view of Sent Items, for one message. */
export type SentItems = ReturnType<typeof sentItemsOf>;

/**
 * A view of Sent Items, for one message. What was seen there once was sent, though the next look
 * may be refused. Never throws.
 */
export function sentItemsOf(graph: Graph, trace?: MessageTrace) {
  let seen: Look | undefined;
  return async (
    mailboxes: readonly string[],
    messageId: string,
    sentAt?: string,
  ): Promise<Look> => {
    if (seen) return seen;
    const look = await lookInSentItems(graph, mailboxes, messageId);
    const isKnown = look === 'there' || look === 'absent' || mailboxes.length === 0;
    const traced = isKnown ? undefined : await trace?.of(messageId);
    // That a trace knows nothing of it yet proves nothing: it is asked again.
    if (traced?.length === 0 && sentAt && trace?.mayNotKnow(sentAt)) return 'unclear';
    const isTraced = traced !== undefined && traced.length > 0;
    if (isTraced || look === 'there') seen = isTraced ? 'traced' : 'there';
    return seen ?? look;
  };
}

/**
 * Looks for a message by its Message-ID in the Sent Items of every mailbox that it may have been
 * sent from: `absent` only where all of them say so.
 */
async function lookInSentItems(
  graph: Graph,
  mailboxes: readonly string[],
  messageId: string,
): Promise<Look> {
  const looks = await Promise.all(
    [...new Set(mailboxes)].map((mailbox) => lookInto(graph, mailbox, messageId)),
  );
  const telling = ['there', 'unclear', 'forbidden'] as const;
  return telling.find((look) => looks.includes(look)) ?? 'absent';
}

async function lookInto(graph: Graph, mailbox: string, messageId: string): Promise<Look> {
  const filter = encodeURIComponent(`internetMessageId eq '${messageId}'`);
  try {
    const found = await idsIn(graph, mailbox, `$filter=${filter}&$top=1`);
    if (!found) return 'unclear';
    if (found.includes(messageId)) return 'there';
    const latest = await idsIn(graph, mailbox, '$orderby=sentDateTime%20desc&$top=20');
    if (!latest) return 'unclear';
    // Where ids are not kept, that ours is not there says nothing.
    return latest.length === 0 || latest.some(isOurs) ? 'absent' : 'forbidden';
  } catch (failure) {
    const retry = failure instanceof GraphFailure && failure.retry;
    return retry ? 'unclear' : 'forbidden';
  }
}

/** Message-IDs in Sent Items; undefined if the answer is none. */
async function idsIn(graph: Graph, mailbox: string, query: string) {
  const path = `${userPath(mailbox)}/mailFolders/sentitems/messages`;
  const answer = await graph.get(`${path}?${query}&$select=internetMessageId`, { tries: 1 });
  const { value } = Object(answer) as { value?: unknown };
  if (!Array.isArray(value)) return undefined;
  return value.map((one) => {
    const { internetMessageId: id } = Object(one) as { internetMessageId?: unknown };
    return typeof id === 'string' ? id : '';
  });
}

/** Whether a Message-ID is one that we gave. */
const isOurs = (messageId: string): boolean => messageId.includes(mark);
