import type { Config } from '../config/config.ts';
import { bestLanguage, chooseLanguage, localeFor } from '../languages.ts';
import { reference } from '../ledger/keys.ts';
import type { BulkSummary, Notification } from '../ledger/notification.ts';
import type { EndCause, Ending } from '../ledger/reason.ts';
import type { Clock } from '../log.ts';
import type { MailFacts, MailSettings, RenderedMail } from '../mail/facts.ts';
import { forOutside } from '../mail/outside.ts';
import { render, write } from '../mail/render.ts';
import { composeSummary } from '../mail/summary.ts';
import { wordsFor } from '../mail/words.ts';
import type { Allowance } from '../pacing/copies.ts';
import { warningAbout } from '../passkeys/claim.ts';
import { addressHash } from '../people/address.ts';
import type { Person } from '../people/directory.ts';
import { chooseRecipients, isByManager, isRisky, type Recipient } from '../people/recipients.ts';
import { belongsTo, outOfScope, type ScopeSettings } from '../people/scope.ts';
import { timeZoneFor } from '../people/timeZone.ts';
import type { ChangeTarget, SecurityInfoChange } from '../recognise/change.ts';
import { decideInitiator } from '../recognise/initiator.ts';
import type { Known } from './lookUp.ts';

/** A mail that is ready to be sent, or the reason why nobody can be told. */
export type Prepared =
  | {
      readonly kind: 'mail';
      readonly to: Recipient;
      readonly copies: readonly Recipient[];
      /** Those of the copies that the others don't see. */
      readonly hidden?: readonly Recipient[];
      /** The manager, if in copy. */
      readonly manager?: Recipient;
      readonly mail: RenderedMail;
      readonly language: string;
      /** What mails about the same account have in common, for their thread; none of a summary. */
      readonly account?: string;
      readonly outcome: EndCause<'sent'>;
      /** The outcome if an address in copy is refused, and the mail goes out without copies. */
      readonly outcomeAlone: EndCause<'sent'>;
    }
  /** `suppressed`: a setting says so. `undeliverable`: there is no way to tell anybody. */
  | { readonly kind: 'nobody'; readonly ending: Ending };

/** A mail that can be sent. */
export type Mail = Extract<Prepared, { kind: 'mail' }>;

/** Settings that the mail is made from. */
type PrepareSettings = Pick<
  Config,
  | 'COPY_MANAGER'
  | 'MANAGER_COPIES_PER_DAY'
  | 'SECURITY_COPY'
  | 'SECURITY_COPY_AS'
  | 'WATCHED_GROUPS'
  | 'NOTIFY_OTHER_MAILS'
  | 'DEFAULT_LANGUAGE'
  | 'ENGLISH_BELOW'
  | 'DEFAULT_TIME_ZONE'
> &
  ScopeSettings & { readonly mail: MailSettings };

/** What making a mail needs. */
export interface PreparingRoom {
  readonly settings: PrepareSettings;
  readonly now: Clock;
}

/** Makes the mail of what was looked up; `allowance`: whether the manager may get a copy. */
export function prepareFound(
  row: Notification,
  found: Known,
  { settings, now }: PreparingRoom,
  allowance?: Allowance,
): Prepared {
  if (found.kind === 'summary') return prepareSummary(row, found.summary, settings);
  return prepare(found.row, found.person, settings, now(), allowance);
}

/**
 * Decides who is told and what they read. Of a person who was deleted, only what the log says is
 * known. Pure: everything known is passed in.
 */
export function prepare(
  row: Notification,
  found: Person | 'deleted',
  settings: PrepareSettings,
  now: Date,
  allowance: Allowance = 'open',
): Prepared {
  const person = found === 'deleted' ? former(row.target) : found;
  const leftOut = outOfScope(person, settings);
  if (leftOut && !row.test) {
    return { kind: 'nobody', ending: { state: 'suppressed', reason: leftOut } };
  }
  const changes = byKnownMakers(row.changes, person);
  const occasion = {
    allowance,
    // Of members of watched groups everything is told to everybody, however many others there are.
    bulk: row.bulk === true && !belongsTo(person, settings.WATCHED_GROUPS),
    ...(row.followUp && { followUp: row.followUp }),
    ...(row.otherAddress && { elsewhere: row.otherAddress }),
    risky: isRiskyFor(changes, person, settings.WATCHED_GROUPS),
    isRefused: isRefusedFor(row),
  };
  const recipients = chooseRecipients(found === 'deleted' ? undefined : found, occasion, {
    copyManager: row.test ? 'never' : settings.COPY_MANAGER,
    securityCopy: row.test ? [] : settings.SECURITY_COPY,
  });
  if (recipients.kind === 'nobody') {
    // The mail itself is still due.
    if (row.followUp === 'gone') return nobodyElse;
    return undeliverable(row, recipients.outcome);
  }
  const { reader, to, copy, security, outcome, outcomeAlone } = recipients;
  const written = reader === 'manager' || copy !== undefined;
  const voice = voiceOf(person, reader, settings);
  const facts: MailFacts = {
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
        isInitiator: isByManager(changes, person),
        isLastCopy: copy !== undefined && allowance === 'last',
      },
    }),
    ...voice,
    toldAt: now.toISOString(),
    ...(row.test && { test: true }),
    ...(row.followUp && row.followUp !== 'other' && { followUp: row.followUp }),
  };
  const mail = write(row.otherAddress ? forOutside(facts) : facts, settings.mail);
  const copies = copy ? [copy, ...security] : security;
  const inCopy = {
    ...(copy && { manager: copy }),
    ...(settings.SECURITY_COPY_AS === 'bcc' && { hidden: security }),
  };
  const name = person.id || (person.userPrincipalName ?? '').toLowerCase();
  // Outside, nothing is to be put together with other mails.
  const account = row.otherAddress ? {} : { account: name };
  const { language } = voice;
  return { kind: 'mail', to, copies, ...inCopy, mail, language, ...account, outcome, outcomeAlone };
}

/** The language and the time zone that a reader is written to in. */
function voiceOf(
  person: Person,
  reader: MailFacts['reader'],
  settings: PrepareSettings,
): Pick<MailFacts, 'language' | 'locale' | 'englishBelow' | 'timeZone'> {
  const preferred = {
    user: person.preferredLanguage,
    manager: person.manager?.preferredLanguage,
    security: undefined,
  }[reader];
  const language = chooseLanguage(preferred ?? undefined, settings.DEFAULT_LANGUAGE);
  const locale = localeFor(preferred ?? undefined, language);
  return {
    language,
    ...(locale && { locale }),
    englishBelow:
      settings.ENGLISH_BELOW &&
      Boolean(preferred?.trim()) &&
      bestLanguage(preferred ?? '') === undefined,
    timeZone: timeZoneFor(
      reader === 'security' ? undefined : person.usageLocation,
      settings.DEFAULT_TIME_ZONE,
      reader === 'user' ? person.mailboxZone : undefined,
    ),
  };
}

/** Changes of a person, of whom the directory may tell more than the row did: who made them. */
function byKnownMakers(
  changes: readonly SecurityInfoChange[],
  { id, userPrincipalName }: Person,
): SecurityInfoChange[] {
  const self = { id, ...named('userPrincipalName', userPrincipalName) };
  return changes.map((change) => ({
    ...change,
    initiator: decideInitiator(change.initiator, self),
  }));
}

/** Whether changes of a person are risky, by all that is known of makers and passkeys. Pure. */
export function isRiskyFor(
  changes: readonly SecurityInfoChange[],
  person: Person,
  watchedGroups: readonly string[],
): boolean {
  const known = byKnownMakers(changes, person);
  return isRisky(known, person, watchedGroups) || warningAbout(known) !== undefined;
}

/** The summary of a bulk change for the security team, or that there is none to tell. Pure. */
export function prepareSummary(
  row: Notification,
  summary: BulkSummary,
  settings: PrepareSettings,
): Prepared {
  const isRefused = isRefusedFor(row);
  const [first, ...others] = settings.SECURITY_COPY.filter((address) => !isRefused(address));
  if (first === undefined) {
    if (settings.SECURITY_COPY.length > 0) {
      return undeliverable(row, { reason: 'addressRefused' });
    }
    return { kind: 'nobody', ending: { state: 'suppressed', reason: 'noSecurityCopy' } };
  }
  const language = chooseLanguage(undefined, settings.DEFAULT_LANGUAGE);
  const view = composeSummary(row, summary, settings, wordsFor(language));
  const outcome = { reason: 'securityToldOfBulk' } as const;
  return {
    kind: 'mail',
    to: { address: first },
    copies: others.map((address) => ({ address })),
    mail: render(view, settings.mail.logo),
    language,
    outcome,
    outcomeAlone: { ...outcome, withoutCopies: 'any' },
  };
}

/** Whether Exchange has refused to write to an address for this mail. */
export const isRefusedFor =
  ({ refused = [] }: Notification) =>
  (address: string): boolean =>
    refused.includes(addressHash(address));

/** Nobody can be told: where addresses were refused, with what Exchange said of the last. */
function undeliverable({ steps }: Notification, outcome: EndCause<'undeliverable'>): Prepared {
  const refusal = steps.findLast(({ cause }) => cause?.reason === 'recipientRefused')?.cause;
  const { answer } = (outcome.reason === 'addressRefused' && refusal) || {};
  return {
    kind: 'nobody',
    ending: { state: 'undeliverable', ...outcome, ...(answer && { answer }) },
  };
}

const nobodyElse = {
  kind: 'nobody',
  ending: { state: 'suppressed', reason: 'nobodyElse' },
} as const;

const former = ({ id = '', ...names }: ChangeTarget): Person => ({ id, ...names });

const named = <K extends string>(key: K, value: string | null | undefined) =>
  (value ? { [key]: value } : {}) as { [P in K]?: string };
