import { type Answer, badRequest, type GraphRequest, suffered } from './answer.ts';
import type { ReceivedMail } from './mailboxes.ts';
import { meets } from './odata/condition.ts';
import { readOptions, readSelect, readTop, select } from './odata/options.ts';
import { parseFilter } from './odata/parse.ts';
import { accessDenied, findSender, type MailTenant } from './sendMailEndpoint.ts';

const properties = new Set(['id', 'internetMessageId', 'subject', 'sentDateTime']);

/** GET /users/{mailbox}/mailFolders/sentitems/messages, by internetMessageId, or the latest. */
export function answerSentItems(request: GraphRequest, tenant: MailTenant): Answer {
  const fault = tenant.faults.take('sentItems');
  const ending = suffered(fault, accessDenied);
  if (ending) return ending;

  const address = findSender(request.segments[1] ?? '', tenant);
  const options = readOptions(request.query, ['$filter', '$select', '$top', '$orderby']);
  const filter = options.get('$filter');
  const condition = filter
    ? parseFilter(filter, { internetMessageId: { type: 'string', operators: ['eq'] } })
    : undefined;
  const order = options.get('$orderby') ?? 'sentDateTime desc';
  if (order !== 'sentDateTime desc') throw badRequest(`$orderby=${order} is not known here.`);
  const names = readSelect(options.get('$select'), properties, 'microsoft.graph.message');
  const top = readTop(options.get('$top'), 10);
  const found = tenant.mailboxes
    .sentItems(address)
    .toReversed()
    .map((mail) => asMessage(mail, tenant.mailboxes.givesIds))
    .filter((message) => condition === undefined || meets(message, condition))
    .slice(0, top);
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#users('${request.segments[1]}')/mailFolders('sentitems')/messages`,
      value: found.map((message) => select(message, names)),
    },
  };
}

function asMessage({ id, messageId, subject, at }: ReceivedMail, givesIds: boolean) {
  const internetMessageId = givesIds ? `<${id}@PROD.OUTLOOK.COM>` : messageId;
  return { id, internetMessageId, subject, sentDateTime: at };
}
