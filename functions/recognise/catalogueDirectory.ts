import {
  beside,
  deleted,
  keyActivities,
  ofDevices,
  ofWizard,
  passwords,
  registered,
  resets,
  updated,
} from './accompanies.ts';
import {
  type CatalogueEntry,
  companion,
  ifChanged,
  never,
  optional,
  told,
} from './catalogueEntry.ts';

/** Of the directory itself, which writes nearly everything. */
export const coreDirectory: readonly CatalogueEntry[] = [
  ifChanged('Update user', 'in some tenants the only trace of a new phone; mostly something else'),
  {
    ...told('Reset user password', 'passwordReset', 'password'),
    accompanies: ['Reset password (by admin)', 'Reset password (self-service)'],
    ownAs: 'Reset password (self-service)',
  },
  {
    ...told('Reset password', 'passwordReset', 'password', 'newer name'),
    accompanies: ['Reset password (by admin)', 'Reset password (self-service)'],
    ownAs: 'Reset password (self-service)',
  },
  beside(
    told('Change user password', 'passwordChanged', 'password', 'by the user, or on-premises sync'),
    ['Change password (self-service)'],
  ),
  {
    ...companion(
      'Update PasswordProfile',
      'also "Reset user password" or "Change user password"',
      'passwordReset',
      'password',
    ),
    ownAction: 'passwordChanged',
    accompanies: passwords,
  },
  {
    ...companion('Update user credentials', 'says neither which nor how', 'updated', 'unknown'),
    accompanies: [...registered, ...deleted, ...updated, ...passwords, ...keyActivities],
    vague: 'all',
  },
  beside(
    companion(
      'Add users strong authentication phone app detail',
      'also "User registered security info"',
      'registered',
      'authenticatorApp',
    ),
    registered,
  ),
  beside(
    companion(
      'Remove users strong authentication phone app detail',
      'also "User deleted security info"',
      'deleted',
      'authenticatorApp',
    ),
    deleted,
  ),
  beside(told('Create application password for user', 'registered', 'appPassword'), registered),
  beside(told('Delete application password for user', 'deleted', 'appPassword'), deleted),
  beside(
    companion(
      'Set user oath token metadata enabled',
      'also "User registered security info"',
      'registered',
      'oathToken',
    ),
    [...registered, 'Assign Hardware Oath Token'],
  ),
  beside(
    companion(
      'Set users oath token metadata enabled',
      'also "User registered security info"',
      'registered',
      'oathToken',
    ),
    [...registered, 'Assign Hardware Oath Token'],
  ),
  told(
    'Disable Strong Authentication',
    'deleted',
    'perUserMfa',
    'multifactor authentication switched off for one user',
  ),
  optional('Enable Strong Authentication', 'switched on, not off', 'registered', 'perUserMfa'),
  {
    ...optional('Set force change user password', 'comes with resets', 'passwordReset', 'password'),
    accompanies: passwords,
    vague: 'all',
  },
  optional('Convert federated user to managed', 'a migration', 'updated', 'password'),
  ofDevices('Add registered owner to device', 'registered', ['Register device']),
  ofDevices('Remove registered owner from device', 'deleted', ['Unregister device']),
  never('Update StsRefreshTokenValidFrom*', 'sessions revoked; comes with resets'),
  never('Enable account', 'the account, not a way to sign in'),
  never('Disable account', 'the account, not a way to sign in'),
  never('Add user', 'the account, not a way to sign in'),
  never('Delete user', 'the account, not a way to sign in'),
  never('Restore user', 'the account, not a way to sign in'),
  never('Hard Delete user', 'the account, not a way to sign in'),
  never('Change user license', 'the account, not a way to sign in'),
  never('Set user manager', 'the account, not a way to sign in'),
];

/** Of self-service password reset, and of administrators who reset passwords. */
export const passwordManagement: readonly CatalogueEntry[] = [
  {
    ...told(
      'Reset password (self-service)',
      'passwordReset',
      'password',
      'muted by default: Entra mails these itself',
    ),
    selfOnly: true,
  },
  told('Reset password (by admin)', 'passwordReset', 'password'),
  { ...told('Change password (self-service)', 'passwordChanged', 'password'), selfOnly: true },
  { ...told('Unlock user account (self-service)', 'unlocked', 'password'), selfOnly: true },
  beside(told('Admin generates a temporary password', 'passwordReset', 'password'), resets),
  ofWizard('Security info saved for self-service password reset', 'the wizard of old'),
  ofWizard(
    'User completed security info registration for self-service password reset',
    'end of a wizard; its methods may have rows',
  ),
  ofWizard(
    'User registered for self-service password reset',
    'end of a wizard; its methods may have rows',
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
];
