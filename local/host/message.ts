import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { holdMessage } from './hold.ts';
import { invoke, runtimeTime, type Trigger } from './invocation.ts';
import { failureOf, type Log } from './logLine.ts';
import type { QueueSettings } from './queueSettings.ts';
import type { QueueFunction } from './registration.ts';

/**
 * How long a message is invisible while it is handled, renewed at half-time. The real runtime
 * takes ten minutes; here a host that was killed is usually started again at once, and what it
 * was doing should come back soon.
 */
export const holdSeconds = 30;

/** Where a function's messages come from, and go when it fails for good. */
export interface MessageQueues {
  readonly queue: QueueClient;
  /** a poison queue has none of its own */
  readonly poison: QueueClient | undefined;
}

/** Handles one received message to its end, and tells whether the function was invoked. */
export async function handleMessage(
  target: QueueFunction,
  { queue, poison }: MessageQueues,
  message: DequeuedMessageItem,
  settings: QueueSettings,
  log: Log,
): Promise<boolean> {
  const { messageId, dequeueCount } = message;
  const told = { function: target.name, queue: target.queueName, messageId, dequeueCount };

  async function giveUp(receipt: string, reason: string): Promise<void> {
    if (!poison) return;
    await poison.sendMessage(message.messageText);
    await queue.deleteMessage(messageId, receipt);
    log('warn', { event: 'host.poisoned', ...told, reason });
  }

  const text = decode(message.messageText, settings.messageEncoding);
  if (text === undefined) {
    await giveUp(message.popReceipt, 'not base64');
    return false;
  }
  if (dequeueCount > settings.maxDequeueCount) {
    await giveUp(message.popReceipt, 'received too often');
    return false;
  }

  const hold = holdMessage(queue, message, holdSeconds, (error) =>
    log('warn', { event: 'host.storage', ...told, ...failureOf(error) }),
  );
  const succeeded = await invoke(target, triggerOf(message, text), log);
  const receipt = await hold.release();

  if (succeeded) {
    await queue.deleteMessage(messageId, receipt);
  } else if (dequeueCount >= settings.maxDequeueCount) {
    await giveUp(receipt, 'failed too often');
  } else if (poison) {
    await queue.updateMessage(messageId, receipt, undefined, settings.visibilityTimeout);
  }
  // What failed on a poison queue stays invisible until its hold ends, lest it spin.
  return true;
}

/** The message as the runtime hands it on: times as JSON, in whole seconds. */
function triggerOf(message: DequeuedMessageItem, text: string): Trigger {
  const time = (at: Date) => ({ json: JSON.stringify(runtimeTime(at)) });
  return {
    data: { string: text },
    metadata: {
      QueueTrigger: { string: text },
      DequeueCount: { json: String(message.dequeueCount) },
      ExpirationTime: time(message.expiresOn),
      Id: { string: message.messageId },
      InsertionTime: time(message.insertedOn),
      NextVisibleTime: time(message.nextVisibleOn),
      PopReceipt: { string: message.popReceipt },
    },
  };
}

/** Undefined for what isn't base64, which Node would decode to something else in silence. */
function decode(text: string, encoding: QueueSettings['messageEncoding']): string | undefined {
  if (encoding === 'none') return text;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes.toString('utf8') : undefined;
}
