import fc from 'fast-check';
import { catalogue } from '../../../functions/recognise/catalogue.ts';
import { json, shortText, text } from './hostileText.ts';

/** People whom records are about; few, so that their records meet. */
const userIds = Array.from({ length: 20 }, (_, index) => `user${index}`);

/** Mostly what makes a record count, else anything. */
const mostly = (plausible: fc.Arbitrary<unknown>, weight = 8): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: weight * 10, arbitrary: plausible },
    { weight: 20, arbitrary: text },
    { weight: 1, arbitrary: json },
  );

const activities = Object.values(catalogue)
  .flat()
  .filter(({ telling }) => telling !== 'never')
  .map(({ activity }) => activity.replace('*', '(device-bound)'));

const two = (number: number) => String(number).padStart(2, '0');

const time = fc.oneof(
  {
    weight: 40,
    arbitrary: fc
      .tuple(fc.nat({ max: 5 }), fc.nat({ max: 59 }), fc.constantFrom('', '.1', '.1234567', '.5'))
      .map(([minute, second, rest]) => `2026-11-24T08:0${minute}:${two(second)}${rest}Z`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '2026-02-30T08:00:00Z',
      '2026-11-24T24:00:00Z',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59.9999999Z',
      '2026-11-24T08:00:00+00:00',
      '2026-11-24 08:00:00',
      '2026-11-24T08:00:00.12345678Z',
      '2026-11-23T23:59:59.9999999Z',
      '2026-13-01T00:00:00Z',
      '２０２６-11-24T08:00:00Z',
      '+010000-01-01T00:00:00Z',
      '2026-11-24T08:00:00Z\n',
    ),
  },
  { weight: 1, arbitrary: json },
);

const upn = fc.constantFrom('adelev@contoso.example', 'ADELEV@contoso.example', null, '');

const propertyNames = [
  'StrongAuthenticationMethod',
  'StrongAuthenticationUserDetails',
  'StrongAuthenticationPhoneAppDetail',
  'SearchableDeviceKey',
  'StrongAuthenticationRequirement',
  'TemporaryAccessPass.StartDateTime',
  'TemporaryAccessPass.EndDateTime',
  'TemporaryAccessPass.AccessPassUsage',
  'constructor',
  '__proto__',
  'toString',
];

const entryKeys = [
  'MethodType',
  'Default',
  'Id',
  'DeviceTag',
  'PhoneNumber',
  'Email',
  'Usage',
  'KeyIdentifier',
  'State',
  'action',
  'method',
];

/** JSON inside a JSON string, as modifiedProperties hold it. */
const encoded = fc
  .array(
    fc.dictionary(
      fc.constantFrom(...entryKeys),
      fc.oneof(
        { weight: 4, arbitrary: fc.nat({ max: 8 }) },
        { weight: 1, arbitrary: fc.constantFrom<unknown>(true, 'FIDO', 'NGC', null) },
        { weight: 1, arbitrary: json },
      ),
      { maxKeys: 4 },
    ),
    { maxLength: 3 },
  )
  .map((entries) => stringify(entries));

/** Nesting beyond what JSON.stringify can write is written by hand. */
function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return `[{"Id":${'['.repeat(15_000)}${']'.repeat(15_000)},"Usage":{"toString":1}}]`;
  }
}

const propertyValue = fc.oneof(
  { weight: 5, arbitrary: encoded },
  { weight: 2, arbitrary: encoded.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: text },
  { weight: 2, arbitrary: shortText.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const property = fc.record(
  {
    displayName: mostly(fc.constantFrom(...propertyNames), 12),
    oldValue: propertyValue,
    newValue: propertyValue,
  },
  { noNullPrototype: true },
);

/** A short list, and seldom one of hundreds. */
const listOf = (one: fc.Arbitrary<unknown>, maxLength: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 40, arbitrary: fc.array(one, { maxLength }) },
    { weight: 1, arbitrary: fc.tuple(one, fc.constantFrom(400, 500, 501)).map(repeat) },
    { weight: 1, arbitrary: json },
  );

const repeat = ([one, times]: [unknown, number]) => Array.from({ length: times }, () => one);

const target = fc.record(
  {
    id: mostly(fc.constantFrom(...userIds, null)),
    displayName: mostly(shortText),
    userPrincipalName: mostly(upn),
    type: mostly(fc.constant('User'), 24),
    modifiedProperties: listOf(property, 3),
  },
  { requiredKeys: ['id', 'type'], noNullPrototype: true },
);

const initiatedBy = fc.record(
  {
    user: fc.record(
      {
        id: mostly(fc.constantFrom(...userIds, null)),
        displayName: mostly(shortText),
        userPrincipalName: mostly(upn),
        ipAddress: mostly(fc.constantFrom('203.0.113.77:1', '<null>', '', '203.0.113.77%evil')),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    app: fc.record(
      { appId: mostly(fc.constantFrom('a1', null)), displayName: mostly(shortText) },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const detail = fc.record(
  {
    key: mostly(fc.constantFrom('User-Agent', 'AAGuid', 'AuthenticationMethod', '__proto__')),
    value: mostly(
      fc.constantFrom('cb69481e-8ff7-4039-93ec-0a2729a154a8', 'FIDO2', 'Edg/1 Windows NT'),
      2,
    ),
  },
  { noNullPrototype: true },
);

const ids = fc.oneof(
  { weight: 30, arbitrary: fc.uuid().map((id) => `Authentication Methods_${id}`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('same', 'Same', '../..', 'a/b\\c#d?e', 'x'.repeat(1025)),
  },
  { weight: 2, arbitrary: text },
);

/** Records in Graph's shape in which any value may be hostile. */
const shaped = fc.record(
  {
    id: ids,
    activityDateTime: time,
    activityDisplayName: mostly(fc.constantFrom(...activities), 16),
    loggedByService: mostly(fc.constantFrom('Authentication Methods', 'Core Directory'), 16),
    category: mostly(fc.constant('UserManagement')),
    result: mostly(fc.constant('success'), 40),
    resultReason: mostly(
      fc.constantFrom(
        'User registered Mobile Phone SMS',
        'User registered Fido2 Authentication Method',
        'User changed the default security info for x',
        'Admin required re-registration of MFA authentication methods',
        '',
        null,
      ),
      4,
    ),
    correlationId: mostly(fc.constant('c1')),
    initiatedBy: fc.oneof({ weight: 12, arbitrary: initiatedBy }, { weight: 1, arbitrary: json }),
    targetResources: listOf(target, 2),
    additionalDetails: listOf(detail, 3),
  },
  {
    requiredKeys: ['id', 'activityDateTime', 'activityDisplayName', 'result', 'targetResources'],
    noNullPrototype: true,
  },
);

/** One row of directoryAudits, or what somebody gives for one. */
export const record: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 20, arbitrary: shaped },
  { weight: 1, arbitrary: json },
);
