import type { Method } from './change.ts';

/** Verbs in resultReason that say nothing changed, whatever the activity is called. */
export const noiseVerbs = ['started', 'failed', 'cancelled', 'canceled', 'reviewed'] as const;

/** Words that name a method, first match wins. Compared after `normalise`. */
export const methodWords: readonly {
  readonly words: string;
  readonly method: Method;
  readonly phoneType?: 'mobile' | 'office' | 'alternate';
}[] = [
  { words: 'temporary access pass', method: 'temporaryAccessPass' },
  { words: 'temporaryaccesspass', method: 'temporaryAccessPass' },
  { words: 'passkey', method: 'passkey' },
  { words: 'fido', method: 'passkey' },
  { words: 'authenticator app with code', method: 'oathToken' },
  { words: 'oath', method: 'oathToken' },
  { words: 'windows hello', method: 'windowsHello' },
  { words: 'windowshello', method: 'windowsHello' },
  { words: 'platform credential', method: 'platformCredential' },
  { words: 'passwordless phone', method: 'authenticatorApp' },
  { words: 'authenticator', method: 'authenticatorApp' },
  { words: 'app password', method: 'appPassword' },
  { words: 'application password', method: 'appPassword' },
  { words: 'security question', method: 'securityQuestions' },
  { words: 'certificate', method: 'certificate' },
  { words: 'external', method: 'externalMethod' },
  { words: 'qr code', method: 'qrCode' },
  { words: 'qrcode', method: 'qrCode' },
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

/** Microsoft's own services, which act for the user or by themselves: initiator `system`. */
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
