/**
 * What a kind of method is worth. `resistant`: to phishing; `strong`: a second step that is no phone number;
 * `phone`: an SMS or a call; `weak`: resets a password, or is one step alone; `pass`: made for some hours;
 * `other`: a kind that this version does not know, of which nothing is said.
 */
export type Worth = 'resistant' | 'strong' | 'phone' | 'weak' | 'pass' | 'other';

interface Kind {
  readonly name: string;
  readonly worth: Worth;
  /** What is lost together. Absent where losing it takes nothing else along. */
  readonly on?: 'phone app' | 'security key' | 'computer';
}

const key = { worth: 'resistant', on: 'security key' } as const;
const app = { worth: 'strong', on: 'phone app' } as const;

/**
 * Kinds in the report's words. Source: Graph docs, beta, `usageAuthMethod`, and exports in circulation: the
 * report's own page names a few and says "such as".
 */
const kinds: Readonly<Record<string, Kind>> = {
  fido: { ...key, name: 'security key (FIDO2)' },
  fido2: { ...key, name: 'security key (FIDO2)' },
  fido2SecurityKey: { ...key, name: 'security key (FIDO2)' },
  passKeyDeviceBound: { ...key, name: 'passkey (device-bound)' },
  passKeyDeviceBoundAuthenticator: {
    worth: 'resistant',
    on: 'phone app',
    name: 'passkey in Microsoft Authenticator',
  },
  passKeyDeviceBoundWindowsHello: {
    worth: 'resistant',
    on: 'computer',
    name: 'passkey in Windows Hello',
  },
  passKeySynced: { worth: 'resistant', name: 'passkey (synced)' },
  windowsHelloForBusiness: {
    worth: 'resistant',
    on: 'computer',
    name: 'Windows Hello for Business',
  },
  macOsSecureEnclaveKey: {
    worth: 'resistant',
    on: 'computer',
    name: 'platform credential (macOS)',
  },
  certificateBasedAuthentication: { worth: 'resistant', name: 'certificate' },
  x509Certificate: { worth: 'resistant', name: 'certificate' },
  x509CertificateMultiFactor: { worth: 'resistant', name: 'certificate' },
  microsoftAuthenticatorPush: { ...app, name: 'Microsoft Authenticator' },
  microsoftAuthenticatorPasswordless: {
    ...app,
    name: 'Microsoft Authenticator (passwordless)',
  },
  softwareOneTimePasscode: { ...app, name: 'authenticator app (codes)' },
  hardwareOneTimePasscode: { worth: 'strong', name: 'hardware token (codes)' },
  externalAuthMethod: { worth: 'strong', name: 'external method' },
  mobilePhone: { worth: 'phone', name: 'phone number' },
  alternateMobilePhone: { worth: 'phone', name: 'alternate phone number' },
  officePhone: { worth: 'phone', name: 'office phone number' },
  sms: { worth: 'phone', name: 'SMS sign-in' },
  email: { worth: 'weak', name: 'email address (for resets)' },
  securityQuestion: { worth: 'weak', name: 'security questions (for resets)' },
  // Signs in to old programs, past any second step.
  appPassword: { worth: 'weak', name: 'app password' },
  x509CertificateSingleFactor: { worth: 'weak', name: 'certificate (one factor)' },
  qrCode: { worth: 'weak', name: 'QR code' },
  qrCodePin: { worth: 'weak', name: 'QR code' },
  temporaryAccessPass: { worth: 'pass', name: 'Temporary Access Pass' },
};

const known = new Map(Object.entries(kinds).map(([word, kind]) => [word.toLowerCase(), kind]));

/** Untrusted text: a kind that is not known is called what the report calls it. */
export const kindOf = (word: string): Kind =>
  known.get(word.toLowerCase()) ?? { name: word, worth: 'other' };

/** Kinds that mean a passkey, which look-ups tell more of. */
export const isPasskey = (word: string): boolean => /^(fido|passkey)/i.test(word);

/** Kinds in the report that Graph's methods of a person never show, as its v1.0 is documented. */
export const isOnlyInReport = (word: string): boolean =>
  /^(securityQuestion|appPassword|x509|certificate|sms$|hardwareOneTimePasscode)/i.test(word);
