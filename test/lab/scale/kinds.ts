import { recognise } from '../../../functions/recognise/recognise.ts';
import { isUnparsable, parseAuditRecord } from '../../../functions/recognise/record.ts';
import type { AuditRecord } from '../../../local/graph/auditRecord.ts';
import { Directory } from '../../../local/graph/directory.ts';
import {
  userDeletesAuthenticator,
  userRegistersAuthenticator,
} from '../../../local/graph/happenings/authenticator.ts';
import { adminUpdatesPhone, userRegistersPhone } from '../../../local/graph/happenings/contact.ts';
import {
  byUser,
  type Cast,
  type Script,
  securityInfo,
  target,
} from '../../../local/graph/happenings/draft.ts';
import { userRegistersPasskey } from '../../../local/graph/happenings/passkey.ts';
import { writeRecord } from '../../../local/graph/happenings/stage.ts';
import { adminIssuesTemporaryAccessPass } from '../../../local/graph/happenings/temporaryAccessPass.ts';
import { type PasskeyMethod, PasskeyMethods } from '../../../local/graph/passkeyMethods.ts';
import { administratorOf, personOf } from './people.ts';
import { quickRandom } from './quickRandom.ts';

/** What may happen to somebody's sign-in methods, or nothing that is told. */
export interface Kind {
  readonly name: string;
  readonly script: Script;
  /** Told without waiting for other rows. */
  readonly urgent: boolean;
  /** For each row: milliseconds after the first. */
  readonly offsets: readonly number[];
  /** Rows that every poll asks for and that tell enough: of an urgent one, what need not wait. */
  readonly telling: readonly number[];
  /** For each row, what queries ask for it by. */
  readonly rows: readonly { readonly service: string; readonly activity: string }[];
}

/** One thing that happens, and to whom: numbers of people. */
export interface Change {
  readonly kind: Kind;
  /** When its first row is of, in ms since 1970. */
  readonly time: number;
  readonly person: number;
  readonly administrator: number;
  /** Its place among all changes: ends the ids of its rows. */
  readonly number: number;
}

/** No change has more rows. */
const mostRows = 16;

/** Somebody looks at their methods, and leaves them as they are. */
const review: Script = ({ person }) => [
  securityInfo({
    at: 0,
    activity: 'User reviewed security info',
    reason: 'User successfully reviewed security info.',
    by: byUser(person),
    targets: [target(person)],
  }),
];

/** The rows of a change as Graph gives them, and the passkey that there is after it. */
export function writeRows({ kind, time, person, administrator, number }: Change): {
  readonly rows: AuditRecord[];
  readonly passkey: PasskeyMethod | undefined;
} {
  const random = quickRandom(number);
  const cast: Cast = {
    person: personOf(person),
    admin: administratorOf(administrator),
    adminGiven: true,
    count: 0,
    startsAt: new Date(time),
    directory: nobody,
    passkeys: new PasskeyMethods(),
    random,
  };
  const rows = kind
    .script(cast)
    .map((draft, index) =>
      writeRecord(draft, new Date(time + draft.at), random, number * mostRows + index),
    );
  return { rows, passkey: cast.passkeys.of(cast.person.id)[0] };
}

/** The number of the change that a row belongs to, and which of its rows it is. */
export function placeOf(auditId: string): { readonly change: number; readonly part: number } {
  const number = Number(auditId.slice(auditId.lastIndexOf('_') + 1));
  return { change: Math.floor(number / mostRows), part: number % mostRows };
}

const nobody = new Directory([], []);
const rules = { muted: new Set<string>(), extra: new Set<string>() };
const anyTime = Date.parse('2026-01-01T00:00:00Z');

function kind(name: string, script: Script, urgent = false): Kind {
  const draft: Kind = { name, script, urgent, offsets: [], telling: [], rows: [] };
  const sample = { kind: draft, time: anyTime, person: 1, administrator: 1, number: 1 };
  const { rows } = writeRows(sample);
  return {
    ...draft,
    offsets: rows.map(({ activityDateTime }) => Date.parse(activityDateTime) - anyTime),
    telling: rows.flatMap((row, index) => (isTelling(row, urgent) ? index : [])),
    rows: rows.map(({ loggedByService, activityDisplayName }) => ({
      service: loggedByService,
      activity: activityDisplayName,
    })),
  };
}

function isTelling(row: AuditRecord, urgent: boolean): boolean {
  const record = parseAuditRecord(row);
  if (isUnparsable(record) || record.activityDisplayName === 'Update user') return false;
  const verdict = recognise(record, rules);
  return verdict.kind === 'change' && !(urgent && verdict.companion);
}

export const kinds = {
  passkey: kind('passkey registered', userRegistersPasskey),
  authenticator: kind('Authenticator registered', userRegistersAuthenticator),
  deletion: kind('Authenticator deleted', userDeletesAuthenticator),
  phone: kind('phone registered', userRegistersPhone),
  pass: kind('pass by an administrator', adminIssuesTemporaryAccessPass, true),
  phoneByAdmin: kind('phone changed by an administrator', adminUpdatesPhone, true),
  noise: kind('nothing', review),
} as const;
