import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { holdMessage } from './hold.ts';
import type { QueueSettings } from './hostJson.ts';
import { invoke, runtimeTime, type Trigger } from './invocation.ts';
import type { Ends } from './listener.ts';
import { failureOf, type Log } from './logLine.ts';
import { decodeMessageText } from './messageText.ts';
import { answerOf, refusalOf } from './refusal.ts';
import type { QueueFunction } from './registration.ts';

/** Where a function's messages come from, and go when it fails for good. */
export interface MessageQueues {
  readonly queue: QueueClient;
  /** a poison queue has none of its own */
  readonly poison: QueueClient | undefined;
}

/** What handling messages needs besides them. */
interface Handling {
  readonly settings: QueueSettings;
  /** seconds */
  readonly hold: number;
  readonly log: Log;
  /** a function ran for too long, or storage refused: the process ends, and the message stays held */
  readonly ends: Ends;
}

/** Handles one received message to its end, and tells whether the function was invoked. */
export async function handleMessage(
  target: QueueFunction,
  { queue, poison }: MessageQueues,
  message: DequeuedMessageItem,
  { settings, hold: seconds, log, ends }: Handling,
): Promise<boolean> {
  const { messageId, dequeueCount } = message;
  const told = { function: target.name, queue: target.queueName, messageId, dequeueCount };

  /** Somebody else may have the message by now: that is no failure of ours. */
  async function unlessGone(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (answerOf(error) !== 'gone') throw refusalOf(error, what, 'queue', target.queueName);
      log('debug', { event: 'host.stale', ...told, ...failureOf(error) });
    }
  }

  async function giveUp(receipt: string, reason: string): Promise<void> {
    // On a poison queue it stays invisible until its hold is over, and comes again for seven days.
    if (!poison) return;
    const copy = () => poison.sendMessage(message.messageText);
    try {
      await copy().catch(async (error) => {
        if (answerOf(error) !== 'missing') throw error;
        await poison.createIfNotExists();
        await copy();
      });
    } catch (error) {
      throw refusalOf(error, 'move a message to', 'queue', poison.name);
    }
    await unlessGone('delete from', () => queue.deleteMessage(messageId, receipt));
    log('warn', { event: 'host.poisoned', ...told, reason });
  }

  async function fail(receipt: string): Promise<void> {
    if (!poison) return;
    if (dequeueCount >= settings.maxDequeueCount) return giveUp(receipt, 'failed too often');
    await unlessGone('release in', () =>
      queue.updateMessage(messageId, receipt, undefined, settings.visibilityTimeout),
    );
  }

  const decoded = decodeMessageText(message.messageText, settings.messageEncoding);
  if (decoded.kind === 'not base64') {
    await giveUp(message.popReceipt, decoded.kind);
    return false;
  }
  if (poison && dequeueCount > settings.maxDequeueCount) {
    await giveUp(message.popReceipt, 'received too often');
    return false;
  }
  if (decoded.kind === 'undecodable') {
    log('error', { event: 'host.failed', ...told, message: 'the message is no UTF-8' });
    await fail(message.popReceipt);
    return false;
  }

  const hold = holdMessage(queue, message, seconds, {
    onLost: (error) => log('debug', { event: 'host.stale', ...told, ...failureOf(error) }),
    onRefused: (error) => ends(refusalOf(error, 'hold a message of', 'queue', target.queueName)),
  });
  const outcome = await invoke(target, triggerOf(message, decoded.text), log);
  const receipt = await hold.release();
  if (outcome === 'timed out') {
    ends(timeoutOf(target));
    return true;
  }
  if (outcome === 'failed') await fail(receipt);
  else await unlessGone('delete from', () => queue.deleteMessage(messageId, receipt));
  return true;
}

/** A function that ran for longer than host.json's functionTimeout. */
export const timeoutOf = ({ name }: { readonly name: string }) =>
  new Error(
    `"${name}" ran for longer than host.json's functionTimeout. The host ends, as it does in Azure`,
  );

const asJson = (value: unknown) => ({ json: JSON.stringify(value) });

/** The message as the runtime hands it on: times as JSON, in whole seconds, and a JSON object's members. */
function triggerOf(message: DequeuedMessageItem, text: string): Trigger {
  const time = (at: Date) => asJson(runtimeTime(at));
  return {
    data: { string: text },
    metadata: {
      QueueTrigger: { string: text },
      DequeueCount: asJson(message.dequeueCount),
      ExpirationTime: time(message.expiresOn),
      Id: { string: message.messageId },
      InsertionTime: time(message.insertedOn),
      NextVisibleTime: time(message.nextVisibleOn),
      PopReceipt: { string: message.popReceipt },
      ...membersOf(text),
    },
  };
}

function membersOf(text: string): Record<string, { string: string } | { json: string }> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return {};
    return Object.fromEntries(
      Object.entries(parsed).map(([name, value]) => [
        name,
        typeof value === 'string' ? { string: value } : asJson(value),
      ]),
    );
  } catch {
    return {};
  }
}
