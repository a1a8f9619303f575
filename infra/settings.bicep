// The app's settings. A property's name is that of its environment variable; one that is left out
// keeps the app's own default, which docs/settings.md lists. The app checks every value again when it starts.

@description('The languages that the mail has words in.')
type Language =
  | 'ar'
  | 'bg'
  | 'cs'
  | 'da'
  | 'de'
  | 'el'
  | 'en'
  | 'es'
  | 'fi'
  | 'fr'
  | 'he'
  | 'hu'
  | 'id'
  | 'it'
  | 'ja'
  | 'ko'
  | 'nb'
  | 'nl'
  | 'pl'
  | 'pt-BR'
  | 'pt-PT'
  | 'ro'
  | 'ru'
  | 'sv'
  | 'th'
  | 'tr'
  | 'uk'
  | 'vi'
  | 'zh-Hans'
  | 'zh-Hant'

@export()
@sealed()
@description('The app\'s settings, by the names of its environment variables.')
type Settings = {
  @description('Mailboxes to send from, separated by commas; each adds 30 mails a minute.')
  @minLength(3)
  SENDER_MAILBOXES: string

  @description('Origin of Microsoft Graph, in a sovereign cloud only: https://graph.microsoft.us or https://dod-graph.microsoft.us.')
  GRAPH_BASE_URL: string?

  @description('How the mail names you.')
  ORGANIZATION_NAME: string?

  @description('Telephone number that a reader calls who did not make the change.')
  SUPPORT_PHONE: string?

  @description('Mail address of the same people: replies and reports go there.')
  SUPPORT_EMAIL: string?

  @description('In place of these two, in one line. Mails of every language quote a sentence as it is.')
  SUPPORT_CONTACT: string?

  @description('Address of your help page.')
  SUPPORT_URL: string?

  @description('Where a reader reports what they do not know: your page, with {reference} in it, or mailto: and an address.')
  REPORT_URL: string?

  @description('Where users see their sign-in methods, as shown in the mail.')
  SECURITY_INFO_URL: string?

  @description('Six hex digits, such as #1f4e79.')
  @minLength(7)
  @maxLength(7)
  BRAND_COLOR: string?

  @description('A PNG, JPEG or GIF of at most 8,000 bytes, as a data: address with base64.')
  LOGO_URL: string?

  @description('Your own names of authenticators: AAGUIDs, each with = and a name, separated by commas. They never hide a warning.')
  AUTHENTICATOR_NAMES: string?

  @description('When the audit log is read: NCRONTAB, six fields, in UTC, at least once an hour. A reversed range is swapped: 22-6 is 6 to 22. The alerts follow it.')
  POLL_SCHEDULE: string?

  @description('When the ledger is swept: NCRONTAB, six fields, in UTC, at least once an hour.')
  SWEEP_SCHEDULE: string?

  @description('Compare who has which methods with what was told of, and tell the operators of the difference. Needs Entra ID P1 or P2.')
  COVERAGE_CHECK: bool?

  @description('When that check may begin or go on: NCRONTAB, six fields, in UTC, at least once an hour.')
  COVERAGE_SCHEDULE: string?

  @description('Hours from the beginning of one look to that of the next; 0 looks at each tick.')
  @minValue(0)
  @maxValue(168)
  COVERAGE_HOURS: int?

  @description('Name of an event hub that Entra sends its audit log to. The parameter eventHub makes one, and sets this by itself. With one of your own the app starts only with AuditEventHub__fullyQualifiedNamespace, __credential and __clientId beside it, which this template does not set.')
  AUDIT_EVENT_HUB: string?

  @description('How much of the audit log is read again by each poll.')
  @minValue(1)
  @maxValue(4320)
  OVERLAP_MINUTES: int?

  @description('How far back the very first run tells.')
  @minValue(0)
  @maxValue(5256000)
  INITIAL_LOOKBACK_MINUTES: int?

  @description('Older changes are recorded as suppressed and not told.')
  @minValue(1)
  @maxValue(87600)
  MAX_NOTIFY_AGE_HOURS: int?

  @description('How long a notification may wait for the other rows of its change.')
  @minValue(0)
  @maxValue(3600)
  SETTLE_SECONDS: int?

  @description('Mails a minute from each sender mailbox; Exchange Online allows 30.')
  @minValue(1)
  @maxValue(10000)
  SEND_RATE_PER_MINUTE: int?

  @description('How long a sender may hold a notification before another takes over.')
  @minValue(1)
  @maxValue(3600)
  CLAIM_LEASE_SECONDS: int?

  @description('When the manager is in copy.')
  COPY_MANAGER: ('always' | 'risky' | 'never')?

  @description('Copies that a manager gets on one day of UTC.')
  @minValue(1)
  @maxValue(1000)
  MANAGER_COPIES_PER_DAY: int?

  @description('Mailboxes of the security team, separated by commas: in copy of risky changes.')
  SECURITY_COPY: string?

  @description('Whether users see the security team in copy.')
  SECURITY_COPY_AS: ('cc' | 'bcc')?

  @description('Users that one initiator may change within an hour before it counts as bulk.')
  @minValue(1)
  @maxValue(100000)
  BULK_LIMIT: int?

  @description('When people are told at their otherMails too, in mails of their own: never, withoutMailbox, risky (and without a mailbox) or always.')
  NOTIFY_OTHER_MAILS: ('never' | 'withoutMailbox' | 'risky' | 'always')?

  @description('Tell guests.')
  NOTIFY_GUESTS: bool?

  @description('For a pilot: only these users are told. Object ids or user principal names, in which * stands for any text, separated by commas.')
  INCLUDED_USERS: string?

  @description('For a pilot: only members of these groups are told. Object ids, separated by commas.')
  INCLUDED_GROUPS: string?

  @description('Users that are never told. Object ids or user principal names, separated by commas.')
  EXCLUDED_USERS: string?

  @description('Groups whose members are never told. Object ids, separated by commas.')
  EXCLUDED_GROUPS: string?

  @description('Groups whose members\' changes are all risky. Object ids, separated by commas.')
  WATCHED_GROUPS: string?

  @description('Accounts and applications that on-premises directories are synchronised with, beside those that the directory shows. Object ids and app ids, separated by commas.')
  SYNC_IDENTITIES: string?

  @description('Audit activities that are recorded and not told, separated by commas.')
  MUTED_ACTIVITIES: string?

  @description('Let MUTED_ACTIVITIES name activities that add, remove or reset a method.')
  MUTE_METHOD_CHANGES: bool?

  @description('Audit activities that are told though the catalogue leaves them out, separated by commas.')
  EXTRA_ACTIVITIES: string?

  @description('Read "Update user" too: in some tenants the only trace of a new phone.')
  WATCH_UPDATE_USER: bool?

  @description('For people whose preferred language has no words here.')
  DEFAULT_LANGUAGE: Language?

  @description('Whether who prefers a language without words here gets English below the default language.')
  ENGLISH_BELOW: bool?

  @description('How a subject names the account: by the part of its address before the at sign, or by all of it.')
  SUBJECT_ACCOUNT: ('short' | 'whole')?

  @description('IANA name, for people whose country has several.')
  DEFAULT_TIME_ZONE: string?

  @description('How long the ledger keeps rows.')
  @minValue(35)
  @maxValue(3650)
  RETENTION_DAYS: int?

  @description('Do everything but send.')
  DRY_RUN: bool?
}
