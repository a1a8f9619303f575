import * as z from 'zod/mini';
import type { Graph } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock } from '../log.ts';

/** Where Exchange says that a mail is. `junk`: delivered, as spam; `pending`: not decided yet. */
export type Arrival = 'delivered' | 'junk' | 'quarantined' | 'failed' | 'pending';

/** One recipient of a mail. The address is in lower case. */
export interface Traced {
  readonly recipient: string;
  readonly arrival: Arrival;
}

/** Looks up where mails arrived. Never throws `GraphFailure`. */
export interface MessageTrace {
  /** False once Graph has said so, or had enough; asked again after a while. */
  mayLook(): boolean;
  /**
   * What became of a mail of the last 48 hours, by its Message-ID: empty where Exchange knows of none, which
   * for some minutes it does not. Undefined where nobody may look, or there was no answer.
   */
  of(messageId: string): Promise<Traced[] | undefined>;
  /** Whether a mail of then is too young for Exchange to be sure to know of it. */
  mayNotKnow(sentAt: string): boolean;
}

/** Source: Graph docs, v1.0, "exchangeMessageTrace". What the future adds is not decided. */
const arrivals: Readonly<Record<string, Arrival>> = {
  delivered: 'delivered',
  expanded: 'delivered',
  filteredAsSpam: 'junk',
  quarantined: 'quarantined',
  failed: 'failed',
};

const answer = z.object({
  value: z.array(z.object({ recipientAddress: z.string(), status: z.nullish(z.string()) })),
});

const path = '/admin/exchange/tracing/messageTraces';
/** The smallest question, to see whether it may be asked. */
export const tracePath = `${path}?$top=1`;

/** A consent takes an hour or more to arrive in a managed identity's token. */
const deniedMs = 60 * 60_000;
/** Exchange takes some minutes to know of a mail. */
const knownMs = 15 * 60_000;
/** Graph takes 100 such requests in five minutes. */
const throttledMs = 5 * 60_000;

/**
 * Needs `ExchangeMessageTrace.Read.All`, which is optional, and Microsoft's service principal for it in the
 * tenant: without, the first question finds out, and this process asks again after an hour.
 */
export function messageTrace(graph: Pick<Graph, 'get'>, now: Clock): MessageTrace {
  let silentUntil = 0;
  const mayLook = () => now().getTime() >= silentUntil;
  return {
    mayLook,
    mayNotKnow: (sentAt) => now().getTime() - Date.parse(sentAt) < knownMs,
    async of(messageId) {
      if (!mayLook()) return undefined;
      const filter = encodeURIComponent(`messageId eq '${messageId.replaceAll("'", "''")}'`);
      try {
        const found = answer.safeParse(
          await graph.get(`${path}?$filter=${filter}`, { tries: 1, timeoutMs: 10_000 }),
        );
        return found.data?.value.map(({ recipientAddress, status }) => ({
          recipient: recipientAddress.toLowerCase(),
          arrival: arrivals[status ?? ''] ?? 'pending',
        }));
      } catch (failure) {
        if (!(failure instanceof GraphFailure)) throw failure;
        const { kind, retry, retryAfterMs = throttledMs } = failure;
        if (kind === 'throttled') silentUntil = now().getTime() + retryAfterMs;
        else if (!retry) silentUntil = now().getTime() + deniedMs;
        return undefined;
      }
    },
  };
}
