import { app, type InvocationContext } from '@azure/functions';
import './appStart.ts';
import { decodeMessage, queueName } from './ledger/message.ts';
import { eventLog, loudly } from './log.ts';

let loaded: Promise<typeof import('./runs/send.ts')> | undefined;

/** Claims one notification, looks up people, composes, sends, settles. */
async function sendNotification(message: unknown, context: InvocationContext): Promise<void> {
  const log = eventLog(context);
  const row = decodeMessage(message);
  if (!row) return log('error', 'message.foreign', { fix: 'Only this app may write to its queue' });
  loaded ??= import('./runs/send.ts');
  const { send } = await loaded.catch((error) => {
    // One file that could not be read must not fail all mails of this process.
    loaded = undefined;
    throw error;
  });
  await loudly('send', log, () => send(row, log));
}

// Whoever sent nothing has nothing to wait for.
app.hook.appTerminate(async () => (await loaded)?.farewell());
app.storageQueue('sendNotification', {
  queueName,
  connection: 'AzureWebJobsStorage',
  handler: sendNotification,
});
