import type { ChangeDetails, Method, TemporaryAccessPassFacts } from './change.ts';
import { defined } from './initiator.ts';
import { methodWords } from './methodWords.ts';
import { normalise } from './normalise.ts';
import type { AuditRecord } from './record.ts';

/** A method, and where in the row it was read. */
export interface NamedMethod {
  readonly method: Method;
  readonly phoneType?: 'mobile' | 'office' | 'alternate';
  readonly source:
    | 'additionalDetails'
    | 'resultReason'
    | 'activity'
    | 'modifiedProperties'
    | 'none';
}

/** The value of an additionalDetails key, in any case and at any position. */
export function detail(record: AuditRecord, key: string): string | undefined {
  const wanted = key.toLowerCase();
  const found = record.additionalDetails?.find((one) => one.key?.toLowerCase() === wanted);
  return found?.value || undefined;
}

/** Every modified property of the row's targets. */
const properties = (record: AuditRecord) =>
  (record.targetResources ?? []).flatMap((target) => target.modifiedProperties ?? []);

const methodIn = (text: string) => methodWords.find(({ words }) => text.includes(words));

/** Where a row names its method, in the order in which it is believed. */
const sources: readonly (readonly [
  Exclude<NamedMethod['source'], 'none'>,
  (record: AuditRecord) => string | null | undefined,
])[] = [
  ['additionalDetails', (record) => detail(record, 'AuthenticationMethod')],
  ['resultReason', (record) => record.resultReason],
  ['activity', (record) => record.activityDisplayName],
  ['modifiedProperties', (record) => properties(record)[0]?.displayName],
];

/** Which method a row is about: its detail, reason, activity, modified properties, in that order. */
export function methodOf(record: AuditRecord): NamedMethod {
  for (const [source, textOf] of sources) {
    const found = methodIn(normalise(textOf(record)));
    if (found) {
      const { method, phoneType } = found;
      return phoneType ? { method, phoneType, source } : { method, source };
    }
  }
  return { method: 'unknown', source: 'none' };
}

/** The methods whose properties a row empties: re-registration removes several at once. */
export function methodsRemoved(record: AuditRecord): Method[] {
  const methods = properties(record).flatMap(
    ({ displayName }) => methodIn(normalise(displayName))?.method ?? [],
  );
  return [...new Set(methods)];
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The facts that a row carries beside its method. */
export function detailsOf(record: AuditRecord, named: NamedMethod): ChangeDetails {
  const pass = named.method === 'temporaryAccessPass' ? passOf(record) : {};
  const aaguid = detail(record, 'AAGuid')?.toLowerCase();
  const phoneType = named.phoneType ?? (named.method === 'phone' ? phoneTypeOf(record) : undefined);
  // Only this: rows that say “(device-bound)” were written before there was anything else.
  const isSynced = normalise(record.activityDisplayName).includes('(synced)');
  const isPasskey = named.method === 'passkey' && aaguid && guid.test(aaguid);
  return {
    ...(phoneType && { phoneType }),
    ...(isPasskey && { passkey: { aaguid, ...(isSynced && { type: 'synced' as const }) } }),
    ...(Object.keys(pass).length > 0 && { temporaryAccessPass: pass }),
  };
}

const phoneTypes: readonly (readonly [RegExp, 'mobile' | 'office' | 'alternate'])[] = [
  [/alternate/, 'alternate'],
  [/office/, 'office'],
  [/mobile/, 'mobile'],
];

/** Administrators' rows say the type among the properties. */
function phoneTypeOf(record: AuditRecord) {
  const type = normalise(propertyValue(record, 'phone.phonetype'));
  return phoneTypes.find(([pattern]) => pattern.test(type))?.[1];
}

/** The new value of a property, by its name in lower case, else the old one. */
function propertyValue(record: AuditRecord, name: string): string | undefined {
  const found = properties(record).find((one) => one.displayName?.toLowerCase() === name);
  return unquote(found?.newValue) || unquote(found?.oldValue);
}

/**
 * The last two digits of a number: enough to tell two phones apart, and too few to be one. Of a number that
 * hides them, nothing: it must not seem to be another.
 */
export function markOfNumber(number: string): string[] {
  const end = /(\d)[^\p{L}\d*]*(\d)[^\p{L}\d*]*$/u.exec(number);
  return end ? [`number:${end[1]}${end[2]}`] : [];
}

/** What a row that names its method in words says of which phone or pass it is. */
export function marksOf(record: AuditRecord, method: Method): string[] {
  const number = method === 'phone' && propertyValue(record, 'phone.phonenumber');
  const pass = method === 'temporaryAccessPass' && propertyValue(record, 'temporaryaccesspass.id');
  return [
    ...(number ? markOfNumber(number) : []),
    ...(pass ? [`pass:${pass.slice(0, 64).toLowerCase()}`] : []),
  ];
}

const usages: ReadonlyMap<string, 'once' | 'multiple'> = new Map([
  ['multiple', 'multiple'],
  ['once', 'once'],
  ['onetime', 'once'],
  ['single', 'once'],
]);

function passOf(record: AuditRecord): TemporaryAccessPassFacts {
  const value = (name: string) => propertyValue(record, `temporaryaccesspass.${name}`);
  const usage = normalise(value('accesspassusage'));
  const known = usages.get(usage);
  return {
    ...defined({ start: value('startdatetime'), end: value('enddatetime') }),
    ...(known && { usage: known }),
  };
}

/** Values are JSON inside a string: `"\"text\""`. Anything else is taken as it stands. */
function unquote(value: string | null | undefined): string | undefined {
  if (!value) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch {
    return value;
  }
}

/** Hides all but the last two digits of a number in a text that may hold a phone number. */
export const maskDigits = (text: string): string => text.replace(/\d(?=(?:\D*\d){2})/g, 'X');
