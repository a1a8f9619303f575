import { crc32 } from 'node:zlib';
import type { Graph } from '../../functions/graph/client.ts';
import { contosoPeople } from '../graph/contoso.ts';
import type { Directory } from '../graph/directory.ts';
import { Stage } from '../graph/happenings/stage.ts';
import { graphInside } from '../graph/inside.ts';
import type { Mailboxes } from '../graph/mailboxes.ts';
import { newTenant } from '../graph/newTenant.ts';
import type { PasskeyMethods } from '../graph/passkeyMethods.ts';
import { seededRandom } from '../graph/random.ts';

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
  const tenant = newTenant(now, people);
  const { directory, audit, mailboxes, passkeys } = tenant;
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
