import { formerPerson } from '../contoso.ts';
import * as authenticator from './authenticator.ts';
import * as contact from './contact.ts';
import * as crowd from './crowd.ts';
import type { Script } from './draft.ts';
import { noiseOnly } from './noise.ts';
import * as passkey from './passkey.ts';
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
    'Registers a passkey',
    'Six rows of three services within six seconds.',
    passkey.userRegistersPasskey,
  ),
  userDeletesPasskey: scene(
    passkeys,
    adele,
    'Deletes a passkey',
    'Two "deleted" rows 18 s apart, and two more beside them.',
    passkey.userDeletesPasskey,
  ),
  nullTargetId: scene(
    passkeys,
    alex,
    'Registers a passkey, known by UPN only',
    'No row has the object id, and the UPN is spelled in two ways.',
    passkey.nullTargetId,
  ),
  adminIssuesTemporaryAccessPass: scene(
    passes,
    megan,
    'Administrator issues a pass',
    'Usable once, for an hour; logged under two names.',
    pass.adminIssuesTemporaryAccessPass,
  ),
  appIssuesTemporaryAccessPass: scene(
    passes,
    alex,
    'Application issues a pass',
    'The row says "User", but Contoso Onboarding did it.',
    pass.appIssuesTemporaryAccessPass,
  ),
  newStarterGetsTemporaryAccessPass: scene(
    passes,
    lidia,
    'New starter gets a pass',
    'There is no mailbox yet: only the manager can be told.',
    pass.appIssuesTemporaryAccessPass,
  ),
  adminDeletesTemporaryAccessPass: scene(
    passes,
    megan,
    'Administrator deletes a pass',
    'One row.',
    pass.adminDeletesTemporaryAccessPass,
  ),
  userRegistersAuthenticator: scene(
    authenticators,
    megan,
    'Registers Microsoft Authenticator',
    'Five rows, two of them from the directory.',
    authenticator.userRegistersAuthenticator,
  ),
  userDeletesAuthenticator: scene(
    authenticators,
    megan,
    'Deletes Microsoft Authenticator',
    'Three rows.',
    authenticator.userDeletesAuthenticator,
  ),
  userChangesDefault: scene(
    authenticators,
    alex,
    'Changes the default method',
    'To the notification of the Authenticator app.',
    authenticator.userChangesDefault,
  ),
  userRegistersPhone: scene(
    contacts,
    alex,
    'Registers a phone',
    'The directory tells of it first.',
    contact.userRegistersPhone,
  ),
  userDeletesPhone: scene(contacts, alex, 'Deletes a phone', 'Two rows.', contact.userDeletesPhone),
  adminRegistersPhone: scene(
    contacts,
    diego,
    'Administrator registers a phone',
    'The number stands in the row.',
    contact.adminRegistersPhone,
  ),
  adminUpdatesPhone: scene(
    contacts,
    diego,
    'Administrator changes a phone',
    'Both numbers stand in the row.',
    contact.adminUpdatesPhone,
  ),
  adminDeletesPhone: scene(
    contacts,
    diego,
    'Administrator deletes a phone',
    'The old number stands in the row.',
    contact.adminDeletesPhone,
  ),
  userRegistersEmail: scene(
    contacts,
    adele,
    'Registers an email address',
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
    'Guest registers Authenticator',
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
    'Authenticator, phone and email within 16 s: three changes, one mail.',
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
  unparsable: {
    ...scene(
      loads,
      adele,
      'A row that can not be parsed',
      'Right activity, wrong types.',
      crowd.unparsable,
      0,
    ),
    quiet: true,
  },
} as const satisfies Record<string, Scene>;
