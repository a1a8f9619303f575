import { type Config, copySettings } from '../../../functions/config/config.ts';
import { patienceMs } from '../../../functions/ledger/transitions.ts';
import { usualRecipients } from '../../../functions/pacing/plan.ts';
import type { Load } from '../counts.ts';
import { copiesLeftOut } from './copies.ts';
import { arrivalsOf, type Forecast, forecast, mailboxesFor } from './forecast.ts';
import type { WavePeople } from './people.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Source: Microsoft Learn, "Retirement of SMS and voice", 23 September 2026. A Monday. */
const begins = '2027-02-01';
/** Nobody knows how soon they sign in: all of them within so many working days. */
const workingDays = 5;

/**
 * What comes when everybody with phones only must register a passkey. `--json` prints it as it is. Days are
 * `YYYY-MM-DD`, UTC.
 */
export interface WaveReport {
  readonly from: string;
  readonly workingDays: number;
  /** Why nobody could look, in a sentence; null where somebody has looked. The rest is null then. */
  readonly why: string | null;
  readonly people:
    | (Omit<WavePeople, 'teams'> & {
        /** Other addresses of theirs that get mails of their own; null where the directory could not be looked at. */
        readonly otherAddresses: number | null;
      })
    | null;
  /** Mails of an ordinary day that come on top, by the log that was read. */
  readonly ordinary: { readonly workday: number; readonly weekend: number };
  /** With the mailboxes and copies that the settings name. */
  readonly now: {
    readonly mailboxes: number;
    /** Recipients of a mail: 2 where managers are in copy. */
    readonly recipients: number;
    /** Days from the first midnight until nobody waits any more; null: not within a year. */
    readonly emptyAfterDays: number | null;
    readonly longestLine: number;
    /** Null: longer than a year. */
    readonly longestWaitHours: number | null;
    /** The day on which somebody first waits for more than an hour; null: nobody does. */
    readonly lateFrom: string | null;
    /** A mail that waits for longer is not sent any more. */
    readonly givenUpAfterHours: number;
  } | null;
  /** Mailboxes with which nobody waits for more than an hour; null: more than a thousand. */
  readonly needed: {
    readonly mailboxes: number | null;
    readonly withoutCopies: number | null;
  } | null;
  /** Why the directory could not be looked at, in a sentence; null where it was, or is of no matter. */
  readonly whyNoTeams: string | null;
  /** Null where managers are not in copy, or the directory could not be looked at. */
  readonly copies: {
    readonly managers: number;
    readonly perManagerAndDay: number;
    readonly all: number;
    /** How many managers will probably not get: they have had their day's. */
    readonly leftOut: number;
  } | null;
}

/** What the settings say, as far as it matters here. */
type WaveSettings = Pick<
  Config,
  | 'SENDER_MAILBOXES'
  | 'SEND_RATE_PER_MINUTE'
  | 'COPY_MANAGER'
  | 'SECURITY_COPY'
  | 'MANAGER_COPIES_PER_DAY'
  | 'MAX_NOTIFY_AGE_HOURS'
  | 'NOTIFY_OTHER_MAILS'
>;

/**
 * Forecasts the wave. `read`: who it is, or why nobody could look; `from`: when what is known of the mails of days
 * begins, which ends `now`. Pure.
 */
export function waveReport(
  read: WavePeople | string,
  settings: WaveSettings,
  { days, from: begin }: Pick<Load, 'days'> & { readonly from: Date },
  now: Date,
): WaveReport {
  const today = now.toISOString().slice(0, 10);
  const from = today > begins ? today : begins;
  const ordinary = ordinaryOf(days, begin, now);
  const known = { from, workingDays, ordinary };
  if (typeof read === 'string') {
    const nothing = { people: null, now: null, needed: null, whyNoTeams: null, copies: null };
    return { ...known, why: read, ...nothing };
  }
  const { teams, ...people } = read;
  const directory = typeof teams === 'string' ? undefined : teams;
  const mailboxes = settings.SENDER_MAILBOXES.length;
  const recipients = usualRecipients(copySettings(settings));
  const weekday = (new Date(from).getUTCDay() + 6) % 7;
  const isAsked = recipients > 1 || settings.NOTIFY_OTHER_MAILS !== 'never';
  // A mail to another address goes to nobody else.
  const elsewhere = directory?.otherAddresses ?? 0;
  const mails = people.phonesOnly + elsewhere;
  const mean = mails === 0 ? recipients : (people.phonesOnly * recipients + elsewhere) / mails;
  const arrivals = arrivalsOf({ mails, days: workingDays, weekday, ordinary });
  const sending = { ratePerMinute: settings.SEND_RATE_PER_MINUTE, recipients: mean };
  const perManagerAndDay = settings.MANAGER_COPIES_PER_DAY;
  return {
    ...known,
    why: null,
    people: { ...people, otherAddresses: directory?.otherAddresses ?? null },
    now: {
      mailboxes,
      recipients,
      ...told(forecast(arrivals, { ...sending, mailboxes }), from),
      givenUpAfterHours: patienceMs(settings.MAX_NOTIFY_AGE_HOURS) / hourMs,
    },
    needed: {
      mailboxes: finite(mailboxesFor(arrivals, sending)),
      withoutCopies: finite(mailboxesFor(arrivals, { ...sending, recipients: 1 })),
    },
    whyNoTeams: isAsked && typeof teams === 'string' ? teams : null,
    copies:
      recipients === 1 || !directory
        ? null
        : {
            managers: directory.sizes.length,
            perManagerAndDay,
            all: directory.sizes.reduce((sum, team) => sum + team, 0),
            leftOut: Math.round(copiesLeftOut(directory.sizes, workingDays, perManagerAndDay)),
          },
  };
}

function told(outcome: Forecast, from: string) {
  const { emptyAfterDays, longestLine, longestWaitHours, lateAfterDays } = outcome;
  const late = lateAfterDays === undefined ? null : Date.parse(from) + lateAfterDays * dayMs;
  return {
    emptyAfterDays: finite(round(emptyAfterDays)),
    longestLine: Math.round(longestLine),
    longestWaitHours: finite(round(longestWaitHours)),
    lateFrom: late === null ? null : new Date(late).toISOString().slice(0, 10),
  };
}

const round = (number: number) => Math.round(number * 100) / 100;
const finite = (number: number) => (Number.isFinite(number) ? number : null);

/** The mean of working days, and of days at the weekend. The first and the last are known in part alone. */
function ordinaryOf(days: Load['days'], from: Date, to: Date): WaveReport['ordinary'] {
  const known = (day: string) => {
    const began = Math.max(Date.parse(day), from.getTime());
    return Math.max(0, Math.min(Date.parse(day) + dayMs, to.getTime()) - began) / dayMs;
  };
  const isWeekend = (day: string) => [0, 6].includes(new Date(day).getUTCDay());
  const mean = (wanted: boolean) => {
    const own = days.filter(({ day }) => isWeekend(day) === wanted);
    const mails = own.reduce((sum, one) => sum + one.mails, 0);
    return Math.round(mails / (own.reduce((sum, { day }) => sum + known(day), 0) || 1));
  };
  return { workday: mean(false), weekend: mean(true) };
}
