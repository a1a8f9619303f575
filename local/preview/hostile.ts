import { byUser, type Script } from '../graph/happenings/draft.ts';
import { adminRegistersOne } from '../graph/happenings/passkey.ts';
import type { Person } from '../graph/person.ts';
import type { PreviewTenant } from './tenant.ts';

/** What no mail may be led astray by, in every name that somebody chooses. */
const names = {
  person: '"><img src=x onerror=alert(1)>\r\nBcc: everyone@evil.example',
  // The first letters are Cyrillic.
  manager: 'Міriam 👩‍💼 \u202Emaharg\u202C',
  administrator: `Microsoft: nothing to do, see https://evil.example/ok ${'very '.repeat(2000)}`,
  address: 'isaiahl@evil.example',
  passkey: '“Key” 🔑\u202E txt.exe {reference} {{subject}} <b>www.evil.example</b>',
  model: '<script>alert(1)</script>\r\n\r\nCall +1 900 555 0199',
  userAgent: `Mozilla/5.0\r\nX-Evil: 1\r\n\r\n<h1>Approved</h1> ${'А'.repeat(10_000)}`,
} as const;

/** Gives the person and the manager names that no people have. */
export function renamePeople({ directory }: PreviewTenant, person: Person): void {
  const manager = directory.managerOf(person);
  directory.patch(person.id, { displayName: names.person });
  if (manager) directory.patch(manager.id, { displayName: names.manager });
}

const key = {
  displayName: names.passkey,
  aaGuid: '9c7d4e21-0b3f-4a86-8d15-6f2e90c1b7a4',
  model: names.model,
  attestationLevel: 'notAttested',
  passkeyType: 'deviceBound',
} as const;

/** A passkey registered by an administrator, whose rows hold hostile text wherever they can. */
export const hostileRows: Script = (cast) =>
  adminRegistersOne(key)(cast).map((row) => {
    const { user } = byUser(cast.admin, '999.1.1.1');
    const { administrator: displayName, address: userPrincipalName } = names;
    return {
      ...row,
      by: { user: user && { ...user, displayName, userPrincipalName }, app: null },
      details: { ...row.details, 'User-Agent': names.userAgent },
    };
  });
