import { app, type InvocationContext } from '@azure/functions';
import { decodeMessage, poisonQueueName } from './ledger/queue.ts';
import { settlePoisoned } from './ledger/settlePoisoned.ts';
import { eventLog, loudly } from './log.ts';
import { openRooms } from './rooms.ts';

const { ledger, now, config } = openRooms();
const { MAX_NOTIFY_AGE_HOURS: maxAgeHours } = config;

/** What the runtime gave up on becomes `failed`, and visible. */
async function settlePoison(message: unknown, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const row = decodeMessage(message);
  if (row)
    await loudly('settle', log, () => settlePoisoned(row, { ledger, now, log, maxAgeHours }));
  else log('error', 'message.foreign', { fix: 'Only this app may write to its queue' });
}

app.storageQueue('settlePoison', {
  queueName: poisonQueueName,
  connection: 'AzureWebJobsStorage',
  handler: settlePoison,
});
