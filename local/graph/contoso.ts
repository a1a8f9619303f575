import type { Person } from './person.ts';

const domain = 'contoso.example';

/** Object ids end in the person's number, so that a log of requests can be read. */
export function objectId(number: number): string {
  return `c0a70500-7e4a-4c1d-9b6e-${String(number).padStart(12, '0')}`;
}

export const ids = {
  miriam: objectId(1),
  adele: objectId(2),
  alex: objectId(3),
  lee: objectId(4),
  diego: objectId(5),
  megan: objectId(6),
  lidia: objectId(7),
  nora: objectId(8),
  patti: objectId(9),
  joni: objectId(10),
  henrietta: objectId(11),
  isaiah: objectId(12),
  grady: objectId(13),
  security: objectId(21),
  security2: objectId(22),
} as const;

type Draft = Pick<Person, 'displayName' | 'jobTitle' | 'department'> & Partial<Person>;

function person(id: string, account: string, draft: Draft): Person {
  const [givenName = null, surname = null] = draft.displayName.split(' ');
  return {
    id,
    givenName,
    surname,
    mail: `${account}@${domain}`,
    otherMails: [],
    userPrincipalName: `${account}@${domain}`,
    preferredLanguage: 'en-US',
    usageLocation: 'US',
    userType: 'Member',
    accountEnabled: true,
    managerId: ids.miriam,
    ...draft,
  };
}

/** Who works at Contoso, each for the case they stand for. */
export const contosoPeople: readonly Person[] = [
  person(ids.patti, 'PattiF', {
    displayName: 'Patti Fernandez',
    jobTitle: 'President',
    department: 'Executive Management',
    managerId: null,
  }),
  person(ids.miriam, 'MiriamG', {
    displayName: 'Miriam Graham',
    jobTitle: 'Director',
    department: 'Sales & Marketing',
    managerId: ids.patti,
  }),
  person(ids.adele, 'AdeleV', {
    displayName: 'Adele Vance',
    jobTitle: 'Retail Manager',
    department: 'Retail',
  }),
  person(ids.alex, 'AlexW', {
    displayName: 'Alex Wilber',
    jobTitle: 'Marketing Assistant',
    department: 'Marketing',
    preferredLanguage: 'de-DE',
    usageLocation: 'DE',
  }),
  person(ids.lee, 'LeeG', {
    displayName: 'Lee Gu',
    jobTitle: 'Director',
    department: 'Manufacturing',
    preferredLanguage: null,
    managerId: ids.patti,
  }),
  person(ids.diego, 'DiegoS', {
    displayName: 'Diego Siciliani',
    jobTitle: 'HR Manager',
    department: 'HR',
    preferredLanguage: 'fr-FR',
    usageLocation: 'FR',
    managerId: ids.megan,
  }),
  person(ids.megan, 'MeganB', {
    displayName: 'Megan Bowen',
    jobTitle: 'Marketing Manager',
    department: 'Marketing',
    usageLocation: 'GB',
    preferredLanguage: 'en-GB',
  }),
  // Started today: no mailbox yet, so only the manager can be told.
  person(ids.lidia, 'LidiaH', {
    displayName: 'Lidia Holloway',
    jobTitle: 'Product Manager',
    department: 'Engineering',
    mail: null,
    otherMails: ['lidia.holloway@mail.example'],
    managerId: ids.lee,
  }),
  person(ids.nora, 'nora', {
    displayName: 'Nora Lind (Fabrikam)',
    givenName: null,
    surname: null,
    jobTitle: null,
    department: null,
    mail: 'nora.lind@fabrikam.example',
    userPrincipalName: `nora.lind_fabrikam.example#EXT#@${domain}`,
    userType: 'Guest',
    preferredLanguage: null,
    usageLocation: null,
    managerId: null,
  }),
  // Her manager has left: the account is disabled.
  person(ids.joni, 'JoniS', {
    displayName: 'Joni Sherman',
    jobTitle: 'Paralegal',
    department: 'Legal',
    managerId: ids.henrietta,
  }),
  person(ids.henrietta, 'HenriettaM', {
    displayName: 'Henrietta Mueller',
    jobTitle: 'Counsel',
    department: 'Legal',
    accountEnabled: false,
    managerId: ids.patti,
  }),
  person(ids.isaiah, 'IsaiahL', {
    displayName: 'Isaiah Langer',
    jobTitle: 'IT Administrator',
    department: 'IT',
    managerId: ids.patti,
  }),
  // Names are the user's own text: this one tries HTML and a header of its own.
  person(ids.grady, 'GradyA', {
    displayName: 'Grady <b onmouseover=alert(1)>\r\nBcc: evil@example.org',
    givenName: 'Grady <b onmouseover=alert(1)>\r\nBcc: evil@example.org',
    surname: null,
    jobTitle: 'Designer',
    department: 'R&D',
    managerId: ids.lee,
  }),
  mailbox(ids.security, 'security', 'Contoso Security'),
  mailbox(ids.security2, 'security2', 'Contoso Security 2'),
];

function mailbox(id: string, account: string, displayName: string): Person {
  return person(id, account, {
    displayName,
    givenName: null,
    surname: null,
    jobTitle: null,
    department: null,
    accountEnabled: false,
    managerId: null,
  });
}

/** Mailboxes that the app may send from. */
export const contosoSenders: readonly string[] = [`security@${domain}`, `security2@${domain}`];

/** Left the company: still named by audit rows, no longer in the directory. */
export const formerPerson: Person = person(objectId(31), 'GeraldS', {
  displayName: 'Gerald Stone',
  jobTitle: 'Technician',
  department: 'Manufacturing',
});

/** The HR application that hands Temporary Access Passes to new starters. */
export const contosoOnboarding = {
  appId: '6f0c2b7d-93a4-4f58-8c11-5b0e7d9a2f46',
  displayName: 'Contoso Onboarding',
  servicePrincipalId: 'b84e19c5-2d37-4a60-9f7b-e1c05d6a8832',
  servicePrincipalName: null,
} as const;

/** "Person 001" and so on: made when a burst needs them. */
export function extraPerson(number: number): Person {
  const name = String(number).padStart(3, '0');
  const managers = [ids.miriam, ids.megan, ids.lee, ids.isaiah];
  return person(objectId(100_000 + number), `person${name}`, {
    displayName: `Person ${name}`,
    jobTitle: 'Associate',
    department: 'Operations',
    managerId: managers[number % managers.length] ?? null,
  });
}
