import type { QueueClient } from '@azure/storage-queue';

/** A message that stays invisible to other readers until it is released. */
export interface Hold {
  /** ends the renewals, and gives the receipt that deletes or updates the message now */
  release(): Promise<string>;
}

/**
 * Renews a received message's invisibility at half-time, as the runtime does. A renewal changes
 * the receipt, so one under way is awaited before the last receipt is handed out.
 */
export function holdMessage(
  queue: QueueClient,
  message: { readonly messageId: string; readonly popReceipt: string },
  seconds: number,
  onLost: (error: unknown) => void,
): Hold {
  let receipt = message.popReceipt;
  let renewal: Promise<void> = Promise.resolve();

  async function renew(): Promise<void> {
    try {
      const renewed = await queue.updateMessage(message.messageId, receipt, undefined, seconds);
      receipt = renewed.popReceipt ?? receipt;
    } catch (error) {
      onLost(error);
    }
  }

  const timer = setInterval(() => {
    renewal = renewal.then(renew);
  }, seconds * 500);

  return {
    async release() {
      clearInterval(timer);
      await renewal;
      return receipt;
    },
  };
}
