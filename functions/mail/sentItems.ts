import { type Graph, segment } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';

/**
 * What a look into Sent Items tells of an earlier send. `forbidden`: the app may not look, which is
 * fine: `Mail.ReadBasic` is optional. `unclear`: it may, but got no answer this time.
 */
export type Look = 'there' | 'absent' | 'forbidden' | 'unclear';

/** Looks for a message by its Message-ID in the Sent Items of a mailbox. Never throws. */
export async function lookInSentItems(
  graph: Graph,
  mailbox: string,
  messageId: string,
  timeoutMs: number,
): Promise<Look> {
  const filter = encodeURIComponent(`internetMessageId eq '${messageId}'`);
  const path = `/users/${segment(mailbox)}/mailFolders/sentitems/messages`;
  try {
    const query = `?$filter=${filter}&$select=internetMessageId&$top=1`;
    const answer = await graph.get(`${path}${query}`, { tries: 1, timeoutMs });
    const { value } = answer as { value?: { internetMessageId?: unknown }[] };
    if (!Array.isArray(value)) return 'unclear';
    return value.some((one) => one?.internetMessageId === messageId) ? 'there' : 'absent';
  } catch (failure) {
    const retry = failure instanceof GraphFailure && failure.retry;
    return retry ? 'unclear' : 'forbidden';
  }
}
