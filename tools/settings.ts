import { settings } from '../functions/config/config.ts';
import { type Setting, Wrong } from '../functions/config/parsers.ts';

/** What each setting means, in the words of the page. A setting without a meaning does not compile. */
const meanings: Readonly<Record<keyof typeof settings, string>> = {
  SENDER_MAILBOXES:
    'mailboxes to send from, at most 16, separated by commas; each adds 30 mails a minute',
  GRAPH_BASE_URL: 'origin of a sovereign cloud; plain http for a loopback address only',
  ORGANIZATION_NAME:
    "how the mail names you; without it, “Your organization” in the reader's language",
  SUPPORT_PHONE:
    'the number that a reader calls who did not make the change, on the first screen of every mail',
  SUPPORT_EMAIL:
    'the mail address of the same people: replies and reports go there, and readers without a number to call write there',
  SUPPORT_CONTACT:
    'in place of these two, in one line: a number, an address, or both with “or” between them. Any other sentence is quoted as it is, in mails of every language. Without all three, “your IT support desk”',
  SUPPORT_URL: 'address of your help page, shown as text',
  REPORT_URL:
    "where a reader reports what they don't know, if not to `SUPPORT_EMAIL`: your page, with `{reference}` where the mail's reference goes, or `mailto:` and an address",
  SECURITY_INFO_URL: 'shown as text, to be typed',
  BRAND_COLOR: 'six hex digits',
  LOGO_URL:
    'a PNG, JPEG or GIF file of at most 8,000 bytes, shown 32 px high beside your name and sent inside each mail: a `data:` address with base64, or a `file:` address. Nothing is fetched',
  AUTHENTICATOR_NAMES:
    "your own names of authenticators, such as badges: AAGUIDs, each with `=` and a name, separated by commas. A name never hides that an id is a program's, an advisory or a revocation",
  POLL_SCHEDULE:
    'when the log is read: NCRONTAB, six fields, at least once an hour, in UTC; `npm run doctor` shows the next three runs. With `AUDIT_EVENT_HUB` the default is `0 */10 * * * *`',
  SWEEP_SCHEDULE: 'when the ledger is swept: NCRONTAB, six fields, at least once an hour',
  COVERAGE_CHECK:
    'compare [who has which methods](operate.md#what-nobody-was-told-of) with what was told of, and tell the operators what nobody was told of. Needs Microsoft Entra ID P1 or P2; without it the check says that it could not look',
  COVERAGE_SCHEDULE:
    'when the check may begin or go on: NCRONTAB, six fields, at least once an hour',
  COVERAGE_HOURS:
    'hours from the beginning of one look at the report to that of the next; 0 looks at each tick',
  AUDIT_EVENT_HUB:
    'name of an event hub that Entra sends its audit log to, a second door [for the largest tenants](operate.md#the-largest-tenants-an-event-hub). The connection to it: `AuditEventHub__fullyQualifiedNamespace`, `AuditEventHub__credential` (`managedidentity`) and `AuditEventHub__clientId`, or a connection string in `AuditEventHub`',
  OVERLAP_MINUTES:
    'how much of the log is read again by each poll; where that is more than two pages, ten minutes of it, and all of it every ten minutes',
  INITIAL_LOOKBACK_MINUTES: 'how far back the very first run tells',
  MAX_NOTIFY_AGE_HOURS: 'older changes are recorded as suppressed and not told',
  SETTLE_SECONDS:
    "how long a notification waits for the other rows of its change, counted from the change; where a row does not say all, half as long again from its discovery, so that another poll comes before. Urgent ones that name their method don't wait. Changes of a person made within twice that time share a mail, while it waits",
  SEND_RATE_PER_MINUTE:
    'for each sender mailbox: as many as Exchange Online allows. The app stays 2 % below, and learns from a mailbox that takes fewer',
  CLAIM_LEASE_SECONDS: 'how long a sender may hold a notification before another takes over',
  COPY_MANAGER:
    "`always`, `risky` (somebody else acted, a Temporary Access Pass, an unknown method, a passkey of a program or of a key that can't be what it says, a member of `WATCHED_GROUPS`) or `never`",
  MANAGER_COPIES_PER_DAY:
    'copies that a manager gets on one day of UTC; the last of them says so, later ones are left out. Beyond it, one for each account of a pass, a reset, or a member of `WATCHED_GROUPS`',
  SECURITY_COPY:
    'mailboxes of the security team: in copy of risky changes, and told of one where nobody else can be',
  SECURITY_COPY_AS:
    "`cc`: users and managers see the security team in copy; `bcc`: they don't. Graph documents no Bcc of a message in MIME format, and none was tried here: send a test of a risky change before you rely on it",
  BULK_LIMIT:
    'when one administrator or application changes more users than this within an hour, they are told without copies and behind urgent mails, and `SECURITY_COPY` gets one summary an hour instead. Passes and resets are counted by themselves; members of `WATCHED_GROUPS` are told as ever',
  NOTIFY_OTHER_MAILS:
    'when people are told at their `otherMails` too: `never`, `withoutMailbox`, `risky` (and without a mailbox) or `always`. In mails of their own with fewer details, and never at an address that was written in within a month ([why](decisions/other-addresses.md)). `true` and `false` of earlier versions mean `withoutMailbox` and `never`',
  NOTIFY_GUESTS: 'tell guests',
  INCLUDED_USERS:
    'for a pilot: only these are told, and the members of `INCLUDED_GROUPS`. Object ids or user principal names, in which `*` stands for any text',
  INCLUDED_GROUPS: 'for a pilot: groups by object id, members of their groups included',
  EXCLUDED_USERS: 'never told, even if included: object ids or user principal names',
  EXCLUDED_GROUPS:
    'groups by object id whose members are never told. All group settings together name at most 20 groups',
  WATCHED_GROUPS: 'object ids of groups: every change of their members is risky',
  SYNC_IDENTITIES:
    "object ids of accounts and app ids of applications that on-premises directories are synchronised with, beside those that their directory role or app role shows: the passwords and certificate names that they hand on are told as a service's, and whatever else they do under their name. `npm run doctor` lists who was found",
  MUTED_ACTIVITIES: 'audit activities that are recorded and not told, separated by commas',
  MUTE_METHOD_CHANGES:
    'let `MUTED_ACTIVITIES` name activities that add, remove or reset a method. Whoever takes an account over does one of these, and nobody would hear of it: the app refuses to start without this word',
  EXTRA_ACTIVITIES:
    'audit activities that are told though [the catalogue](activities.md) leaves them out, or does not know them, separated by commas',
  WATCH_UPDATE_USER:
    'read *Update user* too, every five minutes: in some tenants the only trace of a new phone',
  DEFAULT_LANGUAGE: 'BCP 47 tag, for people whose `preferredLanguage` has no words here',
  ENGLISH_BELOW:
    'whoever prefers a language that has no words here gets the default language, and English below it',
  SUBJECT_ACCOUNT:
    '`short`: a subject names the account by the part of its address before the at sign, at most 24 characters, so that a phone shows all of it; `whole`: by its whole address',
  DEFAULT_TIME_ZONE: 'IANA name, for people whose country has several',
  RETENTION_DAYS: 'how long the ledger keeps rows; at least 35',
  DRY_RUN: 'do everything but send',
};

/** What is no value of the app's own schema, but must be there. */
const others = [
  [
    'AzureWebJobsStorage',
    'connection string, or its identity-based parts: `AzureWebJobsStorage__accountName` (or `__tableServiceUri` and `__queueServiceUri`) and `__clientId`; for the Functions host `__credential` (`managedidentity`) and `__blobServiceUri` beside them',
  ],
  [
    'AZURE_CLIENT_ID',
    'client id of the user-assigned managed identity; outside Azure, of the app registration, with the other variables of [EnvironmentCredential](https://learn.microsoft.com/javascript/api/@azure/identity/environmentcredential). Not needed when `GRAPH_BASE_URL` is a loopback address, which never gets a credential',
  ],
] as const;

type Parser = Setting<unknown>;

/** The value that is taken where none is given, as it would be written. */
function defaultOf(parser: Parser): string {
  const data = parser(undefined);
  if (data instanceof Wrong) return '*required*';
  const isNone = typeof data === 'object' && !(data instanceof URL) && !Array.isArray(data);
  const text = isNone ? '' : String(Array.isArray(data) ? data.join(', ') : (data ?? ''));
  return text === '' ? '–' : `\`${text.replace(/(\.\w+)\/$/, '$1')}\``;
}

/** What else may be given, as a refusal of the schema says it: bounds, or words. */
function bounds(parser: Parser): string {
  const refused = parser('\u0000');
  const message = refused instanceof Wrong ? refused.because : '';
  const range = /whole number from (\d+) to (\d+)/.exec(message);
  if (range) return `. From ${range[1]} to ${range[2]}`;
  const words = /Set it to one of ((?!true).+)$/.exec(message)?.[1];
  return words ? `. One of ${words.replace(/[\w-]+/g, '`$&`')}` : '';
}

/** The text of docs/settings.md. */
export function settingsPage(): string {
  const rows = Object.entries(settings).map(([name, parser]) => {
    const meaning = meanings[name as keyof typeof settings];
    return `| \`${name}\` | ${defaultOf(parser)} | ${meaning}${bounds(parser)} |`;
  });
  const [first = '', ...rest] = rows;
  const beside = others.map(([name, meaning]) => `| \`${name}\` | *required* | ${meaning} |`);
  return [
    '# Settings',
    '',
    '<!-- Made by npm run docs from functions/config/config.ts and tools/settings.ts. -->',
    '',
    'Environment variables, or application settings in Azure; `infra/settings.bicep` names the same ones. All',
    'problems with them are reported at once, by name and with the fix, when the app starts.',
    '',
    '| name | default | meaning |',
    '|---|---|---|',
    first,
    ...beside,
    ...rest,
    '',
  ].join('\n');
}
