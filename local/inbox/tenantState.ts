import { formerPerson } from '../graph/contoso.ts';
import { scenes } from '../graph/happenings/scenes.ts';
import { type Happening, happenings } from '../graph/happenings.ts';
import type { Person } from '../graph/person.ts';
import type { Simulator } from '../graph/simulator.ts';
import { faultMenu } from './faultMenu.ts';
import type { HostLog, HostState } from './hostLog.ts';
import { summarise } from './mailView.ts';

/** Someone with an inbox, or at least with a name. */
interface PersonLine {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly address: string | null;
  readonly manager: string | null;
  /** Made for a burst. */
  readonly extra: boolean;
}

/** A happening with whom it happens to. */
interface MenuItem extends Happening {
  /** Name of the person, unless another is picked; null where it is many people. */
  readonly person: string | null;
  /** Whether it can happen to somebody else. */
  readonly anyone: boolean;
}

/** What changes all the time. */
interface Pulse {
  readonly host: HostState;
  readonly lastPollAt: string | null;
  readonly auditRows: number;
  readonly changes: number;
  readonly mails: number;
  readonly faults: readonly { target: string; kind: string; times: number | null }[];
}

/** Whole scenes that stand for one particular person. */
const personal = 'Special people';

function menu({ directory }: Simulator): MenuItem[] {
  return happenings.map((happening) => {
    const { name, group, many } = happening;
    const { person: upn } = scenes[name];
    const usual = directory.find(upn) ?? formerPerson;
    const anyone = !many && group !== personal && name !== 'newStarterGetsTemporaryAccessPass';
    return { ...happening, person: many ? null : usual.displayName, anyone };
  });
}

/** Everyone but the mailboxes that the mails come from. */
export function people({ directory, mailboxes }: Simulator): PersonLine[] {
  const isSender = ({ mail }: Person) =>
    mail !== null && mailboxes.allowedSenders.has(mail.toLowerCase());
  return directory
    .all()
    .filter((person) => !isSender(person))
    .map((person) => ({
      id: person.id,
      name: person.displayName,
      title: person.jobTitle ?? (person.userType === 'Guest' ? 'Guest' : ''),
      address: person.mail,
      manager: directory.managerOf(person)?.displayName ?? null,
      extra: /^person\d+@/i.test(person.userPrincipalName),
    }));
}

export function pulse(
  { audit, mailboxes, faults }: Simulator,
  log: HostLog,
  changes: number,
): Pulse {
  return {
    host: log.state,
    lastPollAt: log.lastPollAt ?? null,
    auditRows: audit.size,
    changes,
    mails: mailboxes.mails.length,
    faults: faults
      .active()
      .map(({ target, fault }) => ({ target, kind: fault.kind, times: fault.times ?? null })),
  };
}

/** Everything a page needs to begin with. */
export function wholeState(
  simulator: Simulator,
  log: HostLog,
  { changes, startedAt }: { readonly changes: number; readonly startedAt: Date },
) {
  return {
    startedAt: startedAt.toISOString(),
    people: people(simulator),
    happenings: menu(simulator),
    faultMenu,
    senders: simulator.mailboxes.allowedSenders.size,
    mails: simulator.mailboxes.mails.map(summarise),
    log: log.lines,
    pulse: pulse(simulator, log, changes),
  };
}
