import { type Answer, GraphRefusal, type GraphRequest } from './answer.ts';
import { ids } from './contoso.ts';
import type { Directory } from './directory.ts';
import type { Grants } from './grants.ts';
import { notFound } from './usersEndpoint.ts';

interface ZoneTenant {
  readonly directory: Directory;
  readonly grants: Grants;
}

/** What people's mailboxes are set to. Of everybody else: UTC, which a mailbox has that nobody set. */
const zones: Readonly<Record<string, string>> = {
  [ids.adele]: 'W. Europe Standard Time',
  [ids.megan]: 'Tokyo Standard Time',
  [ids.lee]: 'tzone://Microsoft/Custom',
};

/** GET /users/{id or UPN}/mailboxSettings/timeZone. */
export function answerMailboxZone(
  request: GraphRequest,
  { directory, grants }: ZoneTenant,
): Answer {
  if (!grants.has('MailboxSettings.Read')) {
    throw new GraphRefusal(403, 'ErrorAccessDenied', 'Access is denied.');
  }
  const idOrUpn = request.segments[1] ?? '';
  const person = directory.find(idOrUpn);
  if (!person) throw notFound(idOrUpn);
  if (!person.mail) {
    const says = 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.';
    throw new GraphRefusal(404, 'MailboxNotEnabledForRESTAPI', says);
  }
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#users('${idOrUpn}')/mailboxSettings/timeZone`,
      value: zones[person.id] ?? 'UTC',
    },
  };
}
