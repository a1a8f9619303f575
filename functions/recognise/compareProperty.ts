import type { Action, ChangeDetails, Method } from './change.ts';
import { markOfNumber } from './details.ts';
import { isNil, normalise } from './normalise.ts';

/** What the modifiedProperties of a row show to be different. */
export interface PropertyChange {
  readonly action: Action;
  readonly method: Method;
  readonly details: ChangeDetails;
  /** Methods that the same property can stand for: the row does not say which it is. */
  readonly alternatives?: readonly Method[];
  /** Names of the properties that show it. */
  readonly properties?: readonly string[];
  readonly marks?: readonly string[];
}

type Entry = Readonly<Record<string, unknown>>;
type Value = string | null | undefined;
type Found = Omit<PropertyChange, 'properties'>;
type Comparison = (before: readonly Entry[], after: readonly Entry[]) => Found[];

/** More than anybody has: bounds the work that one row can make. */
const mostEntries = 10_000;

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['StrongAuthenticationMethod', compareMethods],
  ['StrongAuthenticationUserDetails', compareContacts],
  ['StrongAuthenticationPhoneAppDetail', compareApps],
  ['SearchableDeviceKey', compareKeys],
  ['StrongAuthenticationRequirement', compareRequirements],
  ['SecuredAccessPassData', comparePasses],
  ['AlternativeSecurityId', compareIdentities],
  ['CertificateUserIds', compareCertificates],
  ['PerUserMfaState', compareStates],
]);

/** A property by its name in lower case: Microsoft writes some with a small first letter, too. */
const names: ReadonlyMap<string, string> = new Map([
  ...[...comparisons.keys()].map((name) => [normalise(name), name] as const),
  ['alternativesecurityids', 'AlternativeSecurityId'],
  ['authorizationinfo', 'CertificateUserIds'],
]);

/** Authentication Methods puts the name of an object and a point before some. */
const nameOf = (property: string) =>
  names.get(normalise(property).replace(/^.*\.(?=perusermfastate$)/, '')) ?? property;

/** Whether a property can show a change of a way to sign in. */
export const isCompared = (property: string): boolean => comparisons.has(nameOf(property));

/** What the two values of a property show to be different; undefined where one can't be read. Never throws. */
export function compareProperty(
  property: string,
  old: Value,
  now: Value,
): PropertyChange[] | undefined {
  const name = nameOf(property);
  const read = (value: Value) =>
    (ofTexts.has(name) ? loneText(value) : undefined) ?? entries(value);
  const [before, after] = [read(old), read(now)];
  // A list that was cut is none that was emptied.
  if (!before || !after) return undefined;
  const found = comparisons.get(name)?.(before, after) ?? [];
  return found.map((change) => ({ ...change, properties: [name] }));
}

/** Those whose value may be a text by itself. */
const ofTexts: ReadonlySet<string> = new Set(['CertificateUserIds', 'PerUserMfaState']);

/** A value that is a text, and neither a list nor an object within one; without its quotes, or with them. */
function loneText(value: Value): readonly Entry[] | undefined {
  const bare = value?.trim() ?? '';
  if (isBare(bare)) return [{ text: bare }];
  const text = /^\s*"(?!\s*(?:\\"|[[{"]))/.test(value ?? '') ? entries(`[${value}]`) : [];
  return text?.length ? text : undefined;
}

/** Whether a text is neither JSON, nor the beginning of any, nor the word for nothing. */
const isBare = (text: string): boolean => !isNothing(text) && !/^["[{]/.test(text);

const isNothing = (text: string): boolean =>
  /^(?:<null>|null|true|false|-?\d+(?:\.\d+)?)?$/i.test(text);

/**
 * The objects, or texts as `text`, that a value holds: JSON inside a JSON string. Undefined where it is no JSON, or
 * was cut. Never throws.
 */
export function entries(given: Value): readonly Entry[] | undefined {
  let value: unknown = given;
  for (let depth = 0; typeof value === 'string' && depth < 3; depth += 1) {
    if (value === '') return [];
    try {
      value = JSON.parse(value);
    } catch {
      return isNothing((value as string).trim()) ? [] : undefined;
    }
  }
  const list = Array.isArray(value) ? value : [value];
  return list
    .slice(0, mostEntries)
    .flatMap((one): Entry[] =>
      typeof one === 'string' ? [{ text: one }] : isEntry(one) ? [flat(one)] : [],
    );
}

const isEntry = (one: unknown): one is Entry => typeof one === 'object' && one !== null;

/**
 * Without what is nested, but for lists of text: not all of it can be turned into text. Fields by their names with a
 * capital letter, as Microsoft writes most of them.
 */
const flat = (entry: Entry): Entry =>
  Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]) =>
      typeof value !== 'object' || (Array.isArray(value) && value.every(isText))
        ? [[name.slice(0, 1).toUpperCase() + name.slice(1), value]]
        : [],
    ),
  );

const isText = (value: unknown): value is string => typeof value === 'string';

/** Both directions of a difference between sets. */
function difference<T>(before: ReadonlySet<T>, after: ReadonlySet<T>) {
  return [
    ['registered', [...after].filter((one) => !before.has(one))],
    ['deleted', [...before].filter((one) => !after.has(one))],
  ] as const;
}

/** Numbers of StrongAuthenticationMethod. Source: Graph docs, "strongAuthenticationMethod". */
const things = ['mobile', 'mobile', 'office', 'alternate', 'alternate', 'mobile', 'push', 'code'];

function compareMethods(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const kinds = (list: readonly Entry[]) =>
    new Set(list.flatMap((one) => things[Number(one['MethodType'])] ?? []));
  const changes = difference(kinds(before), kinds(after)).flatMap(([action, found]) => [
    ...(['mobile', 'office', 'alternate'] as const)
      .filter((type) => found.includes(type))
      .map((phoneType): Found => ({ action, method: 'phone', details: { phoneType } })),
    ...ofApp(action, found),
  ]);
  if (changes.length > 0) return changes;
  const usual = (list: readonly Entry[]) =>
    list.find((one) => one['Default'] === true)?.['MethodType'];
  const now = usual(after);
  if (now === undefined || now === usual(before)) return [];
  const thing = things[Number(now)];
  const method =
    thing === 'push' ? 'authenticatorApp' : thing === 'code' ? 'oathToken' : ('phone' as const);
  return [{ action: 'defaultChanged', method, details: {} }];
}

function ofApp(action: Action, found: readonly string[]): Found[] {
  if (found.includes('push')) return [{ action, method: 'authenticatorApp', details: {} }];
  if (!found.includes('code')) return [];
  return [{ action, method: 'oathToken', details: {}, alternatives: ['authenticatorApp'] }];
}

function compareContacts(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const fields: [string, Method, ChangeDetails][] = [
    ['PhoneNumber', 'phone', { phoneType: 'mobile' }],
    ['AlternativePhoneNumber', 'phone', { phoneType: 'alternate' }],
    ['VoiceOnlyPhoneNumber', 'phone', { phoneType: 'office' }],
    ['Email', 'email', {}],
  ];
  return fields.flatMap(([field, method, details]) => {
    const [was, is] = [before[0]?.[field] || undefined, after[0]?.[field] || undefined];
    if (was === is) return [];
    const action = was === undefined ? 'registered' : is === undefined ? 'deleted' : 'updated';
    const marks = method === 'phone' ? markOfNumber(String(is ?? was)) : [];
    return [{ action, method, details, marks }];
  });
}

function compareApps(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const [old, now] = [appsById(before, after), appsById(after, before)];
  const changed = difference(new Set(old.keys()), new Set(now.keys())).flatMap(([action, ids]) =>
    ids.map((id): Found => {
      const app = now.get(id) ?? old.get(id);
      const codeOnly = app?.['DeviceTag'] === softwareToken && !app['NotificationType'];
      const method = codeOnly ? 'oathToken' : 'authenticatorApp';
      const alternatives: Method[] = [codeOnly ? 'authenticatorApp' : 'oathToken'];
      return { action, method, details: {}, alternatives, marks: markOf('app', id) };
    }),
  );
  const switchedOn = [...now].filter(([id, app]) => signsIn(app) && !signsIn(old.get(id) ?? app));
  return [
    ...changed,
    ...switchedOn.map(
      ([id]): Found => ({
        action: 'updated',
        method: 'authenticatorApp',
        details: {},
        marks: markOf('app', id),
      }),
    ),
  ];
}

/**
 * Apps by their id. Those without one, or with zeros, are counted: the ones first that the other list may have
 * too, so that the last ones are those that came or went. Their tokens change without a change.
 */
function appsById(list: readonly Entry[], other: readonly Entry[]): Map<string, Entry> {
  const idOf = (one: Entry) => String(one['Id'] ?? one['DeviceId'] ?? one['DeviceToken'] ?? '');
  const isNamed = (one: Entry) => idOf(one) !== '' && !isNil(idOf(one));
  const tokenOf = (one: Entry) => String(one['DeviceToken'] ?? '');
  const tokens = new Set(other.map(tokenOf));
  const order = (one: Entry) => `${tokens.has(tokenOf(one)) ? 0 : 1}${tokenOf(one)}`;
  const unnamed = list
    .filter((one) => !isNamed(one))
    .map((one) => ({ one, order: order(one) }))
    .sort((first, second) => (first.order < second.order ? -1 : 1));
  return new Map([
    ...list.filter(isNamed).map((one) => [idOf(one), one] as const),
    ...unnamed.map(({ one }, index) => [`${unnamedApp}${index}`, one] as const),
  ]);
}

const unnamedApp = '# ';
const softwareToken = 'SoftwareTokenActivated';
/** Whether an app that could only approve signs in by itself: it is bound to a registered device. */
const signsIn = ({ DeviceId: id, DeviceTag: tag }: Entry): boolean =>
  isText(id) && id !== '' && !isNil(id) && tag !== softwareToken;

/** What `Platform` of a device key says. Source: reports on device keys; others stay open. */
const platforms: readonly (readonly [RegExp, Method])[] = [
  [/^(0|win.*)$/i, 'windowsHello'],
  [/^(1|2|android.*|ios.*|iphone.*|ipad.*)$/i, 'authenticatorApp'],
  [/^([3-9]|mac.*|darwin.*|osx.*)$/i, 'platformCredential'],
];

function compareKeys(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const identity = (one: Entry) =>
    `${String(one['Usage'] ?? '')} ${String(idIn(one, 'KeyIdentifier', 'KeyId') ?? JSON.stringify(one))}`;
  const keys = new Map([...after, ...before].map((one) => [identity(one), one]));
  const ids = (list: readonly Entry[]) => new Set(list.map(identity));
  return difference(ids(before), ids(after)).flatMap(([action, found]) =>
    found.map((id): Found => {
      const marks = markOf('key', id);
      if (/^fido/i.test(id)) return { action, method: 'passkey', details: {}, marks };
      const platform = String(keys.get(id)?.['Platform'] ?? '');
      const known = platforms.find(([pattern]) => pattern.test(platform))?.[1];
      if (known) return { action, method: known, details: {}, marks };
      // Windows Hello, a Mac's platform credential and passwordless phone sign-in look the same.
      const alternatives: Method[] = ['platformCredential', 'authenticatorApp'];
      return { action, method: 'windowsHello', details: {}, alternatives, marks };
    }),
  );
}

function compareRequirements(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const state = (list: readonly Entry[]) =>
    Math.max(0, ...list.map((one) => Number(one['State']) || 0));
  const [was, is] = [state(before), state(after)];
  if (was > 0 && is === 0) return [{ action: 'deleted', method: 'perUserMfa', details: {} }];
  return [];
}

/** The same in Graph's words: disabled, enabled, enforced. */
function compareStates(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const isOff = (list: readonly Entry[]) => normalise(String(list[0]?.['text'])) === 'disabled';
  return isOff(after) && !isOff(before)
    ? [{ action: 'deleted', method: 'perUserMfa', details: {} }]
    : [];
}

function comparePasses(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const identity = (one: Entry) =>
    String(idIn(one, 'PassId', 'Id') ?? JSON.stringify(one)).toLowerCase();
  const passes = new Map([...before, ...after].map((one) => [identity(one), one]));
  const ids = (list: readonly Entry[]) => new Set(list.map(identity));
  return difference(ids(before), ids(after)).flatMap(([action, found]) =>
    found.map((id): Found => {
      const pass = passes.get(id) ?? {};
      const { StartDateTime: start, EndDateTime: end } = pass;
      // What names no pass must not seem to name another.
      const marks = idIn(pass, 'PassId', 'Id') === undefined ? [] : [`pass:${id.slice(0, 64)}`];
      const temporaryAccessPass = {
        ...(isText(start) && { start: start.slice(0, 100) }),
        ...(isText(end) && { end: end.slice(0, 100) }),
      };
      const details = action === 'registered' ? { temporaryAccessPass } : {};
      return { action, method: 'temporaryAccessPass', details, marks };
    }),
  );
}

/** Another directory's account, as which somebody signs in from then on. */
function compareIdentities(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const ids = (list: readonly Entry[]) => new Set(list.map((one) => JSON.stringify(one)));
  return difference(ids(before), ids(after)).flatMap(([action, found]) =>
    found.length > 0 ? [{ action, method: 'externalMethod' as const, details: {} }] : [],
  );
}

/** The names under which a certificate signs in: a list of text, or within an object. */
function compareCertificates(before: readonly Entry[], after: readonly Entry[]): Found[] {
  const names = (list: readonly Entry[]) =>
    new Set(
      list.flatMap((one) =>
        Object.values(one).flatMap((value) => (isText(value) ? value : (value as string[]))),
      ),
    );
  return difference(names(before), names(after)).flatMap(([action, found]) =>
    found.length > 0 ? [{ action, method: 'certificate' as const, details: {} }] : [],
  );
}

/** The first of these fields that holds an id: an empty text or zeros are none. */
const idIn = (entry: Entry, ...fields: readonly string[]): unknown =>
  fields.map((field) => entry[field]).find((id) => id != null && id !== '' && !isNil(id));

/** Of a key or an app: the end of its id, which is random. */
const markOf = (kind: string, id: string): string[] =>
  id.startsWith(unnamedApp) ? [] : [`${kind}:${id.slice(-16)}`];
