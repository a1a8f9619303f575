import { app, type InvocationContext } from '@azure/functions';
import { decodeMessage, queueName } from './ledger/queue.ts';
import { consoleLog, eventLog, loudly } from './log.ts';
import { openRooms } from './rooms.ts';
import { deliver } from './send/deliver.ts';
import { deliveryRoom } from './send/room.ts';
import { sayFarewell } from './send/sends.ts';

const room = deliveryRoom(openRooms());

/** Claims one notification, looks up people, composes, sends, settles. */
async function sendNotification(message: unknown, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const row = decodeMessage(message);
  if (row) await loudly('send', log, () => deliver(row, { ...room, log }));
  else log('error', 'message.foreign', { fix: 'Only this app may write to its queue' });
}

app.hook.appTerminate(() => sayFarewell(room, consoleLog));
app.storageQueue('sendNotification', {
  queueName,
  connection: 'AzureWebJobsStorage',
  handler: sendNotification,
});
