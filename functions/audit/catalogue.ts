import type { Action, Method } from './change.ts';

/**
 * One audit activity and what it means. `activity` is compared after `normalise`; a final `*`
 * matches any ending. Without `action` the row's own verb decides, without `method` its own words.
 */
export type CatalogueEntry =
  | {
      readonly activity: string;
      readonly action?: Action;
      readonly method?: Method;
      /** Goes with a fuller row of the same change, and waits for it even where that is urgent. */
      readonly companion?: true;
    }
  | { readonly activity: string; readonly noise: string };

/** Services whose rows are read. Source: Graph docs, "audit activity reference". */
export const watchedServices = [
  'Authentication Methods',
  'Azure MFA',
  'Device Registration Service',
] as const;

/** Services of which an activity that is not in the catalogue is told all the same. */
export const openServices: readonly string[] = ['Authentication Methods', 'Azure MFA'];

/** Every activity we know of. The service is a hint, not a key: some appear under several. */
export const catalogue: readonly CatalogueEntry[] = [
  // Authentication Methods: the user's own page, administrators, applications
  { activity: 'user registered security info', action: 'registered' },
  { activity: 'user deleted security info', action: 'deleted' },
  { activity: 'user updated security info', action: 'updated' },
  { activity: 'user changed default security info', action: 'defaultChanged' },
  { activity: 'admin registered security info', action: 'registered' },
  { activity: 'admin deleted security info', action: 'deleted' },
  { activity: 'admin updated security info', action: 'updated' },
  {
    activity: 'create temporary access pass method for user',
    action: 'registered',
    method: 'temporaryAccessPass',
    companion: true,
  },
  { activity: 'user started *', noise: 'started, nothing changed yet' },
  { activity: 'admin started *', noise: 'started, nothing changed yet' },
  { activity: 'user registered all required security info', noise: 'end of a wizard' },
  { activity: 'user cancelled *', noise: 'cancelled' },
  { activity: 'user canceled *', noise: 'cancelled' },
  { activity: 'user reviewed *', noise: 'reviewed, nothing changed' },
  { activity: 'get *', noise: 'something was read' },
  { activity: 'post *', noise: 'a policy or setting of the tenant' },
  { activity: 'patch *', noise: 'a policy or setting of the tenant' },
  { activity: 'delete tenant*', noise: 'a policy or setting of the tenant' },
  { activity: 'dsr *', noise: 'a data subject request' },
  { activity: 'fraud reported*', noise: 'a report, not a change' },
  { activity: 'suspicious activity reported*', noise: 'a report, not a change' },
  { activity: 'restore multifactor authentication on all remembered devices', noise: 'sessions' },
  { activity: 'update per-user multifactor authentication state', noise: 'enforcement' },

  // Device Registration Service
  { activity: 'add passkey*', action: 'registered', method: 'passkey' },
  { activity: 'delete passkey*', action: 'deleted', method: 'passkey' },
  { activity: 'add fido2 security key*', action: 'registered', method: 'passkey' },
  { activity: 'delete fido2 security key*', action: 'deleted', method: 'passkey' },
  {
    activity: 'add windows hello for business credential',
    action: 'registered',
    method: 'windowsHello',
  },
  {
    activity: 'delete windows hello for business credential',
    action: 'deleted',
    method: 'windowsHello',
  },
  {
    activity: 'add passwordless phone sign-in credential',
    action: 'registered',
    method: 'authenticatorApp',
  },
  {
    activity: 'delete passwordless phone sign-in credential',
    action: 'deleted',
    method: 'authenticatorApp',
  },
  { activity: 'add platform credential', action: 'registered', method: 'platformCredential' },
  { activity: 'delete platform credential', action: 'deleted', method: 'platformCredential' },
];

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
  { words: 'platform credential', method: 'platformCredential' },
  { words: 'passwordless phone', method: 'authenticatorApp' },
  { words: 'authenticator', method: 'authenticatorApp' },
  { words: 'app password', method: 'appPassword' },
  { words: 'application password', method: 'appPassword' },
  { words: 'security question', method: 'securityQuestions' },
  { words: 'certificate', method: 'certificate' },
  { words: 'external', method: 'externalMethod' },
  { words: 'qr code', method: 'qrCode' },
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
];
