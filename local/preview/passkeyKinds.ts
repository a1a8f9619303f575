import type { PasskeyKind } from '../graph/passkeyMethods.ts';

export { claimedYubiKey, emulator } from '../graph/passkeyMethods.ts';

/** A key whose model YSA-2024-03 affects. */
export const yubiKey: PasskeyKind = {
  displayName: 'My blue key',
  aaGuid: '2fc0579f-8113-47ea-b116-bb5a8db9202a',
  model: 'YubiKey 5 Series with NFC',
  attestationLevel: 'attested',
  passkeyType: 'deviceBound',
};

export const microsoftAuthenticator: PasskeyKind = {
  displayName: 'Phone',
  aaGuid: '90a3ccdf-635c-4729-a248-9b709135078f',
  model: 'Microsoft Authenticator',
  attestationLevel: 'notAttested',
  passkeyType: 'deviceBound',
};

export const windowsHello: PasskeyKind = {
  displayName: 'Laptop at home',
  aaGuid: '08987058-cadc-4b81-b6e1-30de50dcbe96',
  model: 'Windows Hello Hardware Authenticator',
  attestationLevel: 'attested',
  passkeyType: 'deviceBound',
};

/** Synced to every device of an account with Apple. */
export const applePasswords: PasskeyKind = {
  displayName: 'iPhone and iPad',
  aaGuid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
  model: 'Apple Passwords',
  attestationLevel: 'notAttested',
  passkeyType: 'synced',
};
