import { join } from 'node:path';
import { html, Markup } from '../markup.ts';
import { pageOf } from '../page.ts';
import { minuteOf, sectionMarkup, some } from '../section.ts';
import type { Assessed, Passkey, Standing } from './assess.ts';
import type { Inventory } from './inventory.ts';
import { caveats, headline, sectionsOf } from './sections.ts';
import type { Standings, Totals } from './totals.ts';
import {
  bindingWords,
  concernWords,
  kindWords,
  modelWords,
  placeWords,
  proofWords,
  standingWords,
} from './words.ts';

/** People on the page: administrators and the gravest first. A page of a million can't be opened. */
export const mostOnPage = 1000;

const own = (name: string) => join(import.meta.dirname, 'page', name);
const standings = ['resistant', 'strong', 'phone', 'none', 'other'] as const;

/** One page that loads nothing: the numbers, then the people. */
export function inventoryPage({ people }: Inventory, totals: Totals): string {
  const shown = people.slice(0, mostOnPage);
  return pageOf({
    title: 'Inventory: who can sign in with what',
    heading: 'Who can sign in with what',
    lead: html`<p>${headline(totals)}. Read up to ${minuteOf(totals.period.to)} UTC; nothing was changed.</p>`,
    main: html`<ul class="tiles">${tiles(totals)}</ul>
${shares(totals)}
<div class="sections">${sectionsOf(totals).map(sectionMarkup)}</div>
<section class="caveats"><h2>What this does not say</h2><ul>${caveats(totals).map((caveat) => html`<li>${caveat}</li>`)}</ul></section>
<h2>People</h2>
<p class="order">Administrators first, then whoever there is most reason to look at.</p>
${shown.length < people.length && html`<p class="cut">The first ${mostOnPage} of ${people.length} are here. --csv has all of them.</p>`}
<label class="filter">Filter by name, method, model or reason
<input id="filter" type="search" autocomplete="off" spellcheck="false"></label>
<p id="found" role="status">${some(shown.length, 'person', 'people')}</p>
<ul class="people">${shown.map(entry)}</ul>`,
    styles: [own('inventory.css')],
    script: own('filter.js'),
  });
}

const percent = (count: number, all: number) =>
  all === 0 ? '–' : `${count > 0 && count / all < 0.01 ? '<1' : Math.floor((count / all) * 100)} %`;

function tiles({ people, standing, concerns, passkeys, looks }: Totals): Markup[] {
  const { administrators } = standing;
  const tile = (number: string, says: string, more: string, isBad: boolean) =>
    html`<li${isBad && new Markup(' class="look"')}><b>${number}</b><span>${says}</span><small>${more}</small></li>`;
  const advised = passkeys.advisories.reduce((sum, one) => sum + one.passkeys, 0);
  const odd = concerns.program.people + concerns.contradiction.people;
  const looked = looks.found > 0;
  return [
    tile(
      percent(standing.all.resistant, people.all),
      'have something that phishing does not get',
      `${standing.all.resistant} of ${people.all}; ${administrators.resistant} of ${some(people.administrators, 'administrator')}`,
      people.administrators > administrators.resistant,
    ),
    tile(
      `${standing.all.phone}`,
      'have phone numbers only',
      'From February 2027 Entra makes them register a passkey',
      administrators.phone > 0,
    ),
    tile(
      `${standing.all.none}`,
      'have no second step',
      adminsAmong(administrators.none),
      administrators.none > 0,
    ),
    tile(
      `${concerns.oneMethod.people}`,
      'are locked out if they lose one thing',
      adminsAmong(concerns.oneMethod.administrators),
      false,
    ),
    tile(
      looked ? `${advised}` : '–',
      'passkeys that an advisory is about',
      looked ? `of ${passkeys.all} looked at` : 'not looked at',
      advised > 0,
    ),
    tile(
      looked ? `${odd}` : '–',
      'have a passkey that is not what it says',
      looked ? 'test programs, and models that contradict themselves' : 'not looked at',
      odd > 0,
    ),
  ];
}

const adminsAmong = (count: number) =>
  `${count === 0 ? 'no administrator' : some(count, 'administrator')} among them`;

/** The best that people have, as bars that are read in words too. */
function shares({ standing }: Totals): Markup {
  const groups = [
    ['Administrators', standing.administrators],
    ['Members', standing.members],
    ['Guests', standing.guests],
  ] as const;
  const used = standings.filter((one) => standing.all[one] > 0);
  const legend = used.map((one) => html`<li><i class="${one}"></i>${standingWords[one]}</li>`);
  const rows = groups
    .filter(([, counts]) => sum(counts) > 0)
    .map(([name, counts]) => share(name, counts, used));
  return html`<section class="shares"><h2>The best that people have</h2><ul class="legend">${legend}</ul>${rows}</section>`;
}

const sum = (counts: Standings) => Object.values(counts).reduce((all, one) => all + one, 0);

function share(name: string, counts: Standings, used: readonly Standing[]): Markup {
  const all = sum(counts);
  let at = 0;
  const bars = used.map((one) => {
    const [from, width] = [at, (counts[one] / all) * 100];
    at += width;
    return html`<rect class="${one}" x="${from.toFixed(2)}" width="${width.toFixed(2)}" height="10"/>`;
  });
  const said = used
    .filter((one) => counts[one] > 0)
    .map((one) => `${counts[one]} ${standingWords[one]}`);
  return html`<p class="share"><b>${name}</b> <small>${all}</small><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><span>${said.join(', ')}</span></p>`;
}

function entry(one: Assessed): Markup {
  const { person, concerns, passkeys } = one;
  const role = person.isAdmin ? 'administrator' : person.isGuest ? 'guest' : undefined;
  const why = concerns.map((concern) => html`<li>${concernWords[concern].says}</li>`);
  return html`<li><p class="who"><b>${person.name || person.userPrincipalName || person.id}</b>${role && html`<em>${role}</em>`}<span>${person.userPrincipalName}</span></p>
${why.length > 0 && html`<ul class="why">${why}</ul>`}
<p class="has">${kindWords(one).join(', ') || 'a password alone'}</p>
${passkeys.length > 0 && html`<ul class="keys">${passkeys.map(key)}</ul>`}</li>`;
}

function key(passkey: Passkey): Markup {
  const { method, claim, advisories } = passkey;
  const facts = [
    placeWords(passkey) !== 'not known' && placeWords(passkey),
    proofWords[claim.proof] !== 'not known' && proofWords[claim.proof],
    bindingWords[claim.binding] !== 'not known' && bindingWords[claim.binding],
    method.createdAt && `since ${method.createdAt.slice(0, 10)}`,
    method.lastUsedAt && `last used ${method.lastUsedAt.slice(0, 10)}`,
    ...advisories,
  ].filter(Boolean);
  const name = method.passkey?.name;
  return html`<li><b>${modelWords(passkey)}</b>${name && html` “${name}”`} <span>${facts.join(', ')}</span></li>`;
}
