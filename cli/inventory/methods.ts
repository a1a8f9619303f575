import * as z from 'zod';
import { authenticatorOf, readAaguid } from '../../functions/passkeys/authenticator.ts';
import type { PasskeyFacts } from '../../functions/recognise/change.ts';
import { isOnlyInReport, isPasskey } from './kinds.ts';
import type { Look, Method, Person } from './person.ts';

const text = z.string().nullish().catch(undefined);

/** A method of whatever type, of v1.0 and of beta. What the future adds is not known, and no error. */
const method = z.object({
  '@odata.type': text,
  createdDateTime: text,
  // Its name in Microsoft's samples, and before.
  creationDateTime: text,
  lastUsedDateTime: text,
  phoneType: text,
  displayName: text,
  aaGuid: text,
  model: text,
  attestationLevel: z.enum(['attested', 'notAttested']).nullish().catch(undefined),
  passkeyType: z.enum(['deviceBound', 'synced']).nullish().catch(undefined),
});

const answer = z.object({ value: z.array(z.unknown()) });

/** The report's words for Graph's types. Source: Graph docs, "authenticationMethod". */
const kindsByType: Readonly<Record<string, string>> = {
  microsoftAuthenticator: 'microsoftAuthenticatorPush',
  passwordlessMicrosoftAuthenticator: 'microsoftAuthenticatorPasswordless',
  email: 'email',
  softwareOath: 'softwareOneTimePasscode',
  hardwareOath: 'hardwareOneTimePasscode',
  temporaryAccessPass: 'temporaryAccessPass',
  windowsHelloForBusiness: 'windowsHelloForBusiness',
  platformCredential: 'macOsSecureEnclaveKey',
  qrCodePin: 'qrCodePin',
  external: 'externalAuthMethod',
};

const phones: Readonly<Record<string, string>> = {
  mobile: 'mobilePhone',
  alternateMobile: 'alternateMobilePhone',
  office: 'officePhone',
};

/** The methods in an answer, without the password; undefined where it is of no known shape. */
export function readMethods(body: unknown, only: 'passkeys' | 'all'): Method[] | undefined {
  const { data } = answer.safeParse(body);
  const rows = data?.value.map((one) => method.safeParse(one).data);
  if (!rows || rows.includes(undefined)) return undefined;
  return rows.flatMap((row) => {
    if (!row) return [];
    const type = /^#microsoft\.graph\.(\w+)AuthenticationMethod$/.exec(
      row['@odata.type'] ?? '',
    )?.[1];
    if (type === 'password') return [];
    const passkey = only === 'passkeys' || type === 'fido2' ? passkeyOf(row) : undefined;
    const createdAt = row.createdDateTime ?? row.creationDateTime;
    return {
      kind: passkey ? passkeyKind(passkey) : otherKind(type, row.phoneType),
      ...(createdAt && { createdAt }),
      ...(row.lastUsedDateTime && { lastUsedAt: row.lastUsedDateTime }),
      ...(passkey && { passkey }),
    };
  });
}

const otherKind = (type: string | undefined, phone: string | null | undefined): string =>
  type === 'phone'
    ? (phones[phone ?? ''] ?? 'mobilePhone')
    : (kindsByType[type ?? ''] ?? type ?? 'a method without a type');

function passkeyOf(row: z.output<typeof method>): PasskeyFacts {
  const { displayName: name, model, attestationLevel: attestation, passkeyType: type } = row;
  const aaguid = readAaguid(row.aaGuid);
  return {
    ...(aaguid && { aaguid }),
    ...(name && { name }),
    ...(model && { model }),
    ...(attestation && { attestation }),
    ...(type && { type }),
  };
}

/** As the report has it, by what the passkey claims to be. */
function passkeyKind({ type, aaguid }: PasskeyFacts): string {
  if (type === 'synced') return 'passKeySynced';
  const place = authenticatorOf(aaguid)?.place;
  if (place === 'microsoftAuthenticator') return 'passKeyDeviceBoundAuthenticator';
  if (place?.startsWith('windowsHello')) return 'passKeyDeviceBoundWindowsHello';
  return type === 'deviceBound' ? 'passKeyDeviceBound' : 'fido2';
}

/**
 * Somebody with what a look found: it is of now, and the report up to 36 hours old. What a look can't see
 * is left as the report has it, and so are the report's finer words for passkeys.
 */
export function withLook(person: Person, look: Look): Person {
  if (look.found !== 'passkeys' && look.found !== 'all') return { ...person, look };
  const passkeys = look.methods.filter(({ passkey }) => passkey);
  const others = look.methods.filter(({ passkey }) => !passkey);
  const finer = person.kinds.filter(isPasskey);
  const kept = person.kinds.filter(
    (kind) => !isPasskey(kind) && (look.found === 'passkeys' || isOnlyInReport(kind)),
  );
  const found = passkeys.length === 0 ? [] : finer.length > 0 ? finer : passkeys.map((p) => p.kind);
  const kinds = [...new Set([...found, ...others.map(({ kind }) => kind), ...kept])];
  return { ...person, kinds, look };
}
