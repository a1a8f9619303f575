import { judge, type PermissionReport } from '../../functions/permissions/examine.ts';
import {
  consents,
  flagOf,
  type Permission,
  type PermissionName,
  permissions,
} from '../../functions/permissions/needed.ts';
import type { Use } from '../../functions/permissions/probe.ts';
import { type Finding, look, unclear, well, wrong } from './finding.ts';

const script = 'Run npm run grant';

/** The option that grants an optional permission. */
function flagFor(wanted: PermissionName): string {
  const { option } =
    (permissions as readonly Permission[]).find(({ name }) => name === wanted) ?? {};
  return option ? ` ${flagOf(option)}` : '';
}

/** What a report of the app's permissions means, with the fix for each. Pure. */
export function permissionFindings(
  report: PermissionReport,
  senders: readonly string[],
): Finding[] {
  const faults = judge(report);
  return [
    ...consents.map(({ name, need, without }) =>
      granted(name, need === 'required', without, report),
    ),
    ...broader(faults.broader),
    ...senders.flatMap((sender, index) => mailbox(sender, report.senders[index])),
    others(report, faults.broader),
  ];
}

function granted(
  name: PermissionName,
  required: boolean,
  without: string,
  { granted, uses }: PermissionReport,
): Finding {
  const use = uses[name] ?? 'unclear';
  const consented = granted?.includes(name);
  if (use === 'denied' && consented) {
    const fix = 'A managed identity’s token lives up to 24 h: wait, or restart the app';
    return wrong(name, 'granted, and refused when used', fix);
  }
  if (use === 'denied' || consented === false) {
    if (required) return wrong(name, `not granted: ${without}`, script);
    return look(
      name,
      `not granted, optional: ${without}`,
      `${script} --${flagFor(name)} if you want it`,
    );
  }
  if (use === 'works') return well(name, consented ? 'granted, and works' : 'works');
  const says = 'could not be tried: Graph gave no clear answer';
  return (required ? unclear : look)(name, says, 'Run this again in a minute');
}

function broader(names: readonly string[]): Finding[] {
  return names.map((name) => {
    const opens = /^(Mail|full_access_as_app|MailboxSettings\.ReadWrite)/.test(name);
    const says = opens
      ? 'consented for the whole tenant: the app may use every mailbox, whatever Exchange is told'
      : 'consented, and not needed';
    const fix = 'Take it back: npm run grant -- --remove-tenant-wide';
    if (opens) return wrong(name, says, fix);
    return look(name, says, 'Take it back in Entra: Enterprise applications, Permissions');
  });
}

const sendFaults: Readonly<Record<Exclude<Use, 'works'>, readonly [string, string]>> = {
  denied: [
    'may not send',
    `${script}: it puts the mailbox into the scope. Exchange takes up to 2 h`,
  ],
  noMailbox: [
    'is no mailbox, or a disabled one',
    'Correct SENDER_MAILBOXES, or give it a licence or make it a shared mailbox',
  ],
  unclear: ['could not be tried: Exchange gave no clear answer', 'Run this again in a minute'],
};

function mailbox(
  sender: string,
  tried: PermissionReport['senders'][number] | undefined,
): Finding[] {
  const check = `sender ${sender}`;
  if (!tried) {
    return [look(check, 'not tried by the app yet', 'It looks once a day and after a restart')];
  }
  const { send, look: sent } = tried;
  if (send !== 'works') {
    const [says, fix] = sendFaults[send];
    return [send === 'unclear' ? unclear(check, says, fix) : wrong(check, says, fix)];
  }
  if (sent !== 'denied') return [well(check, 'may send')];
  const says = 'may send; Sent Items may not be read, optional: a send in doubt is repeated once';
  return [look(check, says, `${script} --${flagFor('Mail.ReadBasic')} if you want it`)];
}

/** The app must not be able to write in anybody else's name. */
function others({ other }: PermissionReport, known: readonly string[]): Finding {
  const check = 'other mailboxes';
  if (other.send === 'works' || other.look === 'works') {
    const what = other.send === 'works' ? 'may be sent from' : 'may be read';
    const by = known.some((name) => name.startsWith('Mail'))
      ? 'See the consent above'
      : 'A role assignment in Exchange has no scope, or too wide a one (Get-ManagementRoleAssignment)';
    return wrong(check, `${what}, too: every mail of the tenant could be forged or read`, by);
  }
  if (other.send === 'unclear') {
    return look(
      check,
      'could not be tried',
      'There was nobody else with a mailbox, or no clear answer',
    );
  }
  return well(check, 'closed to the app');
}
