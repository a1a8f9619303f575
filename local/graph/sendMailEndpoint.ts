import * as z from 'zod';
import { type Answer, GraphRefusal, type GraphRequest, statusRefusal, tooMany } from './answer.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import type { Mailboxes, SenderLimits } from './mailboxes.ts';
import { allRecipients, type ReadMessage, readMime } from './mime.ts';

export interface MailTenant {
  readonly directory: Directory;
  readonly mailboxes: Mailboxes;
  readonly faults: Faults;
  readonly now: () => Date;
}

/** POST /users/{mailbox}/sendMail, once the body is there. */
export async function answerSendMail(request: GraphRequest, tenant: MailTenant): Promise<Answer> {
  const { faults, mailboxes } = tenant;
  const address = findSender(request.segments[1] ?? '', tenant);
  const fault = faults.take('sendMail', address);
  if (fault?.kind === 'hang') return { kind: 'hang' };
  if (fault?.kind === 'resetBefore') return { kind: 'reset' };
  if (fault?.kind === 'consentMissing') throw accessDenied();
  if (fault?.kind === 'sendAsDenied') throw sendAsDenied();
  if (fault?.kind === 'submissionBlocked') throw submissionBlocked();
  if (fault?.kind === 'noMailbox') throw noMailbox();
  const refusal = statusRefusal(fault);
  const kept = fault?.kind === '503kept' || fault?.kind === '504kept';
  if (refusal && !kept) throw refusal;

  if (/^application\/json\b/i.test(request.contentType)) throw jsonRefusal(request.body);
  if (!/^text\/plain\b/i.test(request.contentType)) {
    throw new GraphRefusal(400, 'ErrorInvalidRequest', 'Only MIME content (text/plain) is taken.');
  }
  const message = await readMime(request.body);
  if (message.from.toLowerCase() !== address) {
    throw sendAsDenied();
  }
  count(message, mailboxes.limitsOf(address), tenant.now());
  mailboxes.deliver(address, message);
  if (fault?.kind === 'resetAfter') return { kind: 'reset' };
  if (fault?.kind === 'hangKept') return { kind: 'hang' };
  if (refusal) throw refusal;
  return { kind: 'empty', status: 202 };
}

/**
 * Counts a request into its mailbox's four at a time and 10,000 in ten minutes, before its body is read; the
 * answer lets it out again. Throws when the mailbox is full.
 */
export function enterMailbox(
  idOrUpn: string,
  { directory, mailboxes, now }: MailTenant,
): () => void {
  const limits = mailboxes.limitsOf(directory.find(idOrUpn)?.mail ?? idOrUpn);
  if (limits.inFlight >= limits.concurrent) {
    throw tooMany('ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', 1);
  }
  const wait = limits.requests.take(now());
  if (wait !== undefined) {
    throw tooMany('ApplicationThrottled', 'Application is over its request limit.', wait);
  }
  limits.inFlight += 1;
  return () => {
    limits.inFlight -= 1;
  };
}

/** The address of a mailbox that the app may use, in lower case. */
export function findSender(idOrUpn: string, { directory, faults, mailboxes }: MailTenant): string {
  const person = directory.find(idOrUpn);
  if (!person) {
    throw new GraphRefusal(404, 'ErrorInvalidUser', `The requested user '${idOrUpn}' is invalid.`);
  }
  if (person.mail === null || person.userType === 'Guest') throw noMailbox();
  const address = person.mail.toLowerCase();
  const isOpen = faults.peek('sendMail')?.kind === 'tenantWide';
  if (!isOpen && !mailboxes.allowedSenders.has(address)) throw accessDenied();
  return address;
}

const recipients = z
  .array(z.object({ emailAddress: z.object({ address: z.string() }) }))
  .optional();

/** What the action takes. Source: Graph's metadata, action `sendMail`; type `message`, as far as it matters. */
const sendMailBody = z.strictObject({
  message: z.strictObject({
    subject: z.string().nullish(),
    body: z.strictObject({ contentType: z.enum(['text', 'html']), content: z.string() }).optional(),
    toRecipients: recipients,
    ccRecipients: recipients,
    bccRecipients: recipients,
  }),
  saveToSentItems: z.boolean().optional(),
});

/** No mail is sent as JSON here. One without recipients is refused in Exchange's own words. */
function jsonRefusal(body: Buffer): GraphRefusal {
  let given: unknown;
  try {
    given = JSON.parse(body.toString());
  } catch {
    return new GraphRefusal(400, 'BadRequest', 'Unable to read JSON request payload.');
  }
  const read = sendMailBody.safeParse(lowerFirst(given));
  if (!read.success) {
    return new GraphRefusal(
      400,
      'RequestBodyRead',
      `The request is not valid: ${read.error.message}`,
    );
  }
  const { toRecipients = [], ccRecipients = [], bccRecipients = [] } = read.data.message;
  if (toRecipients.length + ccRecipients.length + bccRecipients.length > 0) {
    return new GraphRefusal(400, 'ErrorInvalidRequest', 'Only MIME content is taken.');
  }
  return new GraphRefusal(
    400,
    'ErrorInvalidRecipients',
    "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
  );
}

/** The action's parameters are `Message` and `SaveToSentItems`; Graph takes them in either case. */
const lowerFirst = (given: unknown): unknown =>
  given !== null && typeof given === 'object'
    ? Object.fromEntries(
        Object.entries(given).map(([name, value]) => [
          name.charAt(0).toLowerCase() + name.slice(1),
          value,
        ]),
      )
    : given;

const noMailbox = (): GraphRefusal =>
  new GraphRefusal(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  );

export function accessDenied(): GraphRefusal {
  return new GraphRefusal(
    403,
    'ErrorAccessDenied',
    'Access is denied. Check credentials and try again.',
  );
}

const sendAsDenied = (): GraphRefusal =>
  new GraphRefusal(
    403,
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
  );

const submissionBlocked = (): GraphRefusal =>
  new GraphRefusal(
    403,
    'ErrorMessageSubmissionBlocked',
    'Cannot send mail. Follow the instructions in your Inbox to verify your account.',
  );

function count(message: ReadMessage, limits: SenderLimits, now: Date): void {
  const recipients = allRecipients(message.recipients).length;
  const dayWait = limits.recipients.wait(now, recipients);
  if (dayWait !== undefined) {
    throw tooMany('ErrorExceededMessageLimit', 'The daily recipient limit is exceeded.', dayWait);
  }
  const wait = limits.messages.take(now);
  if (wait !== undefined) {
    throw tooMany('ApplicationThrottled', 'Application is over its message rate limit.', wait);
  }
  limits.recipients.take(now, recipients);
}
