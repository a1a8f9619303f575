import { AuditLog } from './auditLog.ts';
import { Directory } from './directory.ts';
import { Faults } from './faults.ts';
import { Grants } from './grants.ts';
import { Mailboxes } from './mailboxes.ts';
import { PasskeyMethods } from './passkeyMethods.ts';
import type { Person } from './person.ts';
import { Registrations } from './registrations.ts';
import { Throttle } from './throttle.ts';

/** The Contoso demo tenant, to which nothing has happened yet. */
export function newTenant(now: () => Date, people?: readonly Person[]) {
  const directory = new Directory(people);
  const passkeys = new PasskeyMethods();
  return {
    directory,
    audit: new AuditLog(now),
    mailboxes: new Mailboxes(now),
    passkeys,
    registrations: new Registrations(directory, passkeys, now),
    faults: new Faults(),
    grants: new Grants(),
    // Graph's limits for the audit reports and for people's methods, per app and tenant.
    auditThrottle: new Throttle(5, 10_000),
    methodsThrottle: new Throttle(5, 10_000),
    now,
  };
}
