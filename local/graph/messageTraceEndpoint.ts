import { type Answer, GraphRefusal, type GraphRequest, suffered, tooMany } from './answer.ts';
import type { Faults } from './faults.ts';
import type { Mailboxes } from './mailboxes.ts';
import { meets } from './odata/condition.ts';
import { readOptions, readTop } from './odata/options.ts';
import { parseFilter } from './odata/parse.ts';

interface TraceTenant {
  readonly mailboxes: Mailboxes;
  readonly faults: Faults;
  readonly now: () => Date;
}

/** How long Exchange takes to know of a mail, in ms. */
const knownMs = 5 * 60_000;
const reachMs = 48 * 60 * 60_000;

/** GET /admin/exchange/tracing/messageTraces: a row for each recipient, of the last 48 hours. */
export function answerMessageTraces(
  { query, origin }: GraphRequest,
  { mailboxes, faults, now }: TraceTenant,
): Answer {
  const wait = mailboxes.traces.take(now());
  if (wait !== undefined) {
    throw tooMany('TooManyRequests', 'This request is throttled. Please try again later.', wait);
  }
  const fault = faults.take('messageTraces');
  const ending = suffered(
    fault,
    () => new GraphRefusal(403, 'ErrorAccessDenied', 'Access is denied.'),
  );
  if (ending) return ending;
  const options = readOptions(query, ['$filter', '$top']);
  const filter = options.get('$filter');
  const text = { type: 'string', operators: ['eq'] } as const;
  const condition = filter
    ? parseFilter(filter, { messageId: text, recipientAddress: text, senderAddress: text })
    : undefined;
  const time = now().getTime();
  const value = mailboxes.mails
    .filter(({ at }) => {
      const age = time - Date.parse(at);
      return age >= knownMs && age <= reachMs;
    })
    .flatMap(({ id, at, sender, recipients, messageId, subject }) =>
      [...recipients.to, ...recipients.cc, ...recipients.bcc].map((recipientAddress) => ({
        id,
        senderAddress: sender,
        recipientAddress,
        messageId: mailboxes.givesIds ? `<${id}@PROD.OUTLOOK.COM>` : messageId,
        receivedDateTime: at,
        subject,
        size: 20_000,
        fromIP: '',
        toIP: '',
        status: mailboxes.arrivals.get(recipientAddress.toLowerCase()) ?? 'delivered',
      })),
    )
    .filter((row) => condition === undefined || meets(row, condition))
    .slice(0, readTop(options.get('$top'), 1000));
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${origin}/v1.0/$metadata#admin/exchange/tracing/messageTraces`,
      value,
    },
  };
}
