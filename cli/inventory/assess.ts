import { type Claim, claimOf, type OwnNames } from '../../functions/passkeys/claim.ts';
import { kindOf } from './kinds.ts';
import type { Method, Person } from './person.ts';

/**
 * What somebody can prove themselves with at best. `resistant`: something that phishing does not get;
 * `strong`: something else than a phone number; `phone`: phone numbers and nothing better; `none`: no
 * second step; `other`: only what this version does not know.
 */
export type Standing = 'resistant' | 'strong' | 'phone' | 'other' | 'none';

/** Why somebody is to be looked at, the gravest first. */
export const concerns = [
  'program',
  'contradiction',
  'adminWithoutSecond',
  'adminPhoneOnly',
  'advisory',
  'phoneOnly',
  'oneMethod',
  'adminNotResistant',
  'testRecord',
  'noSecond',
] as const;
export type Concern = (typeof concerns)[number];

/** A passkey, with what it claims to be. */
export interface Passkey {
  readonly method: Method;
  readonly claim: Claim;
  /** Of advisories about its model: `YSA-2024-03`. */
  readonly advisories: readonly string[];
}

export interface Assessed {
  readonly person: Person;
  readonly standing: Standing;
  readonly passkeys: readonly Passkey[];
  readonly concerns: readonly Concern[];
}

/** Judges what somebody has. `ownNames`: the operator's names of models. Pure. */
export function assess(person: Person, ownNames: OwnNames = {}): Assessed {
  const passkeys = passkeysOf(person, ownNames);
  const standing = standingOf(person);
  const found = new Set<Concern>();
  for (const { claim, advisories } of passkeys) {
    if (claim.warning) found.add(claim.warning);
    if (claim.authenticator?.kind === 'testRecord') found.add('testRecord');
    if (advisories.length > 0) found.add('advisory');
  }
  const { isAdmin } = person;
  if (standing === 'none') found.add(isAdmin ? 'adminWithoutSecond' : 'noSecond');
  if (standing === 'phone') found.add(isAdmin ? 'adminPhoneOnly' : 'phoneOnly');
  if (standing === 'strong' && isAdmin) found.add('adminNotResistant');
  if (hasOneMethod(person)) found.add('oneMethod');
  return { person, standing, passkeys, concerns: concerns.filter((one) => found.has(one)) };
}

function passkeysOf({ look }: Person, ownNames: OwnNames): Passkey[] {
  if (!look || !('methods' in look)) return [];
  return look.methods.flatMap((method) => {
    if (!method.passkey) return [];
    const claim = claimOf(method.passkey, ownNames);
    const advisories = claim.authenticator?.advisories.map(({ id }) => id) ?? [];
    return [{ method, claim, advisories }];
  });
}

function standingOf({ kinds }: Person): Standing {
  const worths = new Set(kinds.map((kind) => kindOf(kind).worth));
  return (
    (['resistant', 'strong', 'other', 'phone'] as const).find((worth) => worths.has(worth)) ??
    'none'
  );
}

/**
 * One thing that can be lost, and then nothing: no phone number beside it, nothing that we don't know. The
 * report names kinds, not things: a push and codes are on one phone, and two keys of a kind are one, unless
 * a look has counted them.
 */
function hasOneMethod({ kinds, look }: Person): boolean {
  const all = kinds.map((kind) => ({ kind, ...kindOf(kind) }));
  if (all.some(({ worth }) => worth === 'phone' || worth === 'other')) return false;
  const good = all.filter(({ worth }) => worth === 'resistant' || worth === 'strong');
  const things = new Set(good.map(({ kind, on }) => on ?? kind));
  if (things.size !== 1) return false;
  const counted = look && 'methods' in look ? look.methods : [];
  // On one phone are a push, codes and a passkey, and on one computer Windows Hello and its passkey: what
  // there is twice of one kind is on two.
  const numbers = Map.groupBy(counted.filter(isGood), ({ kind, passkey }) =>
    passkey ? 'passkey' : kind,
  );
  return [...numbers.values()].every(({ length }) => length === 1);
}

const isGood = ({ kind }: Method): boolean => ['resistant', 'strong'].includes(kindOf(kind).worth);

/** Administrators first, then whoever there is most reason to look at, then by name. */
export function byUrgency(one: Assessed, other: Assessed): number {
  const rank = ({ concerns: [first] }: Assessed) =>
    first === undefined ? concerns.length : concerns.indexOf(first);
  return (
    Number(other.person.isAdmin) - Number(one.person.isAdmin) ||
    rank(one) - rank(other) ||
    compare(one.person.name, other.person.name) ||
    compare(one.person.id, other.person.id)
  );
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
