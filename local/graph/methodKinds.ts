/** A method of whatever kind, with the property names of Graph's type. */
export interface OtherMethod {
  readonly '@odata.type': string;
  readonly id: string;
  readonly [property: string]: unknown;
}

type Make = (id: string, at: string) => Record<string, unknown>;

/** Everybody who has a password has it under this id. Source: Graph docs, "passwordAuthenticationMethod". */
export const passwordId = '28c10230-6103-485e-b985-444c60001490';

/**
 * The types that derive from `authenticationMethod`, beside passkeys, each with what it holds. Source:
 * Graph's metadata, v1.0.
 */
export const otherKinds: Readonly<Record<string, Make>> = {
  email: () => ({ emailAddress: 'adele@home.example' }),
  external: (_, at) => ({ createdDateTime: at, configurationId: 'c1', displayName: 'Contoso MFA' }),
  microsoftAuthenticator: (_, at) => ({
    createdDateTime: at,
    displayName: 'Pixel 9',
    deviceTag: 'SoftwareTokenActivated',
    phoneAppVersion: '6.2511.7',
  }),
  password: (_, at) => ({ password: null, createdDateTime: at }),
  phone: (_, at) => ({
    createdDateTime: at,
    phoneNumber: '+1 2065550100',
    phoneType: 'mobile',
    smsSignInState: 'notAllowedByPolicy',
  }),
  platformCredential: (_, at) => ({
    createdDateTime: at,
    displayName: 'MacBook',
    platform: 'macOS',
  }),
  qrCodePin: () => ({ standardQRCode: null, temporaryQRCode: null, pin: null }),
  softwareOath: (_, at) => ({ createdDateTime: at, secretKey: null }),
  temporaryAccessPass: (_, at) => ({
    createdDateTime: at,
    startDateTime: at,
    lifetimeInMinutes: 60,
    isUsableOnce: true,
    isUsable: true,
    methodUsabilityReason: 'EnabledByPolicy',
    temporaryAccessPass: null,
  }),
  windowsHelloForBusiness: (_, at) => ({
    createdDateTime: at,
    displayName: 'Laptop',
    keyStrength: 'normal',
  }),
};

/** A method of one of these kinds, made at a time: ISO 8601, UTC. */
export function makeMethod(kind: string, id: string, at: string): OtherMethod {
  const make = otherKinds[kind];
  if (!make) throw new Error(`Graph has no type of method ${kind}`);
  return { '@odata.type': `#microsoft.graph.${kind}AuthenticationMethod`, id, ...make(id, at) };
}
