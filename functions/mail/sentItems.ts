import { type Graph, segment } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';

/**
 * What a look into Sent Items tells of earlier sends. `forbidden`: the app may not look, which is
 * fine: `Mail.ReadBasic` is optional. `unclear`: it may, but got no answer this time.
 */
export type Look = 'there' | 'unclear' | 'forbidden' | 'absent';

/**
 * Looks for a message by its Message-ID in the Sent Items of every mailbox that it may have been
 * sent from: `absent` only where all of them say so. Never throws.
 */
export async function lookInSentItems(
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
  const path = `/users/${segment(mailbox)}/mailFolders/sentitems/messages`;
  try {
    const query = `?$filter=${filter}&$select=internetMessageId&$top=1`;
    const answer = await graph.get(`${path}${query}`, { tries: 1 });
    const { value } = answer as { value?: { internetMessageId?: unknown }[] };
    if (!Array.isArray(value)) return 'unclear';
    return value.some((one) => one?.internetMessageId === messageId) ? 'there' : 'absent';
  } catch (failure) {
    const retry = failure instanceof GraphFailure && failure.retry;
    return retry ? 'unclear' : 'forbidden';
  }
}
