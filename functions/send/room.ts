import { type Config, copySettings, groupsOf } from '../config/config.ts';
import { contactParts } from '../config/parsers.ts';
import type { Graph } from '../graph/client.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { NotificationQueue } from '../ledger/queue.ts';
import type { Clock, Wait } from '../log.ts';
import type { MailSettings } from '../mail/facts.ts';
import { CopyCounts } from '../pacing/copies.ts';
import { MailboxGate } from '../pacing/gate.ts';
import { Line } from '../pacing/line.ts';
import { lookUpTaker } from '../pacing/lookUps.ts';
import { passkeyDirectory } from '../passkeys/directory.ts';
import { peopleDirectory } from '../people/directory.ts';
import { mailboxZone } from '../people/mailboxZone.ts';
import { methodFinder } from '../people/methodFinder.ts';
import type { DeliveryRoom } from './deliver.ts';
import { messageTrace } from './messageTrace.ts';
import { Sends } from './sends.ts';
import { messageDomainOf } from './sentItems.ts';

interface Opened {
  readonly config: Config;
  readonly graph: Graph;
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly wait: Wait;
}

/** The room in which mails are delivered. One for each process: it knows what its mailboxes bear. */
export function deliveryRoom({ config, ...rooms }: Opened): Omit<DeliveryRoom, 'log'> {
  const pacing = {
    senders: config.SENDER_MAILBOXES,
    ratePerMinute: config.SEND_RATE_PER_MINUTE,
  };
  const takeLookUp = lookUpTaker(rooms.ledger, rooms.now);
  return {
    ...rooms,
    sends: new Sends(),
    trace: messageTrace(rooms.graph, rooms.now),
    people: peopleDirectory(
      rooms.graph,
      rooms.now,
      groupsOf(config),
      mailboxZone(rooms.graph, rooms.now),
    ),
    methods: methodFinder(rooms.graph, rooms.now, takeLookUp),
    passkeys: passkeyDirectory(rooms.graph, rooms.now, takeLookUp),
    gate: new MailboxGate(),
    line: new Line(rooms.ledger, pacing, copySettings(config), rooms.now),
    counts: new CopyCounts(rooms.ledger, config.MANAGER_COPIES_PER_DAY, rooms.wait),
    ...pacing,
    settings: { ...config, mail: mailSettings(config) },
    organizationName: config.ORGANIZATION_NAME,
    messageDomain: messageDomainOf(config),
    replyTo: supportOf(config).email || undefined,
    leaseSeconds: config.CLAIM_LEASE_SECONDS,
    maxAgeHours: config.MAX_NOTIFY_AGE_HOURS,
    dryRun: config.DRY_RUN,
  };
}

/** What the mail is made of, by the settings. Reports go to the support's mailbox unless told otherwise. */
export function mailSettings(config: Config): MailSettings {
  const { phone, email, words } = supportOf(config);
  const report = config.REPORT_URL ?? (email && { kind: 'mailbox', address: email });
  return {
    organizationName: config.ORGANIZATION_NAME,
    ...(phone && { supportPhone: phone }),
    ...(email && { supportEmail: email }),
    ...(words && { supportContact: words }),
    subjectAccount: config.SUBJECT_ACCOUNT,
    securityInfoUrl: config.SECURITY_INFO_URL,
    brandColor: config.BRAND_COLOR,
    authenticatorNames: config.AUTHENTICATOR_NAMES,
    ...(config.SUPPORT_URL && { supportUrl: config.SUPPORT_URL }),
    ...(report && { report }),
    ...(config.LOGO_URL && { logo: config.LOGO_URL }),
  };
}

/** Whom readers call and write to: by SUPPORT_PHONE and SUPPORT_EMAIL, else by what is in SUPPORT_CONTACT. */
export function supportOf(
  config: Pick<Config, 'SUPPORT_PHONE' | 'SUPPORT_EMAIL' | 'SUPPORT_CONTACT'>,
): ReturnType<typeof contactParts> {
  const { phone, email, words } = contactParts(config.SUPPORT_CONTACT);
  return {
    phone: config.SUPPORT_PHONE || phone,
    email: config.SUPPORT_EMAIL || email,
    words: config.SUPPORT_PHONE ? '' : words,
  };
}
