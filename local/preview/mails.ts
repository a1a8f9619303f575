import PostalMime from 'postal-mime';
import type { Config } from '../../functions/config/config.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { sentence } from '../../functions/ledger/sentence.ts';
import { defer } from '../../functions/ledger/transitions.ts';
import { passkeyDirectory } from '../../functions/passkeys/directory.ts';
import { peopleDirectory } from '../../functions/people/directory.ts';
import { methodFinder } from '../../functions/people/methodFinder.ts';
import { type Found, lookUp } from '../../functions/send/lookUp.ts';
import { type Prepared, prepare, prepareSummary } from '../../functions/send/prepare.ts';
import { mailSettings, supportOf } from '../../functions/send/room.ts';
import { transmit } from '../../functions/send/transmit.ts';
import { texts } from '../../templates/compiled.ts';
import type { Kind } from './kind.ts';
import { preheaderOf } from './preheader.ts';
import { recordRows } from './record.ts';
import { settingsFor } from './settings.ts';
import { openTenant, type PreviewTenant } from './tenant.ts';

export { kinds } from './kinds.ts';

/** BCP 47 tags of the languages that the mails are written in. */
export const languages: readonly string[] = Object.keys(texts);

/** One mail as it arrives, and what of it a reviewer reads. Lines end with LF, but those of `raw`. */
export interface PreviewMail {
  readonly name: string;
  readonly title: string;
  readonly language: string;
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  readonly raw: string;
  /** As they stand in `raw`, folded. */
  readonly headers: string;
}

const hourMs = 3_600_000;
/** From a change to the poll that finds its rows. */
const foundAfterMs = 38_000;

/**
 * The mail of a kind in a language, made by the app's own code from audit rows to the message that
 * Exchange accepts. `person` is whom it happens to, by UPN. The same bytes each time. Throws an Error
 * if it comes to no mail, or to several.
 */
export async function mailOf(
  kind: Kind,
  language: string,
  person: string = kind.person,
): Promise<PreviewMail> {
  const tenant = openTenant(kind.name, language);
  const config = settingsFor(language);
  const row = happen(kind, person, tenant, config);
  await send(row, kind, tenant, config);
  const [mail, ...more] = tenant.mailboxes.mails;
  if (!mail || more.length > 0) throw new Error(`${kind.name}: not exactly one mail`);
  const { raw } = mail;
  const { subject = '', html = '', text = '' } = await PostalMime.parse(raw);
  return {
    name: kind.name,
    title: kind.title,
    language,
    subject,
    preheader: preheaderOf(html),
    html: lines(html),
    text: lines(text).replaceAll(' \n', ' '),
    raw,
    headers: `${lines(raw).split('\n\n', 1)[0]}\n`,
  };
}

const lines = (text: string) => `${text.replaceAll('\r\n', '\n').trimEnd()}\n`;

/** Lets it happen, and gives the notification that the poll after it records. */
function happen(kind: Kind, upn: string, tenant: PreviewTenant, config: Config): Notification {
  const { directory, stage, now, advance } = tenant;
  kind.before?.(tenant, directory.get(upn));
  const person = directory.get(upn);
  const by = kind.by === 'manager' ? directory.managerOf(person)?.userPrincipalName : kind.by;
  const rows = stage.perform(kind, {
    user: person.id,
    ...(by && { by }),
    ...(kind.count && { count: kind.count }),
  });
  kind.after?.(tenant, person);
  advance((kind.hoursLate ?? 0) * hourMs + foundAfterMs);
  return recordRows(rows, config, now());
}

/** Delivers a notification when it is due, as `sendNotification` does. */
async function send(row: Notification, kind: Kind, tenant: PreviewTenant, config: Config) {
  const { graph, now, advance } = tenant;
  advance(Math.max(0, Date.parse(row.notBefore) - now().getTime()) + 1000);
  const found = await find(row, tenant);
  const settings = { ...config, mail: mailSettings(config) };
  const prepared: Prepared =
    found.kind === 'summary'
      ? prepareSummary(row, found.summary, settings)
      : prepare(found.row, found.person, settings, now(), kind.allowance);
  if (prepared.kind === 'nobody') throw new Error(`${kind.name}: ${sentence(prepared.ending)}`);
  const until = new Date(now().getTime() + config.CLAIM_LEASE_SECONDS * 1000);
  const { outcome } = await transmit(
    row,
    prepared,
    { until, retryMs: 0 },
    {
      graph,
      organizationName: config.ORGANIZATION_NAME,
      replyTo: supportOf(config).email || undefined,
      messageDomain: config.SENDER_MAILBOXES[0].split('@')[1] ?? '',
      now,
      wait: async (ms) => advance(ms),
    },
  );
  const ending = outcome.kind === 'ended' ? outcome.ending : outcome.cause;
  if (!('state' in ending) || ending.state !== 'sent') {
    throw new Error(`${kind.name}: ${sentence(ending)}`);
  }
}

/** As often as somebody is looked for before they are taken for deleted, and more. */
const mostLooks = 10;

/** No other change is known. */
const emptyLedger = {
  readRange: async () => ({
    seen: new Set<string>(),
    notifications: [],
    unreadable: new Set<string>(),
    fences: new Map(),
  }),
};

/** What is looked up for a notification; somebody who isn't there is looked for again and again. */
async function find(row: Notification, { graph, now, advance }: PreviewTenant) {
  const room = {
    people: peopleDirectory(graph, now),
    methods: methodFinder(graph, now, async () => 0),
    passkeys: passkeyDirectory(graph, now, async () => 0),
    ledger: emptyLedger,
    now,
    log: () => undefined,
  };
  let found: Found = await lookUp(row, room);
  for (let looks = 0; found.kind === 'putOff' && looks < mostLooks; looks += 1) {
    advance(found.ms);
    found = await lookUp(defer(row, now(), found.cause, now()), room);
  }
  if (found.kind === 'gone') found = await lookUp({ ...row, followUp: 'gone' }, room);
  if (found.kind === 'known' || found.kind === 'summary') return found;
  throw new Error(
    `Nothing to tell: ${sentence(found.kind === 'end' ? found.ending : found.cause)}`,
  );
}
