import * as z from 'zod/mini';
import { type Graph, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';

/**
 * How an attempt to use a permission went. `noMailbox`: there is none of that address, or it is
 * disabled. `unclear`: throttled, unreachable or out of order, so that it says nothing.
 */
export type Use = 'works' | 'denied' | 'noMailbox' | 'unclear';

/** Tries something that needs a permission. Never throws `GraphFailure`. */
export async function tryUse(work: () => Promise<unknown>): Promise<Use> {
  try {
    await work();
    return 'works';
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    if (failure.kind === 'denied') return 'denied';
    return failure.kind === 'notFound' ? 'noMailbox' : 'unclear';
  }
}

const once = { tries: 1 } as const;

/**
 * Whether the app may send from a mailbox, without sending: a message for nobody. Exchange refuses it
 * for its lack of recipients (`ErrorInvalidRecipients`) only where it would take one. That code alone
 * proves leave: any other refusal of the request says nothing of the mailbox.
 */
export const tryToSend = (graph: Graph, mailbox: string): Promise<Use> =>
  tryUse(async () => {
    try {
      await graph.post(`${userPath(mailbox)}/sendMail`, { message: {} }, once);
    } catch (failure) {
      const isTaken = failure instanceof GraphFailure && failure.code === 'ErrorInvalidRecipients';
      if (!isTaken) throw failure;
    }
  });

/** Whether the app may look into a mailbox's Sent Items. */
export const tryToLook = (graph: Graph, mailbox: string): Promise<Use> =>
  tryUse(() => {
    const path = `${userPath(mailbox)}/mailFolders/sentitems/messages`;
    return graph.get(`${path}?$top=1&$select=internetMessageId`, once);
  });

const people = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      mail: z.nullish(z.string()),
      userPrincipalName: z.nullish(z.string()),
      accountEnabled: z.nullish(z.boolean()),
    }),
  ),
});

/** Some members of the tenant who may sign in. Throws `GraphFailure`, or a ZodError. */
export async function someMembers(graph: Graph) {
  const filter = encodeURIComponent("userType eq 'Member'");
  const query = `$filter=${filter}&$select=id,mail,userPrincipalName,accountEnabled&$top=50`;
  const { value } = people.parse(await graph.get(`/users?${query}`));
  return value.filter(({ accountEnabled }) => accountEnabled !== false);
}
