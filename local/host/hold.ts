import type { QueueClient } from '@azure/storage-queue';
import { answerOf } from './refusal.ts';

/** A message that stays invisible to other readers until it is released. */
interface Hold {
  /** ends the renewals, and gives the receipt that deletes or updates the message now */
  release(): Promise<string>;
}

/** After a 5xx a renewal is repeated this soon, in ms. */
const repeatMs = 1000;

/**
 * Renews a received message's invisibility at half-time, as the runtime does. A renewal changes
 * the receipt, so one under way is awaited before the last receipt is handed out. `onLost`: somebody
 * else has the message; `onRefused`: storage does not let us.
 */
export function holdMessage(
  queue: QueueClient,
  message: { readonly messageId: string; readonly popReceipt: string },
  seconds: number,
  told: { readonly onLost: (error: unknown) => void; readonly onRefused: (error: unknown) => void },
): Hold {
  let receipt = message.popReceipt;
  let renewal: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function renew(): Promise<void> {
    try {
      const renewed = await queue.updateMessage(message.messageId, receipt, undefined, seconds);
      receipt = renewed.popReceipt ?? receipt;
      renewAfter(seconds * 500);
    } catch (error) {
      const answer = answerOf(error);
      if (answer === 'busy' || answer === 'unreachable') renewAfter(repeatMs);
      else if (answer === 'refused') told.onRefused(error);
      else told.onLost(error);
    }
  }

  function renewAfter(milliseconds: number): void {
    timer = setTimeout(() => {
      renewal = renew();
    }, milliseconds);
  }

  // Without a hold, everybody sees the message all the time.
  if (seconds > 0) renewAfter(seconds * 500);
  return {
    async release() {
      clearTimeout(timer);
      await renewal;
      // A renewal that was under way has set another.
      clearTimeout(timer);
      return receipt;
    },
  };
}
