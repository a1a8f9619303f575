import type { Action, ChangeDetails, Method } from './change.ts';
import type { AuditRecord } from './record.ts';

/** What the modifiedProperties of a row show to be different. */
export interface PropertyChange {
  readonly action: Action;
  readonly method: Method;
  readonly details: ChangeDetails;
  /** Methods that the same property can stand for: the row does not say which it is. */
  readonly alternatives?: readonly Method[];
}

type Property = NonNullable<
  NonNullable<NonNullable<AuditRecord['targetResources']>[number]['modifiedProperties']>[number]
>;
type Entry = Readonly<Record<string, unknown>>;

const mostEntries = 200;

/** Numbers of StrongAuthenticationMethod. Source: Graph docs, "strongAuthenticationMethod". */
const phoneTypes: Readonly<Record<number, 'mobile' | 'office' | 'alternate'>> = {
  0: 'mobile',
  1: 'mobile',
  2: 'office',
  3: 'alternate',
  4: 'alternate',
  5: 'mobile',
};
const appNotification = 6;
const appCode = 7;

/**
 * The changes that a row's modifiedProperties show. Most rows that hold these properties show none:
 * they are written at sign-in, with a new time or version. Never throws. Values are JSON inside a
 * JSON string; what can't be read shows nothing.
 */
export function propertyChanges(record: AuditRecord): PropertyChange[] {
  const properties = (record.targetResources ?? []).flatMap((one) => one.modifiedProperties ?? []);
  const found = properties.flatMap((property) => {
    const compare = comparisons.get(property.displayName ?? '');
    return compare ? compare(entries(property, 'oldValue'), entries(property, 'newValue')) : [];
  });
  // The list of methods and their details tell of the same phone or app.
  const once = new Map(found.map((one) => [`${one.method} ${one.action}`, one]));
  return [...once.values()];
}

function entries(property: Property, side: 'oldValue' | 'newValue'): readonly Entry[] {
  let value: unknown = property[side];
  for (let depth = 0; typeof value === 'string' && depth < 3; depth += 1) {
    if (value === '') return [];
    try {
      value = JSON.parse(value);
    } catch {
      return [];
    }
  }
  const list = Array.isArray(value) ? value : [value];
  return list
    .slice(0, mostEntries)
    .filter((one): one is Entry => typeof one === 'object' && one !== null)
    .map(flat);
}

/** Without what is nested: none of it is compared, and not all of it can be turned into text. */
const flat = (entry: Entry): Entry =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => typeof value !== 'object'));

type Comparison = (before: readonly Entry[], after: readonly Entry[]) => PropertyChange[];

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['StrongAuthenticationMethod', compareMethods],
  ['StrongAuthenticationUserDetails', compareContacts],
  ['StrongAuthenticationPhoneAppDetail', compareApps],
  ['SearchableDeviceKey', compareKeys],
  ['StrongAuthenticationRequirement', compareRequirements],
]);

/** Both directions of a difference between sets. */
function difference<T>(before: ReadonlySet<T>, after: ReadonlySet<T>) {
  return [
    ['registered', [...after].filter((one) => !before.has(one))],
    ['deleted', [...before].filter((one) => !after.has(one))],
  ] as const;
}

function compareMethods(before: readonly Entry[], after: readonly Entry[]): PropertyChange[] {
  const types = (list: readonly Entry[]) => new Set(list.map((one) => Number(one['MethodType'])));
  const changes = difference(types(before), types(after)).flatMap(([action, numbers]) => {
    const found: PropertyChange[] = [];
    const phone = numbers.find((number) => phoneTypes[number]);
    const phoneType = phone === undefined ? undefined : phoneTypes[phone];
    if (phoneType) found.push({ action, method: 'phone', details: { phoneType } });
    if (numbers.includes(appNotification)) {
      found.push({ action, method: 'authenticatorApp', details: {} });
    } else if (numbers.includes(appCode)) {
      found.push({ action, method: 'oathToken', details: {}, alternatives: ['authenticatorApp'] });
    }
    return found;
  });
  if (changes.length > 0) return changes;
  const usual = (list: readonly Entry[]) =>
    list.find((one) => one['Default'] === true)?.['MethodType'];
  const now = usual(after);
  if (now === undefined || now === usual(before)) return [];
  const number = Number(now);
  const method =
    number === appNotification ? 'authenticatorApp' : number === appCode ? 'oathToken' : 'phone';
  return [{ action: 'defaultChanged', method, details: {} }];
}

function compareContacts(before: readonly Entry[], after: readonly Entry[]): PropertyChange[] {
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
    return [{ action, method, details }];
  });
}

function compareApps(before: readonly Entry[], after: readonly Entry[]): PropertyChange[] {
  const identity = (one: Entry) => String(one['Id'] ?? one['DeviceId'] ?? one['DeviceToken'] ?? '');
  const byIdentity = (list: readonly Entry[]) => new Map(list.map((one) => [identity(one), one]));
  const [old, now] = [byIdentity(before), byIdentity(after)];
  return difference(new Set(old.keys()), new Set(now.keys())).flatMap(([action, ids]) => {
    const [id] = ids;
    if (id === undefined) return [];
    const app = now.get(id) ?? old.get(id);
    const codeOnly = app?.['DeviceTag'] === 'SoftwareTokenActivated' && !app['NotificationType'];
    const method = codeOnly ? 'oathToken' : 'authenticatorApp';
    const alternatives: Method[] = [codeOnly ? 'authenticatorApp' : 'oathToken'];
    return [{ action, method, details: {}, alternatives } satisfies PropertyChange];
  });
}

function compareKeys(before: readonly Entry[], after: readonly Entry[]): PropertyChange[] {
  const identity = (one: Entry) =>
    `${String(one['Usage'] ?? '')} ${String(one['KeyIdentifier'] ?? one['KeyId'] ?? JSON.stringify(one))}`;
  const keys = (list: readonly Entry[]) => new Set(list.map(identity));
  return difference(keys(before), keys(after)).flatMap(([action, ids]) =>
    ids.slice(0, 1).map((id): PropertyChange => {
      if (/^fido/i.test(id)) return { action, method: 'passkey', details: {} };
      // Windows Hello, a Mac's platform credential and passwordless phone sign-in look the same.
      const alternatives: Method[] = ['platformCredential', 'authenticatorApp'];
      return { action, method: 'windowsHello', details: {}, alternatives };
    }),
  );
}

function compareRequirements(before: readonly Entry[], after: readonly Entry[]): PropertyChange[] {
  const state = (list: readonly Entry[]) =>
    Math.max(0, ...list.map((one) => Number(one['State']) || 0));
  const [was, is] = [state(before), state(after)];
  if (was > 0 && is === 0) return [{ action: 'deleted', method: 'perUserMfa', details: {} }];
  return [];
}
