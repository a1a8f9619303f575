import { recipientsPerDay, slotMs, urgentReserve } from '../../../functions/pacing/lane.ts';

/** When mails come up. Hours count from a midnight, UTC. */
export interface Arrivals {
  /** Mails that come up within each hour, evenly: those of the wave, and all others with them. */
  readonly perHour: readonly number[];
  /** When the last mail of the wave comes up, in hours. What comes up later is behind it in line. */
  readonly lastAt: number;
}

/** What sends them. */
interface Sending {
  readonly mailboxes: number;
  /** SEND_RATE_PER_MINUTE. */
  readonly ratePerMinute: number;
  /** Recipients that are planned for a mail, in the mean: 2 where managers are in copy of all. */
  readonly recipients: number;
}

/** What becomes of the line of mails. */
export interface Forecast {
  /** When the last mail of the wave leaves, in days since the midnight. Infinity: not within a year. */
  readonly emptyAfterDays: number;
  readonly longestLine: number;
  /** The longest that a mail waits which is not urgent, in hours, reading the log not counted. */
  readonly longestWaitHours: number;
  /** In days since the midnight, when somebody has waited longer than is bearable; undefined: nobody does. */
  readonly lateAfterDays?: number;
}

/** Nobody shall wait longer than this for a mail. In hours. */
export const bearableHours = 1;

const minutesADay = 24 * 60;
const mostDays = 366;
/** Less than this of a mail is what adding up leaves. */
const crumb = 1e-6;

/**
 * How long a line of mails gets, and when it is empty again. A mailbox sends one mail in each slot, and to as
 * many recipients within this hour and the 24 before it as Exchange takes in a day, less what is kept for
 * urgent mails; who comes first leaves first. Pure.
 */
export function forecast({ perHour, lastAt }: Arrivals, sending: Sending): Forecast {
  const { mailboxes, ratePerMinute, recipients } = sending;
  const aMinute = (mailboxes * 60_000) / slotMs(ratePerMinute);
  const aDay = (mailboxes * (recipientsPerDay - urgentReserve)) / recipients;
  const cameBy: number[] = [];
  const leftIn: number[] = [];
  let [came, left, ofDay, oldest, longestLine, longestWait, lastOfWave] = [0, 0, 0, 0, 0, 0, 0];
  let late: { lateAfterDays?: number } = {};
  for (let minute = 0; minute < mostDays * minutesADay; minute += 1) {
    const hour = Math.floor(minute / 60);
    if (minute % 60 === 0) ofDay = leftIn.slice(-24).reduce((sum, mails) => sum + mails, 0);
    came += (perHour[hour] ?? 0) / 60;
    cameBy.push(came);
    if (minute < lastAt * 60) lastOfWave = came;
    const gone = Math.max(0, Math.min(came - left, aMinute, aDay - ofDay));
    left += gone;
    ofDay += gone;
    leftIn[hour] = (leftIn[hour] ?? 0) + gone;
    while (oldest <= minute && (cameBy[oldest] ?? 0) <= left + crumb) oldest += 1;
    longestLine = Math.max(longestLine, came - left);
    longestWait = Math.max(longestWait, minute + 1 - oldest);
    if (late.lateAfterDays === undefined && longestWait > bearableHours * 60) {
      late = { lateAfterDays: (minute + 1) / minutesADay };
    }
    if (minute + 1 >= lastAt * 60 && left >= lastOfWave - crumb) {
      const emptyAfterDays = (minute + 1) / minutesADay;
      return { emptyAfterDays, longestLine, longestWaitHours: longestWait / 60, ...late };
    }
  }
  const never = Number.POSITIVE_INFINITY;
  return { emptyAfterDays: never, longestLine, longestWaitHours: never, ...late };
}

/** How many mails a wave makes, and when. Hours are of the local day, which is taken to be that of UTC. */
interface WavePlan {
  readonly mails: number;
  /** Working days, from the first day on. */
  readonly days: number;
  /** Which day of the week the first is: 0 is Monday, as where it is not given. */
  readonly weekday?: number;
  /** Mails of an ordinary working day, and of one at the weekend. */
  readonly ordinary: { readonly workday: number; readonly weekend: number };
}

/** Of each day so much comes up within these hours. */
export const morning = { from: 8, to: 11, share: 0.6 } as const;
/** The rest of the day's, and an ordinary day's, come up until then. */
export const evening = 18;

/** When the mails of a wave come up, with those of ordinary days: those of a year. Pure. */
export function arrivalsOf({ mails, days, weekday = 0, ordinary }: WavePlan): Arrivals {
  const isWorkday = (day: number) => (weekday + day) % 7 < 5;
  const lastDay =
    Array.from({ length: mostDays }, (_, day) => day).filter(isWorkday)[days - 1] ?? 0;
  const hours = Array.from({ length: mostDays * 24 }, (_, at) => {
    const [day, hour] = [Math.floor(at / 24), at % 24];
    const isWorked = hour >= morning.from && hour < evening;
    const usual = isWorkday(day) ? ordinary.workday : ordinary.weekend;
    const others = isWorked ? usual / (evening - morning.from) : 0;
    const isOfWave = isWorkday(day) && day <= lastDay;
    return others + (isOfWave ? (mails / days) * shareOf(hour) : 0);
  });
  return { perHour: hours, lastAt: lastDay * 24 + evening };
}

/** The share of a day's registrations that an hour has. */
function shareOf(hour: number): number {
  const { from, to, share } = morning;
  if (hour >= from && hour < to) return share / (to - from);
  return hour >= to && hour < evening ? (1 - share) / (evening - to) : 0;
}

const mostMailboxes = 1000;

/** The fewest mailboxes with which nobody waits longer than is bearable. Infinity beyond a thousand. Pure. */
export function mailboxesFor(arrivals: Arrivals, sending: Omit<Sending, 'mailboxes'>): number {
  const isEnough = (mailboxes: number) =>
    forecast(arrivals, { ...sending, mailboxes }).longestWaitHours <= bearableHours;
  if (!isEnough(mostMailboxes)) return Number.POSITIVE_INFINITY;
  let [tooFew, enough] = [0, mostMailboxes];
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1;
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
