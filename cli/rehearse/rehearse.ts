import type { TokenCredential } from '@azure/identity';
import PostalMime from 'postal-mime';
import { auditPacer } from '../../functions/audit/pacer.ts';
import type { Config, Environment } from '../../functions/config/config.ts';
import { reference } from '../../functions/ledger/keys.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import type { Clock, Wait } from '../../functions/log.ts';
import type { PermissionName } from '../../functions/permissions/needed.ts';
import { rulesOf } from '../../local/preview/settings.ts';
import type { Progress } from '../progress.ts';
import { minuteOf } from '../section.ts';
import { signedInGraph } from '../signedInGraph.ts';
import { readingDoor } from './door.ts';
import { meetPeople } from './people.ts';
import { type Played, type Posted, play } from './play.ts';
import { type LogRead, readLog } from './readLog.ts';
import { rehearsalConfig } from './settings.ts';

/** A mail that would have been sent. All of it is personal data, and untrusted text. */
export interface RehearsedMail {
  readonly reference: string;
  readonly at: Date;
  readonly row: Notification;
  readonly to: readonly string[];
  readonly copies: readonly string[];
  readonly subject: string;
  /** Undefined where it was not to be kept. */
  readonly html: string | undefined;
  readonly language: string;
}

/** Everything that a report is made from. */
export interface Rehearsal {
  readonly from: Date;
  readonly to: Date;
  readonly config: Config;
  readonly log: LogRead;
  readonly played: Played;
  readonly mails: readonly RehearsedMail[];
  readonly denied: readonly PermissionName[];
}

/** Who rehearses, and on which clock. */
export interface Rehearser {
  readonly credential: TokenCredential;
  readonly now: Clock;
  readonly wait: Wait;
  readonly progress: Progress['say'];
  /** Of how many mails of each kind the HTML is kept. */
  readonly kept: number;
}

/** Plays the log since then. Throws `ConfigError`, `Impossible`, and what signing in throws. */
export async function rehearse(
  environment: Environment,
  since: Date,
  { credential, now, wait, progress, kept }: Rehearser,
): Promise<Rehearsal> {
  const config = rehearsalConfig(environment);
  const door = readingDoor(await signedInGraph(config, credential, now, wait), wait);
  const to = now();
  const log = await readLog(since, to, {
    graph: door,
    pace: auditPacer(now, wait),
    rules: rulesOf(config),
    extraActivities: config.EXTRA_ACTIVITIES,
    watchUpdateUser: config.WATCH_UPDATE_USER,
    progress: (rows, readTo, share) =>
      progress(`Audit log: ${rows} rows, read to ${minuteOf(readTo)}`, share),
  });
  await meetPeople(log, door, config, (met, all) =>
    progress(`People: ${met} of ${all}`, met / all),
  );
  const mails: RehearsedMail[] = [];
  const kinds = new Map<string, number>();
  const played = await play(log, {
    graph: door,
    config,
    since,
    post: async (row, mail) => {
      const kind = kindOf(row);
      const before = kinds.get(kind) ?? 0;
      kinds.set(kind, before + 1);
      mails.push(await takeApart(row, mail, before < kept));
    },
    progress: (time) =>
      progress(
        `Mails: ${mails.length}, up to ${minuteOf(time.toISOString())}`,
        (time.getTime() - since.getTime()) / (to.getTime() - since.getTime()),
      ),
  });
  return { from: since, to, config, log, played, mails, denied: [...door.denied] };
}

/** Mails of a kind read alike: what happened first, and who is told. */
function kindOf({ summary, changes, outcome }: Notification): string {
  const [first] = changes;
  return summary
    ? 'summary'
    : `${first?.action} ${first?.method} ${[outcome?.reason, outcome?.user, outcome?.elsewhere].join()}`;
}

async function takeApart(
  row: Notification,
  { mime, at }: Posted,
  keepsHtml: boolean,
): Promise<RehearsedMail> {
  const { to = [], cc = [], subject = '', html = '', headers } = await PostalMime.parse(mime);
  const addresses = (list: typeof to) => list.flatMap(({ address }) => address ?? []);
  return {
    reference: reference(row),
    at,
    row,
    to: addresses(to),
    copies: addresses(cc),
    subject,
    html: keepsHtml ? html : undefined,
    language: headers.find(({ key }) => key === 'content-language')?.value ?? '',
  };
}
