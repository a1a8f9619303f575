import { decideInitiator } from '../audit/initiator.ts';
import type { Config } from '../config.ts';
import { isUrgent } from '../dispatch/sameChange.ts';
import { reference } from '../ledger/keys.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Person } from '../people/directory.ts';
import { chooseRecipients, type Recipient } from '../people/recipients.ts';
import { outOfScope, type ScopeSettings } from '../people/scope.ts';
import { timeZoneFor } from '../people/timeZone.ts';
import { compose } from './compose.ts';
import type { MailSettings, RenderedMail } from './facts.ts';
import { render } from './render.ts';
import { chooseLanguage } from './words.ts';

/** A mail that is ready to be sent, or the reason why nobody can be told. */
export type Prepared =
  | {
      readonly kind: 'mail';
      readonly to: Recipient;
      readonly copy?: Recipient;
      readonly mail: RenderedMail;
      readonly language: string;
      readonly outcome: string;
    }
  | {
      readonly kind: 'nobody';
      /** `suppressed`: a setting says so. `undeliverable`: there is no way to tell anybody. */
      readonly state: 'suppressed' | 'undeliverable';
      readonly outcome: string;
    };

/** Settings that the mail is made from. */
export type PrepareSettings = Pick<
  Config,
  'COPY_MANAGER' | 'NOTIFY_OTHER_MAILS' | 'DEFAULT_LANGUAGE' | 'DEFAULT_TIME_ZONE'
> &
  ScopeSettings & { readonly mail: MailSettings };

/** Decides who is told and what they read. Pure: everything known is passed in. */
export function prepare(row: Notification, person: Person, settings: PrepareSettings): Prepared {
  const leftOut = outOfScope(person, settings);
  if (leftOut) return { kind: 'nobody', state: 'suppressed', outcome: leftOut };
  const self = { id: person.id, ...named('userPrincipalName', person.userPrincipalName) };
  const changes = row.changes.map((change) => ({
    ...change,
    initiator: decideInitiator(change.initiator, self),
  }));
  const recipients = chooseRecipients(
    person,
    changes.map(({ initiator }) => initiator),
    row.urgent || changes.some(isUrgent),
    {
      copyManager: settings.COPY_MANAGER,
      notifyOtherMails: settings.NOTIFY_OTHER_MAILS,
    },
  );
  if (recipients.kind === 'nobody') return { ...recipients, state: 'undeliverable' };
  const { reader, to, copy, managerIsInitiator, outcome } = recipients;
  const preferred =
    reader === 'user' ? person.preferredLanguage : person.manager?.preferredLanguage;
  const language = chooseLanguage(preferred ?? undefined, settings.DEFAULT_LANGUAGE);
  const written = reader === 'manager' || copy !== undefined;
  const facts = {
    reference: reference(row),
    changes,
    account: {
      ...named('displayName', person.displayName),
      ...named('userPrincipalName', person.userPrincipalName),
    },
    reader,
    ...(written && {
      manager: {
        ...named('displayName', person.manager?.displayName),
        isInitiator: managerIsInitiator,
      },
    }),
    timeZone: timeZoneFor(person.usageLocation, row.recordedAt, settings.DEFAULT_TIME_ZONE),
    language,
    learnedAt: row.recordedAt,
  };
  const mail = render(compose(facts, settings.mail));
  return { kind: 'mail', to, ...(copy && { copy }), mail, language, outcome };
}

const named = <K extends string>(key: K, value: string | null | undefined) =>
  (value ? { [key]: value } : {}) as { [P in K]?: string };
