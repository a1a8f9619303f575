import { type Graph, segment } from '../graph/client.ts';

/**
 * Whether a message with this Message-ID is in the mailbox's Sent Items. False also where the app
 * may not look (`Mail.ReadBasic` is optional), or cannot tell. Never throws.
 */
export async function isInSentItems(
  graph: Graph,
  mailbox: string,
  messageId: string,
  timeoutMs: number,
): Promise<boolean> {
  const filter = encodeURIComponent(`internetMessageId eq '${messageId}'`);
  const path = `/users/${segment(mailbox)}/mailFolders/sentitems/messages`;
  try {
    const query = `?$filter=${filter}&$select=internetMessageId&$top=1`;
    const answer = await graph.get(`${path}${query}`, { tries: 1, timeoutMs });
    const { value } = answer as { value?: { internetMessageId?: unknown }[] };
    return Array.isArray(value) && value.some((one) => one?.internetMessageId === messageId);
  } catch {
    return false;
  }
}
