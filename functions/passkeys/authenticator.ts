import data from './authenticators.json' with { type: 'json' };

/** Where a model keeps passkeys, in terms that its owner knows. */
export type Place =
  | 'microsoftAuthenticator'
  | 'phoneApp'
  | 'securityKey'
  | 'windowsHello'
  | 'windowsHelloSoftware'
  | 'device'
  | 'passwordManager';

/** The frozen list, `authenticators.json`. Ids are AAGUIDs in lower case, with hyphens. */
export interface Authenticators {
  readonly about: readonly string[];
  /** What the abbreviations of the sources stand for. */
  readonly sources: Readonly<Record<string, string>>;
  /** Source of the name → place, or `untold` where the lists don't tell → id → name. */
  readonly models: Readonly<Record<string, Readonly<Partial<Record<Place | 'untold', Names>>>>>;
  readonly testRecords: readonly string[];
  /** How it is known that the program shows this id → id → name. */
  readonly programs: Readonly<Record<string, Names>>;
  readonly advisories: readonly Advisory[];
}

type Names = Readonly<Record<string, string>>;

/** A warning about models, by its maker or by the FIDO Alliance. */
export interface Advisory {
  readonly id: string;
  /** The day that it was published: `2024-09-03`. */
  readonly since: string;
  readonly source: string;
  /** Which words of `passkeys.advisories` tell of it. */
  readonly words: string;
  readonly models: readonly string[];
}

/**
 * What is known of an AAGUID. `model`: it is in a list; `testRecord`: too, as what a maker tried;
 * `program`: programs made for tests show it; `hidden`: all zeros, so that it names nothing;
 * `unlisted`: nobody knows it.
 */
export interface Authenticator {
  /** Lower case, with hyphens. */
  readonly aaguid: string;
  readonly kind: 'model' | 'testRecord' | 'program' | 'hidden' | 'unlisted';
  /** Absent where the id is hidden or not listed. */
  readonly name?: string;
  /** Which list the name is from, or how it is known that a program shows this id. */
  readonly source?: string;
  /** Absent where the lists don't tell. */
  readonly place?: Place;
  readonly advisories: readonly Advisory[];
}

const list: Authenticators = data;

/** What a list says of each of its ids. */
export function entriesOf({ models, programs, testRecords, advisories }: Authenticators) {
  const tested = new Set(testRecords);
  const entries = new Map<string, Authenticator>();
  for (const [source, places] of Object.entries(models)) {
    for (const [key, names] of Object.entries(places)) {
      const place = key === 'untold' ? {} : { place: key as Place };
      for (const [aaguid, name] of Object.entries(names)) {
        const kind = tested.has(aaguid) ? 'testRecord' : 'model';
        entries.set(aaguid, { aaguid, kind, name, source, ...place, advisories: [] });
      }
    }
  }
  for (const [source, names] of Object.entries(programs)) {
    for (const [aaguid, name] of Object.entries(names)) {
      entries.set(aaguid, { aaguid, kind: 'program', name, source, advisories: [] });
    }
  }
  for (const advisory of advisories) {
    for (const aaguid of advisory.models) {
      const entry = entries.get(aaguid) ?? unknown(aaguid);
      entries.set(aaguid, { ...entry, advisories: [...entry.advisories, advisory] });
    }
  }
  return entries;
}

/** Made when it is first asked for: a process that only reads the log never does. */
let known: ReadonlyMap<string, Authenticator> | undefined;

/** What an authenticator shows that keeps its model to itself. */
export const hiddenAaguid = '00000000-0000-0000-0000-000000000000';

const unknown = (aaguid: string): Authenticator => ({
  aaguid,
  kind: aaguid === hiddenAaguid ? 'hidden' : 'unlisted',
  advisories: [],
});

/**
 * The AAGUID in a text of any case, with hyphens, braces or neither, as lower case with hyphens.
 * Undefined if it is none.
 */
export function readAaguid(text: string | null | undefined): string | undefined {
  const hex = text?.replace(/[\s{}-]/g, '').toLowerCase() ?? '';
  if (!/^[0-9a-f]{32}$/.test(hex)) return undefined;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What is known of an AAGUID; undefined where the text is none. */
export function authenticatorOf(text: string | null | undefined): Authenticator | undefined {
  const aaguid = readAaguid(text);
  if (!aaguid) return undefined;
  known ??= entriesOf(list);
  return known.get(aaguid) ?? unknown(aaguid);
}
