import { crc32 } from 'node:zlib';
import type { Graph } from '../../functions/graph/client.ts';
import { AuditLog } from '../graph/auditLog.ts';
import { contosoPeople } from '../graph/contoso.ts';
import { Directory } from '../graph/directory.ts';
import { Faults } from '../graph/faults.ts';
import { Grants } from '../graph/grants.ts';
import { Stage } from '../graph/happenings/stage.ts';
import { graphInside } from '../graph/inside.ts';
import { Mailboxes } from '../graph/mailboxes.ts';
import { PasskeyMethods } from '../graph/passkeyMethods.ts';
import { seededRandom } from '../graph/random.ts';
import { Registrations } from '../graph/registrations.ts';
import { Throttle } from '../graph/throttle.ts';

/** Contoso in this process, on a clock of its own: the same each time, to the byte. */
export interface PreviewTenant {
  readonly directory: Directory;
  readonly mailboxes: Mailboxes;
  readonly passkeys: PasskeyMethods;
  readonly stage: Stage;
  readonly graph: Graph;
  readonly now: () => Date;
  readonly advance: (milliseconds: number) => void;
}

/** A Tuesday afternoon in Berlin. */
const startsAt = Date.parse('2026-11-24T13:32:07.412Z');

/** A new tenant, all of whose people prefer one language; what is made up in it follows the name. */
export function openTenant(name: string, language: string): PreviewTenant {
  let time = startsAt;
  const now = () => new Date(time);
  const people = contosoPeople.map((person) => ({ ...person, preferredLanguage: language }));
  const directory = new Directory(people);
  const audit = new AuditLog(now);
  const mailboxes = new Mailboxes(now);
  const passkeys = new PasskeyMethods();
  const faults = new Faults();
  const grants = new Grants();
  const [auditThrottle, methodsThrottle] = [new Throttle(5, 10_000), new Throttle(5, 10_000)];
  const registrations = new Registrations(directory, passkeys, now);
  const tenant = {
    directory,
    audit,
    mailboxes,
    passkeys,
    registrations,
    faults,
    grants,
    auditThrottle,
    methodsThrottle,
    now,
  };
  const random = seededRandom(crc32(name));
  return {
    directory,
    mailboxes,
    passkeys,
    stage: new Stage({ directory, audit, passkeys, random, now, ingestion: 'prompt' }),
    graph: graphInside(tenant),
    now,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}
