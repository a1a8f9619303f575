import { type Section, some } from '../section.ts';
import { concerns } from './assess.ts';
import type { Totals } from './totals.ts';
import { bindingWords, concernWords, proofWords, standingWords } from './words.ts';

/** In one line: whose methods. */
export function headline({ people }: Totals): string {
  const among = [
    people.administrators > 0 && some(people.administrators, 'administrator'),
    people.guests > 0 && some(people.guests, 'guest'),
  ].filter((one) => one !== false);
  return `${some(people.all, 'person', 'people')}${among.length > 0 ? `, ${among.join(' and ')} among them` : ''}`;
}

/** What is not said, or not of everybody, and why. Whole sentences. */
export function caveats({ people, looks, passkeys, kinds, report, standing }: Totals): string[] {
  const unknown = kinds.filter(({ worth }) => worth === 'other').map(({ name }) => name);
  return [
    people.all > 0 &&
      standing.all.none === people.all &&
      'The report shows nobody with any method: it is probably at fault. Try again tomorrow.',
    people.unreadable > 0 &&
      `${some(people.unreadable, 'row')} of the report could not be read: nothing is said of these people.`,
    (people.missing ?? 0) > 0 &&
      `${some(people.missing ?? 0, 'person was', 'people were')} asked for and ${people.missing === 1 ? 'is' : 'are'} not in the report: it leaves out who is disabled, and who came in the last day or two.`,
    looks.denied > 0 &&
      `${some(looks.denied, 'person', 'people')} could not be looked at: denied. Passkeys need UserAuthMethod-Passkey.Read.All, --details all needs UserAuthenticationMethod.Read.All, as yourself also a role such as Global Reader.`,
    looks.failed > 0 &&
      `${some(looks.failed, 'person', 'people')} could not be looked at: Graph gave no answer that can be read. The same command again may.`,
    looks.gone > 0 && `${some(looks.gone, 'person was', 'people were')} gone when looked at.`,
    passkeys.all === 0 &&
      looks.found === 0 &&
      'Nobody’s passkeys were looked at, so models, advisories and programs made for tests are not known.',
    unknown.length > 0 &&
      `This version does not know what ${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} worth, and nobody who has it counts as having phone numbers only. Please report it.`,
    report.oldest !== null &&
      `Microsoft makes the report anew every day or two: this one is of ${day(report.oldest)}${report.newest && day(report.newest) !== day(report.oldest) ? ` to ${day(report.newest)}` : ''}. It leaves out who is disabled, and names kinds of methods, not each of them.`,
  ].filter((one) => one !== false);
}

const day = (time: string) => time.slice(0, 10);

/** The inventory in parts, without those that are empty. Pure. */
export function sectionsOf(totals: Totals): Section[] {
  const { concerns: counted, kinds, passkeys, people } = totals;
  const { proof, binding } = passkeys;
  const most = Math.max(1, people.all);
  const sections: Section[] = [
    {
      title: 'Look at these',
      wide: true,
      head: ['people', 'admins', 'why'],
      rows: concerns
        .filter((concern) => counted[concern].people > 0)
        .map((concern) => [
          `${counted[concern].people}`,
          `${counted[concern].administrators}`,
          `${concernWords[concern].says}. ${concernWords[concern].means}`,
        ]),
    },
    {
      title: 'Advisories',
      head: ['passkeys', 'people', 'admins', 'advisory'],
      rows: passkeys.advisories.map((one) => [
        ...[one.passkeys, one.people, one.administrators].map(String),
        one.id,
      ]),
      note: 'By the model that a passkey claims. Firmware is not known, where the advisory names it.',
    },
    {
      title: 'Methods',
      rows: kinds.map((kind) => [`${kind.people}`, kind.name]),
      bars: kinds.map((kind) => kind.people / most),
    },
    {
      title: 'Passkeys',
      rows:
        passkeys.all === 0
          ? []
          : [
              [`${passkeys.all}`, `of ${some(passkeys.people, 'person', 'people')}`],
              ...(['attested', 'notAttested', 'unknown'] as const).map((one) => [
                `${proof[one]}`,
                one === 'unknown' ? 'attestation not known' : `${proofWords[one]}`,
              ]),
              ...(['deviceBound', 'synced', 'unknown'] as const).map((one) => [
                `${binding[one]}`,
                one === 'unknown' ? 'not known whether synced' : bindingWords[one],
              ]),
            ].filter(([count]) => count !== '0'),
    },
    {
      title: 'Models',
      head: ['passkeys', 'people', 'model', 'kept in', 'AAGUID'],
      rows: passkeys.models.map((one) => [
        `${one.passkeys}`,
        `${one.people}`,
        one.advisories.length > 0 ? `${one.model} (${one.advisories.join(', ')})` : one.model,
        one.place,
        one.aaguid ?? '',
      ]),
      note: 'What is not attested is what the authenticator says of itself.',
    },
  ];
  return sections.filter((section) => section.rows.length > 0);
}

/** How good people's best method is: a row for each group, and their shares. Pure. */
export function standingRows({ standing }: Totals): Section {
  const groups = [
    ['everybody', standing.all],
    ['administrators', standing.administrators],
    ['members', standing.members],
    ['guests', standing.guests],
  ] as const;
  const kinds = (['resistant', 'strong', 'phone', 'none', 'other'] as const).filter(
    (one) => standing.all[one] > 0,
  );
  const sum = (counts: Totals['standing']['all']) =>
    Object.values(counts).reduce((all, one) => all + one, 0);
  return {
    title: 'The best that people have',
    head: [...kinds.map((one) => standingWords[one]), 'of'],
    rows: groups
      .filter(([, counts]) => sum(counts) > 0)
      .map(([name, counts]) => [
        ...kinds.map((one) => `${counts[one]}`),
        `${name} (${sum(counts)})`,
      ]),
  };
}
