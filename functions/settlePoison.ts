import { app, type InvocationContext } from '@azure/functions';
import './appStart.ts';
import { decodeMessage, poisonQueueName } from './ledger/message.ts';
import { eventLog, loudly } from './log.ts';

/** What the runtime gave up on becomes `failed`, and visible. */
async function settlePoison(message: unknown, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const row = decodeMessage(message);
  if (!row) return log('error', 'message.foreign', { fix: 'Only this app may write to its queue' });
  const { settle } = await import('./runs/settle.ts');
  await loudly('settle', log, () => settle(row, log));
}

app.storageQueue('settlePoison', {
  queueName: poisonQueueName,
  connection: 'AzureWebJobsStorage',
  handler: settlePoison,
});
