import { type Assessed, type Concern, concerns, type Passkey, type Standing } from './assess.ts';
import type { Inventory } from './inventory.ts';
import { kindOf, type Worth } from './kinds.ts';
import { modelWords, placeWords } from './words.ts';

export type Standings = Readonly<Record<Standing, number>>;

/**
 * What came of an inventory: numbers and names of models, nobody's name. `--json` prints it as it is: what
 * is here stays, and what is added is new. Times are ISO 8601, UTC.
 */
export interface Totals {
  readonly version: 1;
  readonly period: { readonly from: string; readonly to: string };
  /** When the rows of Microsoft's report were made; null where no row says. */
  readonly report: { readonly oldest: string | null; readonly newest: string | null };
  readonly people: {
    readonly all: number;
    readonly administrators: number;
    readonly guests: number;
    /** Rows that could not be read: of these people nothing is said. */
    readonly unreadable: number;
    /** Asked for, and not in the report; null where everybody was asked for. */
    readonly missing: number | null;
  };
  readonly standing: Readonly<Record<'all' | 'administrators' | 'members' | 'guests', Standings>>;
  readonly kinds: readonly {
    readonly name: string;
    readonly worth: Worth;
    readonly people: number;
    readonly administrators: number;
  }[];
  readonly concerns: Readonly<
    Record<Concern, { readonly people: number; readonly administrators: number }>
  >;
  /** How looking at people one by one ended; `report`: nobody looked, or there was nothing to look at. */
  readonly looks: Readonly<Record<'report' | 'found' | 'denied' | 'gone' | 'failed', number>>;
  /** Those that were looked at. */
  readonly passkeys: {
    readonly all: number;
    readonly people: number;
    readonly proof: Readonly<Record<Passkey['claim']['proof'], number>>;
    readonly binding: Readonly<Record<Passkey['claim']['binding'], number>>;
    readonly models: readonly {
      readonly model: string;
      readonly aaguid: string | null;
      readonly place: string;
      readonly passkeys: number;
      readonly people: number;
      readonly advisories: readonly string[];
    }[];
    readonly advisories: readonly {
      readonly id: string;
      readonly passkeys: number;
      readonly people: number;
      readonly administrators: number;
    }[];
  };
}

/** Counts everything. Pure. */
export function totalsOf({ from, to, people, unreadable, missing }: Inventory): Totals {
  const admins = people.filter(({ person }) => person.isAdmin);
  const guests = people.filter(({ person }) => person.isGuest && !person.isAdmin);
  const members = people.filter(({ person }) => !person.isGuest && !person.isAdmin);
  const made = people.map(({ person }) => person.asOf).filter((time) => time !== '');
  const edge = (better: (one: string, other: string) => boolean) =>
    made.reduce<string | null>(
      (best, one) => (best === null || better(one, best) ? one : best),
      null,
    );
  return {
    version: 1,
    period: { from: from.toISOString(), to: to.toISOString() },
    report: { oldest: edge((a, b) => a < b), newest: edge((a, b) => a > b) },
    people: {
      all: people.length,
      administrators: admins.length,
      guests: people.filter(({ person }) => person.isGuest).length,
      unreadable,
      missing: missing ?? null,
    },
    standing: {
      all: standingsOf(people),
      administrators: standingsOf(admins),
      members: standingsOf(members),
      guests: standingsOf(guests),
    },
    kinds: kindsOf(people),
    concerns: concernsOf(people),
    looks: looksOf(people),
    passkeys: passkeysOf(people),
  };
}

function standingsOf(people: readonly Assessed[]): Standings {
  const counts = { resistant: 0, strong: 0, phone: 0, other: 0, none: 0 };
  for (const { standing } of people) counts[standing] += 1;
  return counts;
}

function kindsOf(people: readonly Assessed[]): Totals['kinds'] {
  const counts = new Map<string, { worth: Worth; people: number; administrators: number }>();
  for (const { person } of people) {
    const own = new Map(person.kinds.map((word) => [kindOf(word).name, kindOf(word).worth]));
    for (const [name, worth] of own) {
      const count = counts.get(name) ?? { worth, people: 0, administrators: 0 };
      count.people += 1;
      count.administrators += Number(person.isAdmin);
      counts.set(name, count);
    }
  }
  return [...counts]
    .map(([name, count]) => ({ name, ...count }))
    .sort((one, other) => other.people - one.people || (one.name < other.name ? -1 : 1));
}

function concernsOf(people: readonly Assessed[]): Totals['concerns'] {
  const counts = Object.fromEntries(
    concerns.map((concern) => [concern, { people: 0, administrators: 0 }]),
  ) as Record<Concern, { people: number; administrators: number }>;
  for (const { person, concerns: own } of people) {
    for (const concern of own) {
      counts[concern].people += 1;
      counts[concern].administrators += Number(person.isAdmin);
    }
  }
  return counts;
}

function looksOf(people: readonly Assessed[]): Totals['looks'] {
  const counts = { report: 0, found: 0, denied: 0, gone: 0, failed: 0 };
  for (const {
    person: { look },
  } of people) {
    if (!look) counts.report += 1;
    else counts['methods' in look ? 'found' : look.found] += 1;
  }
  return counts;
}

function passkeysOf(people: readonly Assessed[]): Totals['passkeys'] {
  const proof = { attested: 0, notAttested: 0, unknown: 0 };
  const binding = { deviceBound: 0, synced: 0, unknown: 0 };
  type Own = { passkeys: number; owners: Set<string> };
  const models = new Map<string, Own & { first: Passkey }>();
  const advisories = new Map<string, Own & { admins: Set<string> }>();
  let all = 0;
  for (const { person, passkeys } of people) {
    for (const passkey of passkeys) {
      all += 1;
      proof[passkey.claim.proof] += 1;
      binding[passkey.claim.binding] += 1;
      const key = passkey.claim.authenticator?.aaguid ?? modelWords(passkey);
      const model = models.get(key) ?? { passkeys: 0, owners: new Set(), first: passkey };
      model.passkeys += 1;
      model.owners.add(person.id);
      models.set(key, model);
      for (const id of passkey.advisories) {
        const one = advisories.get(id) ?? { passkeys: 0, owners: new Set(), admins: new Set() };
        one.passkeys += 1;
        one.owners.add(person.id);
        if (person.isAdmin) one.admins.add(person.id);
        advisories.set(id, one);
      }
    }
  }
  return {
    all,
    people: people.filter(({ passkeys }) => passkeys.length > 0).length,
    proof,
    binding,
    models: [...models.values()]
      .map(({ passkeys, owners, first }) => ({
        model: modelWords(first),
        aaguid: first.claim.authenticator?.aaguid ?? null,
        place: placeWords(first),
        passkeys,
        people: owners.size,
        advisories: first.advisories,
      }))
      .sort((one, other) => other.passkeys - one.passkeys || (one.model < other.model ? -1 : 1)),
    advisories: [...advisories].map(([id, { passkeys, owners, admins }]) => ({
      id,
      passkeys,
      people: owners.size,
      administrators: admins.size,
    })),
  };
}
