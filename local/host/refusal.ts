import { storageRoles } from '../../functions/storageRefusal.ts';
import { failureOf } from './logLine.ts';

/** What a listener makes of an answer of storage. Source: azure-webjobs-sdk, QueueListener. */
type Answer = 'missing' | 'busy' | 'unreachable' | 'gone' | 'refused';

/** `gone`: of a message, that somebody else has it, or it is deleted. Only `refused` ends a process. */
export function answerOf(error: unknown): Answer {
  const { statusCode, code } = Object(error) as { statusCode?: number; code?: string };
  if (statusCode === undefined) return 'unreachable';
  if (statusCode >= 500) return 'busy';
  // An answer to HEAD has no code.
  if (statusCode === 404 && code !== 'MessageNotFound') return 'missing';
  if (/^(MessageNotFound|PopReceiptMismatch|QueueBeingDeleted|QueueDisabled)$/.test(code ?? '')) {
    return 'gone';
  }
  return 'refused';
}

/** Thrown where storage refuses what the host can't do without: the process ends. */
class StorageRefusal extends Error {
  override readonly name = 'StorageRefusal';
}

/** Says which role on which resource. The host's own part of a message of Azure's says neither. */
export function refusalOf(
  error: unknown,
  what: string,
  service: keyof typeof storageRoles,
  resource: string,
): StorageRefusal {
  const { statusCode, code } = Object(error) as { statusCode?: number; code?: string };
  const answer =
    statusCode === undefined ? failureOf(error).message : `${statusCode} ${code ?? ''}`;
  const fix =
    statusCode === 403
      ? `. It takes the role ${storageRoles[service]} on the storage account, and a way through its network rules`
      : '';
  return new StorageRefusal(
    `storage refuses to ${what} the ${service} ${resource} (${answer.trim()})${fix}. ` +
      'The host ends, as it does in Azure; what it had in hand comes back when its hold is over',
    { cause: error },
  );
}
