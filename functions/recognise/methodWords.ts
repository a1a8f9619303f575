import type { Method } from './change.ts';

/** Verbs in resultReason that say nothing changed, whatever the activity is called. */
export const noiseVerbs = ['started', 'failed', 'cancelled', 'canceled', 'reviewed'] as const;

/**
 * Words that name a method, first match wins. Compared after `normalise`. Details and properties write
 * several words as one.
 */
export const methodWords: readonly {
  readonly words: string;
  readonly method: Method;
  readonly phoneType?: 'mobile' | 'office' | 'alternate';
}[] = [
  { words: 'temporary access pass', method: 'temporaryAccessPass' },
  { words: 'temporaryaccesspass', method: 'temporaryAccessPass' },
  { words: 'passkey', method: 'passkey' },
  { words: 'fido', method: 'passkey' },
  { words: 'security key', method: 'passkey' },
  { words: 'authenticator app with code', method: 'oathToken' },
  { words: 'phone app otp', method: 'oathToken' },
  { words: 'phoneappotp', method: 'oathToken' },
  { words: 'softwareonetimepasscode', method: 'oathToken' },
  { words: 'hardwareonetimepasscode', method: 'oathToken' },
  { words: 'oath', method: 'oathToken' },
  { words: 'windows hello', method: 'windowsHello' },
  { words: 'windowshello', method: 'windowsHello' },
  { words: 'platform credential', method: 'platformCredential' },
  { words: 'platformcredential', method: 'platformCredential' },
  { words: 'passwordlessphone', method: 'authenticatorApp' },
  { words: 'passwordless phone', method: 'authenticatorApp' },
  { words: 'phone sign-in', method: 'authenticatorApp' },
  { words: 'authenticator', method: 'authenticatorApp' },
  { words: 'app password', method: 'appPassword' },
  { words: 'application password', method: 'appPassword' },
  { words: 'apppassword', method: 'appPassword' },
  { words: 'applicationpassword', method: 'appPassword' },
  { words: 'phone app', method: 'authenticatorApp' },
  { words: 'phoneapp', method: 'authenticatorApp' },
  { words: 'securityquestion', method: 'securityQuestions' },
  { words: 'security question', method: 'securityQuestions' },
  { words: 'certificate', method: 'certificate' },
  { words: 'external', method: 'externalMethod' },
  { words: 'qr code', method: 'qrCode' },
  { words: 'qrcode', method: 'qrCode' },
  { words: 'officephone', method: 'phone', phoneType: 'office' },
  { words: 'alternatephone', method: 'phone', phoneType: 'alternate' },
  { words: 'alternatemobile', method: 'phone', phoneType: 'alternate' },
  { words: 'mobilephone', method: 'phone', phoneType: 'mobile' },
  { words: 'office phone', method: 'phone', phoneType: 'office' },
  { words: 'alternate phone', method: 'phone', phoneType: 'alternate' },
  { words: 'alternate mobile', method: 'phone', phoneType: 'alternate' },
  { words: 'mobile phone', method: 'phone', phoneType: 'mobile' },
  { words: 'phone', method: 'phone' },
  { words: 'sms', method: 'phone' },
  { words: 'text a code', method: 'phone' },
  { words: 'call +', method: 'phone' },
  { words: 'email', method: 'email' },
  { words: 'password', method: 'password' },
];

/**
 * Families of reasons that one activity was seen to word one change in: two rows, one method. Source:
 * reports of 2026 on passkeys (Fido, Fido2, Passkey) and on Microsoft Authenticator.
 */
const twinWords: readonly RegExp[] = [/\b(passkey|fido2?)\b/, /\bmicrosoft authenticator\b/];

/** Whether two reasons of one activity word the same thing in two ways. */
export const areTwinWords = (one: string, other: string): boolean =>
  one !== other && twinWords.some((family) => family.test(one) && family.test(other));

/**
 * Microsoft's own services, which record what users do or act by themselves. The name proves nothing
 * where the row gives an application's id beside it.
 */
export const systemServices: readonly string[] = [
  'azure mfa strongauthenticationservice',
  'device registration service',
  'microsoft substrate management',
  'azure ests service',
  'authentication methods',
  'azure credential configuration endpoint service',
  'microsoft approval management',
  'microsoft.azure.syncfabric',
];
