import {
  type CatalogueEntry,
  companion,
  ifChanged,
  never,
  optional,
  told,
} from './catalogueEntry.ts';

/**
 * Every activity we know of, by the service that usually writes it. The service is a hint and not
 * a key: some activities appear under several.
 */
export const catalogue: Readonly<Record<string, readonly CatalogueEntry[]>> = {
  'Authentication Methods': [
    told('User registered security info', 'registered', undefined, 'the method is in the reason'),
    told('User deleted security info', 'deleted'),
    told('User updated security info', 'updated'),
    told('User changed default security info', 'defaultChanged'),
    told('Admin registered security info', 'registered'),
    told('Admin deleted security info', 'deleted'),
    told('Admin updated security info', 'updated'),
    companion(
      'Create Temporary Access Pass method for user',
      'also "Admin registered security info"',
      'registered',
      'temporaryAccessPass',
    ),
    companion(
      'POST UserAuthMethod.ResetPasswordOnPasswordMethods',
      'also "Reset user password"',
      'passwordReset',
      'password',
    ),
    told('Assign Hardware Oath Token', 'registered', 'oathToken'),
    told('Delete Hardware Oath Token', 'deleted', 'oathToken', 'only with a target user'),
    optional(
      'PATCH UserAuthMethod.PatchSignInPreferencesAsync',
      'written without a change, too',
      'defaultChanged',
    ),
    optional(
      'Restore multifactor authentication on all remembered devices',
      'sessions only',
      'updated',
      'perUserMfa',
    ),
    ifChanged(
      'Update per-user multifactor authentication state',
      'told when switched off',
      'deleted',
      'perUserMfa',
    ),
    never('Create Hardware Oath Token', 'a token in the tenant’s store, of nobody yet'),
    never('Update Hardware Oath Token', 'a token in the tenant’s store'),
    never('Bulk upload Hardware Oath Token', 'tokens in the tenant’s store'),
    never('User started *', 'started, nothing changed yet'),
    never('Admin started *', 'started, nothing changed yet'),
    never('User registered all required security info', 'end of a wizard, whose methods have rows'),
    never('User cancelled *', 'cancelled'),
    never('User canceled *', 'cancelled'),
    never('User reviewed *', 'reviewed, nothing changed'),
    never('Get *', 'something was read'),
    never('POST *', 'policy or setting of the tenant'),
    never('PATCH *', 'policy or setting of the tenant'),
    never('DELETE Tenant*', 'policy or setting of the tenant'),
    never('DELETE Subscription*', 'policy or setting of the tenant'),
    never('DELETE SoundFile*', 'policy or setting of the tenant'),
    never('Authentication Methods Policy*', 'policy of the tenant'),
    never('Authentication Strength*', 'policy of the tenant'),
    never('MFA Service Policy*', 'policy of the tenant'),
    never('DSR *', 'data subject request'),
    never('Fraud reported*', 'a report, not a change'),
    never('Suspicious activity reported*', 'a report, not a change'),
  ],
  'Device Registration Service': [
    told('Add Passkey*', 'registered', 'passkey'),
    told('Delete Passkey*', 'deleted', 'passkey'),
    told('Add FIDO2 security key*', 'registered', 'passkey', 'the name until 2024'),
    told('Delete FIDO2 security key*', 'deleted', 'passkey', 'the name until 2024'),
    told(
      'Add Windows Hello for Business credential',
      'registered',
      'windowsHello',
      'often the only row that names it',
    ),
    told('Delete Windows Hello for Business credential', 'deleted', 'windowsHello'),
    told('Add passwordless phone sign-in credential', 'registered', 'authenticatorApp'),
    told('Delete passwordless phone sign-in credential', 'deleted', 'authenticatorApp'),
    told('Add platform credential', 'registered', 'platformCredential'),
    told('Delete platform credential', 'deleted', 'platformCredential'),
    never('Register device', 'a device, not a way to sign in'),
    never('Unregister device', 'a device, not a way to sign in'),
    never('Pre-create device', 'a device, not a way to sign in'),
    never('Add BitLocker key', 'a device, not a way to sign in'),
    never('Read BitLocker key', 'a device, not a way to sign in'),
    never('Delete BitLocker key', 'a device, not a way to sign in'),
    never('Recover device local administrator password', 'a device, not a way to sign in'),
    never('Set device registration policies', 'policy of the tenant'),
  ],
  'Core Directory': [
    ifChanged(
      'Update user',
      'in some tenants the only trace of a new phone; mostly something else',
    ),
    told('Reset user password', 'passwordReset', 'password'),
    told('Reset password', 'passwordReset', 'password', 'newer name'),
    told('Change user password', 'passwordChanged', 'password', 'by the user, or on-premises sync'),
    {
      ...companion(
        'Update PasswordProfile',
        'also "Reset user password" or "Change user password"',
        'passwordReset',
        'password',
      ),
      ownAction: 'passwordChanged',
    },
    companion(
      'Add users strong authentication phone app detail',
      'also "User registered security info"',
      'registered',
      'authenticatorApp',
    ),
    companion(
      'Remove users strong authentication phone app detail',
      'also "User deleted security info"',
      'deleted',
      'authenticatorApp',
    ),
    told('Create application password for user', 'registered', 'appPassword'),
    told('Delete application password for user', 'deleted', 'appPassword'),
    companion(
      'Set user oath token metadata enabled',
      'also "User registered security info"',
      'registered',
      'oathToken',
    ),
    told(
      'Disable Strong Authentication',
      'deleted',
      'perUserMfa',
      'multifactor authentication switched off for one user',
    ),
    optional('Enable Strong Authentication', 'switched on, not off', 'registered', 'perUserMfa'),
    optional('Set force change user password', 'comes with resets', 'passwordReset', 'password'),
    optional('Convert federated user to managed', 'a migration', 'updated', 'password'),
    never('Update StsRefreshTokenValidFrom*', 'sessions revoked; comes with resets'),
    never('Enable account', 'the account, not a way to sign in'),
    never('Disable account', 'the account, not a way to sign in'),
    never('Add user', 'the account, not a way to sign in'),
    never('Delete user', 'the account, not a way to sign in'),
    never('Restore user', 'the account, not a way to sign in'),
    never('Hard Delete user', 'the account, not a way to sign in'),
    never('Change user license', 'the account, not a way to sign in'),
    never('Set user manager', 'the account, not a way to sign in'),
  ],
  'Self-service Password Management': [
    told(
      'Reset password (self-service)',
      'passwordReset',
      'password',
      'muted by default: Entra mails these itself',
    ),
    told('Reset password (by admin)', 'passwordReset', 'password'),
    told('Change password (self-service)', 'passwordChanged', 'password'),
    told('Unlock user account (self-service)', 'unlocked', 'password'),
    told(
      'Security info saved for self-service password reset',
      'registered',
      'unknown',
      'the wizard of old',
    ),
    optional(
      'Blocked from self-service password reset',
      'an attempt that failed',
      'updated',
      'password',
    ),
    never('Self-service password reset flow activity progress', 'one step of several'),
    never('Enable password writeback for directory', 'setting of the tenant'),
    never('Disable password writeback for directory', 'setting of the tenant'),
  ],
  B2C: [
    optional('Register TOTP secret', 'customers, not colleagues', 'registered', 'oathToken'),
    optional(
      'Delete all available strong authentication devices',
      'customers, not colleagues',
      'deleted',
      'unknown',
    ),
  ],
  'MIM Service': [
    told('User Password Registration', 'registered', 'securityQuestions'),
    told('User Password Reset', 'passwordReset', 'password'),
    told('Password Reset', 'passwordReset', 'password'),
  ],
};

/** Services all of whose rows are read. Of others, only the activities that can be told. */
export const wholeServices: readonly string[] = [
  'Authentication Methods',
  'Azure MFA',
  'Device Registration Service',
  'Self-service Password Management',
];

/** Services of which an activity that is not in the catalogue is told all the same. */
export const openServices: readonly string[] = ['Authentication Methods', 'Azure MFA'];

/** The activity that has a query of its own, since nearly all of its rows mean nothing. */
export const updateUser = 'Update user';
