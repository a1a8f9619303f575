import { beside, deleted, ofDevices, ofPasses, registered, resets } from './accompanies.ts';
import { coreDirectory, passwordManagement } from './catalogueDirectory.ts';
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
    {
      ...told(
        'User registered security info',
        'registered',
        undefined,
        'the method is in the reason',
      ),
      selfOnly: true,
    },
    { ...told('User deleted security info', 'deleted'), selfOnly: true },
    { ...told('User updated security info', 'updated'), selfOnly: true },
    { ...told('User changed default security info', 'defaultChanged'), selfOnly: true },
    told('Admin registered security info', 'registered'),
    told('Admin deleted security info', 'deleted'),
    told('Admin updated security info', 'updated'),
    told('Admin registered security info *', 'registered', undefined, 'a longer spelling'),
    told('Admin deleted security info *', 'deleted', undefined, 'a longer spelling'),
    told('Admin updated security info *', 'updated', undefined, 'a longer spelling'),
    beside(
      told('Admin generated temporary access pass for user', 'registered', 'temporaryAccessPass'),
      registered,
    ),
    beside(
      companion(
        'Create Temporary Access Pass method for user',
        'also "Admin registered security info"',
        'registered',
        'temporaryAccessPass',
      ),
      ofPasses,
    ),
    beside(
      companion(
        'POST UserAuthMethod.ResetPasswordOnPasswordMethods',
        'also "Reset user password"',
        'passwordReset',
        'password',
      ),
      resets,
    ),
    told(
      'Add bypass user',
      'updated',
      'perUserMfa',
      'one sign-in without multifactor authentication',
    ),
    told(
      'One-time bypass*',
      'updated',
      'perUserMfa',
      'one sign-in without multifactor authentication',
    ),
    told('Assign Hardware Oath Token', 'registered', 'oathToken'),
    {
      ...told('Delete Hardware Oath Token', 'deleted', 'oathToken', 'only with a target user'),
      mayBeNobodys: true,
    },
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
    beside(
      ifChanged(
        'Update per-user multifactor authentication state',
        'told when switched off',
        'deleted',
        'perUserMfa',
      ),
      ['Disable Strong Authentication', 'Enable Strong Authentication'],
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
    beside(told('Add Passkey*', 'registered', 'passkey'), registered),
    beside(told('Delete Passkey*', 'deleted', 'passkey'), deleted),
    beside(
      told('Add FIDO2 security key*', 'registered', 'passkey', 'the name until 2024'),
      registered,
    ),
    beside(
      told('Delete FIDO2 security key*', 'deleted', 'passkey', 'the name until 2024'),
      deleted,
    ),
    beside(
      told(
        'Add Windows Hello for Business credential',
        'registered',
        'windowsHello',
        'often the only row that names it',
      ),
      registered,
    ),
    beside(
      told('Delete Windows Hello for Business credential', 'deleted', 'windowsHello'),
      deleted,
    ),
    told('Add passwordless phone sign-in credential', 'registered', 'authenticatorApp'),
    told('Delete passwordless phone sign-in credential', 'deleted', 'authenticatorApp'),
    beside(told('Add platform credential', 'registered', 'platformCredential'), registered),
    beside(told('Delete platform credential', 'deleted', 'platformCredential'), deleted),
    ofDevices('Register device', 'registered'),
    ofDevices('Unregister device', 'deleted'),
    never('Pre-create device', 'a device, not a way to sign in'),
    never('Add BitLocker key', 'a device, not a way to sign in'),
    never('Read BitLocker key', 'a device, not a way to sign in'),
    never('Delete BitLocker key', 'a device, not a way to sign in'),
    ...['Recover', 'Reveal', 'Update'].flatMap((verb) => [
      never(`${verb} device local administrator password`, 'a device, not a way to sign in'),
      never(`${verb} local administrator password`, 'a device, not a way to sign in'),
    ]),
    never('Set device registration policies', 'policy of the tenant'),
  ],
  'Core Directory': coreDirectory,
  'Self-service Password Management': passwordManagement,
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
