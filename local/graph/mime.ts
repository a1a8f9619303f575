import PostalMime, { type Address } from 'postal-mime';
import { GraphRefusal } from './answer.ts';

/** What Exchange reads from a message: who it is from and who gets it. */
export interface ReadMessage {
  readonly raw: string;
  readonly from: string;
  readonly recipients: Recipients;
  readonly messageId: string;
  readonly subject: string;
}

export interface Recipients {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

const address = /^[^\s@<>(),;:\\"[\]]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;

/** Exchange Online: of a message. */
const mostRecipients = 500;

/** Reads the body of a MIME sendMail: the whole message as base64. */
export async function readMime(body: Buffer): Promise<ReadMessage> {
  const message = decode(body);
  const raw = message.toString('utf8');
  // A header must come first, else the parser takes the whole text for a body.
  if (!/^[A-Za-z][A-Za-z0-9-]*:/.test(raw)) throw invalid('The MIME content has no headers.');
  const mail = await PostalMime.parse(message).catch(() => {
    throw invalid('The MIME content can not be parsed.');
  });
  const from = addresses(mail.from && [mail.from])[0];
  if (from === undefined) throw invalid('The MIME content has no From.');
  const recipients = {
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    bcc: addresses(mail.bcc),
  };
  const everyone = allRecipients(recipients);
  if (everyone.length === 0) throw invalid('The MIME content has no recipients.');
  // In which words is not known.
  if (everyone.length > mostRecipients) throw invalid('The message has too many recipients.');
  const bad = everyone.filter((recipient) => !address.test(recipient));
  if (bad.length > 0) {
    throw new GraphRefusal(
      400,
      'ErrorInvalidRecipients',
      `At least one recipient is not valid. Recipient '${bad[0]}' is not valid.`,
    );
  }
  return { raw, from, recipients, messageId: mail.messageId ?? '', subject: mail.subject ?? '' };
}

export function allRecipients({ to, cc, bcc }: Recipients): string[] {
  return [...to, ...cc, ...bcc];
}

function decode(body: Buffer): Buffer {
  const text = body.toString('latin1').replaceAll(/[\r\n]/g, '');
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new GraphRefusal(
      400,
      'ErrorMimeContentInvalidBase64String',
      'The MIME content is not valid base64.',
    );
  }
  return Buffer.from(text, 'base64');
}

function addresses(list: readonly Address[] | undefined): string[] {
  return (list ?? []).flatMap((entry) =>
    'group' in entry && entry.group
      ? entry.group.map((member) => member.address)
      : [entry.address || entry.name],
  );
}

function invalid(message: string): GraphRefusal {
  return new GraphRefusal(400, 'ErrorMimeContentInvalid', message);
}
