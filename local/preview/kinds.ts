import { adminRegistersOne, userRegistersOne } from '../graph/happenings/passkey.ts';
import { scenes } from '../graph/happenings/scenes.ts';
import { hostileRows, renamePeople } from './hostile.ts';
import type { Kind } from './kind.ts';
import * as passkey from './passkeyKinds.ts';
import * as rows from './rows.ts';

const adele = 'AdeleV@contoso.example';

type More = Partial<Omit<Kind, 'name' | 'title' | 'script'>>;

const kind = (name: string, title: string, script: Kind['script'], more: More = {}): Kind => ({
  name,
  title,
  script,
  person: adele,
  ...more,
});

/** What a reviewer wants to see. The ten most important come first. */
export const kinds: readonly Kind[] = [
  kind(
    'passkey-added',
    'A passkey on a YubiKey, added by the user',
    userRegistersOne(passkey.yubiKey),
  ),
  kind(
    'pass-by-administrator',
    'A Temporary Access Pass by an administrator',
    scenes.adminIssuesTemporaryAccessPass.script,
  ),
  kind(
    'passkey-by-administrator',
    'A passkey, added by an administrator',
    adminRegistersOne(passkey.yubiKey),
  ),
  kind(
    'authenticator-added',
    'Microsoft Authenticator, added by the user',
    scenes.userRegistersAuthenticator.script,
  ),
  kind(
    'phone-changed-by-administrator',
    'A phone number, changed by an administrator',
    scenes.adminUpdatesPhone.script,
  ),
  kind(
    'password-reset-by-administrator',
    'The password, reset by an administrator',
    rows.administratorResetsPassword,
  ),
  kind(
    'pass-for-new-starter',
    'A Temporary Access Pass for a new starter: only the manager reads it',
    scenes.newStarterGetsTemporaryAccessPass.script,
    {
      person: 'LidiaH@contoso.example',
      before: ({ directory }, { id }) => directory.patch(id, { mail: null }),
    },
  ),
  kind('three-changes', 'Three changes in one mail', scenes.firstEnrolment.script),
  kind(
    'unknown-method',
    'A method that nobody has heard of yet',
    rows.own('updated', 'Verified Face Profile'),
  ),
  kind('late', 'A mail that is late by hours', scenes.userDeletesAuthenticator.script, {
    hoursLate: 5,
  }),
  kind(
    'passkey-in-authenticator',
    'A passkey in Microsoft Authenticator',
    userRegistersOne(passkey.microsoftAuthenticator),
  ),
  kind(
    'passkey-in-windows-hello',
    'A passkey in Windows Hello',
    userRegistersOne(passkey.windowsHello),
  ),
  kind(
    'passkey-synced',
    'A passkey in a password manager, synced',
    userRegistersOne(passkey.applePasswords),
  ),
  kind(
    'passkey-only-claimed',
    'A passkey that is synced, and says it is a key that can’t be',
    userRegistersOne(passkey.claimedYubiKey),
  ),
  kind(
    'passkey-of-a-program',
    'A passkey of a program made for tests',
    userRegistersOne(passkey.emulator),
  ),
  kind('passkey-removed', 'A passkey, removed by the user', scenes.userDeletesPasskey.script),
  kind(
    'pass-by-application',
    'A Temporary Access Pass by an application',
    scenes.appIssuesTemporaryAccessPass.script,
  ),
  kind(
    'pass-removed',
    'A Temporary Access Pass, removed by an administrator',
    scenes.adminDeletesTemporaryAccessPass.script,
  ),
  kind(
    'authenticator-removed',
    'Microsoft Authenticator, removed by the user',
    scenes.userDeletesAuthenticator.script,
  ),
  kind('phone-added', 'A phone number, added by the user', scenes.userRegistersPhone.script),
  kind(
    'phone-removed-by-administrator',
    'A phone number, removed by an administrator',
    scenes.adminDeletesPhone.script,
  ),
  kind('email-added', 'An email address, added by the user', scenes.userRegistersEmail.script),
  kind('default-changed', 'Another default method', scenes.userChangesDefault.script),
  kind(
    'windows-hello',
    'Windows Hello for Business',
    rows.ownRow('Device Registration Service', 'Add Windows Hello for Business credential'),
  ),
  kind('oath-token', 'An OATH token', rows.own('registered', 'Authenticator App with Code')),
  kind('security-questions', 'Security questions', rows.own('registered', 'Security questions')),
  kind('password-changed', 'The password, changed by the user', rows.userChangesPassword),
  kind(
    'account-unlocked',
    'The account, unlocked by the user',
    rows.ownRow('Self-service Password Management', 'Unlock user account (self-service)'),
  ),
  kind(
    'device-registered',
    'A device, registered by the user (EXTRA_ACTIVITIES)',
    rows.userRegistersDevice,
  ),
  kind('twelve-changes', 'Twelve changes in one mail', rows.twelveChanges),
  kind(
    'by-the-manager',
    'The administrator is the manager, who gets a copy',
    scenes.adminIssuesTemporaryAccessPass.script,
    { by: 'manager' },
  ),
  kind(
    'last-copy',
    'The last copy that the manager gets today',
    scenes.userRegistersAuthenticator.script,
    { allowance: 'last' },
  ),
  kind(
    'security-team-only',
    'The user is gone: only the security team reads it',
    scenes.adminDeletesPhone.script,
    { after: ({ directory }, { id }) => directory.remove(id) },
  ),
  kind('bulk-summary', 'The summary of a bulk change', scenes.burst.script, {
    by: 'IsaiahL@contoso.example',
    count: 60,
  }),
  kind('hostile-names', 'Names that try to do harm', hostileRows, { before: renamePeople }),
];
