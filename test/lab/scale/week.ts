import { type Random, seededRandom } from '../../../local/graph/random.ts';
import { type Change, type Kind, kinds } from './kinds.ts';

/** How much happens in a tenant, and for how long. */
export interface TenantPlan {
  readonly users: number;
  /** Beginning with a Monday. */
  readonly days: number;
  /** Share of the users who register a passkey from Tuesday to Thursday, or on a plan's only days. */
  readonly campaign: number;
  readonly seed: number;
}

/** A Monday: the first day of every plan. */
export const monday = new Date('2026-11-23T00:00:00Z');

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Changes a user and working day: 16,000 among a million. */
const changesPerUser = 0.016;
const weekendShare = 0.05;
const mondayPeakShare = 0.35;
/** Rows of the same services that mean nothing, for each change. */
const noiseShare = 0.3;
/** One administrator for so many users: nobody comes near the bulk guard. */
const usersPerAdministrator = 5000;

const usual: readonly (readonly [kind: Kind, share: number])[] = [
  [kinds.authenticator, 0.3],
  [kinds.passkey, 0.2],
  [kinds.phone, 0.15],
  [kinds.deletion, 0.1],
  [kinds.pass, 0.15],
  [kinds.phoneByAdmin, 0.1],
];

/** Mails of an ordinary day in a tenant of so many users: one for each change. */
export const ordinaryMails = (users: number) => ({
  workday: users * changesPerUser,
  weekend: users * changesPerUser * weekendShare,
});

/** Everything that happens, oldest first. The same plan gives the same changes. */
export function planWeek({ users, days, campaign, seed }: TenantPlan): Change[] {
  const random = seededRandom(seed);
  const administrators = Math.max(1, Math.round(users / usersPerAdministrator));
  const changes: Omit<Change, 'number'>[] = [];
  const add = (kind: Kind, time: number, person = random.below(users)) =>
    changes.push({ kind, time, person, administrator: random.below(administrators) });
  for (let day = 0; day < days; day += 1) {
    const weekend = day % 7 >= 5;
    const count = Math.round(users * changesPerUser * (weekend ? weekendShare : 1));
    for (let made = 0; made < count; made += 1) {
      add(pickKind(random), usualTime(day, random));
      if (random.next() < noiseShare) add(kinds.noise, usualTime(day, random));
    }
  }
  const campaignDays = days > 3 ? [1, 2, 3] : [0];
  for (let made = 0; made < users * campaign; made += 1) {
    const day = random.pick(campaignDays);
    // A prime that is no divisor of the number of users: each takes part once.
    const person = (made * 7919 + 13) % users;
    add(kinds.passkey, officeTime(day, random), person);
  }
  changes.sort((one, other) => one.time - other.time);
  return changes.map((change, number) => ({ ...change, number }));
}

function pickKind(random: Random): Kind {
  let left = random.next();
  for (const [kind, share] of usual) {
    left -= share;
    if (left < 0) return kind;
  }
  return kinds.authenticator;
}

/** In ms since 1970. A third of a Monday's changes are made as people come in. */
function usualTime(day: number, random: Random): number {
  const peak = day % 7 === 0 && random.next() < mondayPeakShare;
  if (peak) return at(day, 8 + 2 * random.next());
  return random.next() < 0.85 ? officeTime(day, random) : at(day, 1 + 23 * random.next());
}

/** From eight to six. */
const officeTime = (day: number, random: Random): number => at(day, 8 + 10 * random.next());

const at = (day: number, hour: number) =>
  monday.getTime() + day * dayMs + Math.floor(hour * hourMs);
