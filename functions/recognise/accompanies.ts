import { type CatalogueEntry, companion, optional } from './catalogueEntry.ts';

/** The rows that name the method in their reason, as users and administrators write them. */
export const registered = [
  'User registered security info',
  'Admin registered security info',
  'Admin registered security info *',
];
export const deleted = [
  'User deleted security info',
  'Admin deleted security info',
  'Admin deleted security info *',
];
export const updated = [
  'User updated security info',
  'Admin updated security info',
  'Admin updated security info *',
];
export const ofPasses = [...registered, 'Admin generated temporary access pass for user'];
export const resets = [
  'Reset user password',
  'Reset password',
  'Reset password (by admin)',
  'User Password Reset',
  'Password Reset',
];
export const passwords = [...resets, 'Change user password', 'Change password (self-service)'];
/** The rows that say of which method a device's key is. */
export const keyActivities = [
  'Add Passkey*',
  'Delete Passkey*',
  'Add FIDO2 security key*',
  'Delete FIDO2 security key*',
  'Add Windows Hello for Business credential',
  'Delete Windows Hello for Business credential',
  'Add passwordless phone sign-in credential',
  'Delete passwordless phone sign-in credential',
  'Add platform credential',
  'Delete platform credential',
];

/** An entry with what it accompanies. */
export const beside = (entry: CatalogueEntry, accompanies: readonly string[]): CatalogueEntry => ({
  ...entry,
  accompanies,
});

/**
 * A device that becomes somebody's, or no longer is: no way to sign in, but one to stay signed in. `besideOf`:
 * the row that its service writes of the same, and that says who did it.
 */
export const ofDevices = (
  activity: string,
  action: 'registered' | 'deleted',
  besideOf: readonly string[] = [],
): CatalogueEntry => ({
  ...optional(activity, 'a device, not a way to sign in', action, 'device'),
  mayBeNobodys: true,
  ...(besideOf.length > 0 ? { accompanies: besideOf } : { selfOnly: true }),
});

/** The end of a wizard, which names no method. */
export const ofWizard = (activity: string, why: string): CatalogueEntry => ({
  ...companion(activity, why, 'registered', 'unknown'),
  accompanies: ['User registered security info'],
  vague: 'method',
  selfOnly: true,
});

/**
 * What accompanies which, for "Update user" by the property that changed: the directory writes such a
 * row beside the one that names the method, and in some tenants alone.
 */
export const propertyAccompanies: Readonly<Record<string, readonly string[]>> = {
  StrongAuthenticationMethod: [
    ...registered,
    ...deleted,
    ...updated,
    'User changed default security info',
  ],
  StrongAuthenticationUserDetails: [...registered, ...deleted, ...updated],
  StrongAuthenticationPhoneAppDetail: [
    ...registered,
    ...deleted,
    ...updated,
    'Add passwordless phone sign-in credential',
    'Delete passwordless phone sign-in credential',
  ],
  SearchableDeviceKey: [...keyActivities, ...registered, ...deleted],
  StrongAuthenticationRequirement: [
    'Disable Strong Authentication',
    'Enable Strong Authentication',
    'Update per-user multifactor authentication state',
  ],
  SecuredAccessPassData: [...ofPasses, ...deleted, 'Create Temporary Access Pass method for user'],
  AlternativeSecurityId: [...registered, ...deleted],
  CertificateUserIds: [...registered, ...deleted, ...updated],
};
