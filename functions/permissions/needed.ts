/** One application permission that the app works with. */
export interface Permission {
  /** As Graph and its docs name it. */
  readonly name: string;
  /** Of the app role in Microsoft Graph. Source: Graph docs, "permissions reference". */
  readonly id: string;
  /**
   * `entra`: consented for the tenant. `exchange`: assigned in Exchange Online for the sender
   * mailboxes alone, and never consented in Entra too: that would open every mailbox.
   */
  readonly grantedIn: 'entra' | 'exchange';
  readonly why: string;
  /** What becomes of the app's work without it. */
  readonly without: string;
  readonly need: 'required' | 'optional';
  /** Of an optional one: the option of `npm run grant` that asks for it. */
  readonly option?: 'passkeys' | 'methods' | 'timeZones' | 'messageTrace' | 'sentItems';
}

/** Everything that the app may ever use. `npm run grant`, the docs and the checks follow it. */
export const permissions = [
  {
    name: 'AuditLog.Read.All',
    id: 'b0afded3-3588-46d8-8b3d-9842eff778da',
    grantedIn: 'entra',
    need: 'required',
    why: 'read the audit log, and the report on who has registered which kinds of method',
    without: 'nothing is found and nobody is told',
  },
  {
    name: 'Directory.Read.All',
    id: '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
    grantedIn: 'entra',
    need: 'required',
    why: 'asked for beside AuditLog.Read.All by the audit log; look up users, managers and members of groups',
    without: 'nothing is found and nobody is told',
  },
  {
    name: 'UserAuthMethod-Passkey.Read.All',
    id: '72e00c1d-3e3d-43bb-a0b9-c435611bb1d2',
    grantedIn: 'entra',
    need: 'optional',
    option: 'passkeys',
    why: 'say which passkey it was: its name, attestation, whether it is synced',
    without: 'mails about passkeys have fewer details',
  },
  {
    name: 'UserAuthenticationMethod.Read.All',
    id: '38d9df27-64da-44fd-b7c5-a6fbac20248f',
    grantedIn: 'entra',
    need: 'optional',
    option: 'methods',
    why: 'confirm an audit record that names no method, and a method that nobody was told of, by those that the user has',
    without: 'such records are told only if another record explains them',
  },
  {
    name: 'MailboxSettings.Read',
    id: '40f97065-369a-49f4-947c-6a255697ae91',
    grantedIn: 'entra',
    need: 'optional',
    option: 'timeZones',
    why: 'tell times by the clock that a reader’s mailbox is set to; it may read the settings of every mailbox',
    without: 'times are told by the clock of the reader’s country',
  },
  {
    name: 'ExchangeMessageTrace.Read.All',
    id: '89b20d8a-76e2-4057-867b-9961f800b9a4',
    grantedIn: 'entra',
    need: 'optional',
    option: 'messageTrace',
    why: 'see where mails arrived; broader than the rest: it may read sender, recipient, subject and time of every mail of the tenant',
    without: 'what Exchange accepts counts as told',
  },
  {
    name: 'Mail.Send',
    id: 'b633e1c5-b582-4048-a93e-9f11b44c7e96',
    grantedIn: 'exchange',
    need: 'required',
    why: 'send from the sender mailboxes',
    without: 'mails are kept, and not sent',
  },
  {
    name: 'Mail.ReadBasic',
    id: '6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a',
    grantedIn: 'exchange',
    need: 'optional',
    option: 'sentItems',
    why: 'look into Sent Items after a send without a clear answer',
    without: 'such a send is repeated once, which may be a second mail',
  },
] as const satisfies readonly Permission[];

export type PermissionName = (typeof permissions)[number]['name'];

/** An option as it is given on the command line: `--sent-items`. */
export const flagOf = (option: NonNullable<Permission['option']>): string =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Those that are consented for the tenant. */
export const consents = permissions.filter(({ grantedIn }) => grantedIn === 'entra');

export const consentsThatAre = (wanted: Permission['need']): PermissionName[] =>
  consents.filter(({ need }) => need === wanted).map(({ name }) => name);

/** Microsoft Graph itself, as an application. */
export const graphAppId = '00000003-0000-0000-c000-000000000000';

/**
 * Microsoft's application that answers message traces: a tenant needs its service principal. Source: Graph
 * docs, v1.0, "exchangeMessageTrace".
 */
export const messageTraceAppId = '8bd644d1-64a1-4d4b-ae52-2e0cbf64e373';

/** Exchange Online's own API, as an application: whatever is granted on it opens every mailbox. */
export const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000';

/** What is wrong with what is granted in Entra. Names of permissions. */
interface GrantFaults {
  /** Required, and not there. */
  readonly missing: readonly string[];
  /** There, and more than the app needs: worst where it opens mailboxes. */
  readonly broader: readonly string[];
}

/** Compares the app roles of a token, or of a service principal, with what is needed. Pure. */
export function compareGrants(granted: readonly string[]): GrantFaults {
  const known = new Set<string>(consents.map(({ name }) => name));
  return {
    missing: consentsThatAre('required').filter((name) => !granted.includes(name)),
    broader: granted.filter((name) => !known.has(name)).sort(),
  };
}
