import { formerPerson } from '../contoso.ts';
import * as authenticator from './authenticator.ts';
import * as contact from './contact.ts';
import * as crowd from './crowd.ts';
import type { Script } from './draft.ts';
import { noiseOnly } from './noise.ts';
import * as passkey from './passkey.ts';
import * as silent from './silent.ts';
import * as pass from './temporaryAccessPass.ts';

/** A happening, who it usually happens to, and how its rows are made. */
export interface Scene {
  readonly title: string;
  readonly description: string;
  readonly group: string;
  /** Mails expected of it, when the changes of one person within the settle time share one. */
  readonly changes: number;
  /** UPN of the person it happens to unless another is named. */
  readonly person: string;
  readonly script: Script;
  /** No everyday rows of other services in between. */
  readonly quiet?: true;
  /** It happens to as many people as one asks for; its title ends with how many that usually are. */
  readonly many?: true;
}

const adele = 'AdeleV@contoso.example';
const alex = 'AlexW@contoso.example';
const diego = 'DiegoS@contoso.example';
const joni = 'JoniS@contoso.example';
const lidia = 'LidiaH@contoso.example';
const megan = 'MeganB@contoso.example';
const patti = 'PattiF@contoso.example';
const grady = 'GradyA@contoso.example';
const nora = 'nora.lind_fabrikam.example#EXT#@contoso.example';

const passkeys = 'Passkeys';
const passes = 'Temporary Access Pass';
const authenticators = 'Authenticator';
const contacts = 'Phone and email';
const cases = 'Special people';
const loads = 'Load and noise';

function scene(
  group: string,
  person: string,
  title: string,
  description: string,
  script: Script,
  changes = 1,
): Scene {
  return { group, person, title, description, script, changes };
}

/** What can happen at Contoso, by name, with the script of the rows that Entra writes for it. */
export const scenes = {
  userRegistersPasskey: scene(
    passkeys,
    adele,
    'A user registers a passkey',
    'Six rows of three services within six seconds.',
    passkey.userRegistersPasskey,
  ),
  userDeletesPasskey: scene(
    passkeys,
    adele,
    'A user deletes a passkey',
    'Two "deleted" rows 18 s apart, and two more beside them.',
    passkey.userDeletesPasskey,
  ),
  nullTargetId: scene(
    passkeys,
    alex,
    'A passkey whose rows know only the UPN',
    'No row has the object id, and the UPN is spelled in two ways.',
    passkey.nullTargetId,
  ),
  adminIssuesTemporaryAccessPass: scene(
    passes,
    megan,
    'An administrator issues a Temporary Access Pass',
    'Usable once, for an hour; logged under two names.',
    pass.adminIssuesTemporaryAccessPass,
  ),
  appIssuesTemporaryAccessPass: scene(
    passes,
    alex,
    'An application issues a Temporary Access Pass',
    'The row says "User", but Contoso Onboarding did it.',
    pass.appIssuesTemporaryAccessPass,
  ),
  newStarterGetsTemporaryAccessPass: scene(
    passes,
    lidia,
    'A new starter gets a Temporary Access Pass',
    'There is no mailbox yet: only the manager can be told.',
    pass.appIssuesTemporaryAccessPass,
  ),
  adminDeletesTemporaryAccessPass: scene(
    passes,
    megan,
    'An administrator deletes a Temporary Access Pass',
    'One row.',
    pass.adminDeletesTemporaryAccessPass,
  ),
  userRegistersAuthenticator: scene(
    authenticators,
    megan,
    'A user registers Microsoft Authenticator',
    'Five rows, two of them from the directory.',
    authenticator.userRegistersAuthenticator,
  ),
  userDeletesAuthenticator: scene(
    authenticators,
    megan,
    'A user deletes Microsoft Authenticator',
    'Three rows.',
    authenticator.userDeletesAuthenticator,
  ),
  userChangesDefault: scene(
    authenticators,
    alex,
    'A user changes the default method',
    'To the notification of the Authenticator app.',
    authenticator.userChangesDefault,
  ),
  userRegistersPhone: scene(
    contacts,
    alex,
    'A user registers a phone number',
    'The directory tells of it first.',
    contact.userRegistersPhone,
  ),
  userDeletesPhone: scene(
    contacts,
    alex,
    'A user deletes a phone number',
    'Two rows.',
    contact.userDeletesPhone,
  ),
  adminRegistersPhone: scene(
    contacts,
    diego,
    'An administrator registers a phone number',
    'The number stands in the row.',
    contact.adminRegistersPhone,
  ),
  adminUpdatesPhone: scene(
    contacts,
    diego,
    'An administrator changes a phone number',
    'Both numbers stand in the row.',
    contact.adminUpdatesPhone,
  ),
  adminDeletesPhone: scene(
    contacts,
    diego,
    'An administrator deletes a phone number',
    'The old number stands in the row.',
    contact.adminDeletesPhone,
  ),
  userRegistersEmail: scene(
    contacts,
    adele,
    'A user registers an email address',
    'For password resets.',
    contact.userRegistersEmail,
  ),
  hostileName: scene(
    cases,
    grady,
    'Someone with a hostile name',
    'The display name holds HTML and a Bcc header.',
    contact.userRegistersPhone,
  ),
  guestRegistersAuthenticator: scene(
    cases,
    nora,
    'A guest registers Authenticator',
    'Mail goes to the home organisation; there is no manager.',
    authenticator.userRegistersAuthenticator,
  ),
  withoutManager: scene(
    cases,
    patti,
    'Someone without a manager',
    'The president registers a passkey.',
    passkey.userRegistersPasskey,
  ),
  managerDisabled: scene(
    cases,
    joni,
    'Someone whose manager has left',
    'The manager account is disabled: no copy.',
    authenticator.userRegistersAuthenticator,
  ),
  deletedUser: scene(
    cases,
    formerPerson.userPrincipalName,
    'Someone who is gone',
    'The directory no longer knows the person: no mail.',
    contact.adminDeletesPhone,
    0,
  ),
  firstEnrolment: scene(
    loads,
    diego,
    'First enrolment',
    'Authenticator, phone and email within seconds: three changes, one mail.',
    crowd.firstEnrolment,
  ),
  burst: {
    ...scene(
      loads,
      adele,
      'A burst of 500',
      'Five hundred people register Authenticator within ten seconds.',
      crowd.burst,
      500,
    ),
    quiet: true,
    many: true,
  },
  wave: {
    ...scene(
      loads,
      adele,
      'A wave of 60',
      'From February 2027 on, whoever has phones only must register a passkey at sign-in: sixty people do, within seconds.',
      crowd.wave,
      60,
    ),
    quiet: true,
    many: true,
  },
  noiseOnly: {
    ...scene(
      loads,
      megan,
      'Noise only',
      'A dozen rows that look like changes and are none.',
      noiseOnly,
      0,
    ),
    quiet: true,
  },
  methodWithoutRow: {
    ...scene(
      loads,
      alex,
      'A method without a row',
      'Somebody has one more method, and the audit log says nothing: within a minute the coverage check tells the operators.',
      silent.getsMethod,
      0,
    ),
    quiet: true,
  },
  unparsable: {
    ...scene(
      loads,
      adele,
      'A row that cannot be parsed',
      'Right activity, wrong types.',
      crowd.unparsable,
      0,
    ),
    quiet: true,
  },
} as const satisfies Record<string, Scene>;
