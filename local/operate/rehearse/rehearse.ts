import type { TokenCredential } from '@azure/identity';
import PostalMime from 'postal-mime';
import { auditPacer } from '../../../functions/audit/pacer.ts';
import type { Config, Environment } from '../../../functions/config.ts';
import { connectGraph } from '../../../functions/graph/client.ts';
import { credentialFor } from '../../../functions/graph/credential.ts';
import { reference } from '../../../functions/ledger/keys.ts';
import type { Notification } from '../../../functions/ledger/notification.ts';
import type { Clock, Wait } from '../../../functions/log.ts';
import type { PermissionName } from '../../../functions/permissions/needed.ts';
import { readingRoom } from '../../../functions/rooms.ts';
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
  readonly html: string;
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
  readonly progress: (text: string) => void;
}

/** Plays the log since then. Throws `ConfigError`, `Impossible`, and what signing in throws. */
export async function rehearse(
  environment: Environment,
  since: Date,
  { credential: signedIn, now, wait, progress }: Rehearser,
): Promise<Rehearsal> {
  const config = rehearsalConfig(environment);
  const credential = credentialFor(config, signedIn);
  const origin = config.GRAPH_BASE_URL;
  const door = readingDoor(
    connectGraph({ origin, now, wait, ...(credential && { credential }) }),
    wait,
  );
  const { rules } = readingRoom({ config, now, wait } as Parameters<typeof readingRoom>[0]);
  const to = now();
  const log = await readLog(since, to, {
    graph: door,
    pace: auditPacer(now, wait),
    rules,
    extraActivities: config.EXTRA_ACTIVITIES,
    watchUpdateUser: config.WATCH_UPDATE_USER,
    progress: (rows, readTo) => progress(`Audit log: ${rows} rows, read to ${readTo}`),
  });
  await meetPeople(log, door, config, (met, all) => progress(`People: ${met} of ${all}`));
  const mails: RehearsedMail[] = [];
  const played = await play(log, {
    graph: door,
    config,
    since,
    post: async (row, mail) => {
      mails.push(await takeApart(row, mail));
    },
    progress: (time) => progress(`Mails: ${mails.length}, up to ${time.toISOString()}`),
  });
  return { from: since, to, config, log, played, mails, denied: [...door.denied] };
}

async function takeApart(row: Notification, { mime, at }: Posted): Promise<RehearsedMail> {
  const { to = [], cc = [], subject = '', html = '', headers } = await PostalMime.parse(mime);
  const addresses = (list: typeof to) => list.flatMap(({ address }) => address ?? []);
  return {
    reference: reference(row),
    at,
    row,
    to: addresses(to),
    copies: addresses(cc),
    subject,
    html,
    language: headers.find(({ key }) => key === 'content-language')?.value ?? '',
  };
}
