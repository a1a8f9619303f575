import { join } from 'node:path';
import { sentence } from '../../functions/ledger/sentence.ts';
import { html, Markup } from '../markup.ts';
import { pageOf } from '../page.ts';
import { minuteOf, sectionMarkup, some } from '../section.ts';
import type { Rehearsal, RehearsedMail } from './rehearse.ts';
import type { Remark, Report } from './reportShape.ts';
import { headline, sectionsOf } from './sections.ts';

/** Mails of one kind read alike, and a page of thousands would be too heavy to open. */
export const keptOfEachKind = 50;

const own = (name: string) => join(import.meta.dirname, 'page', name);

/** One page that loads nothing: the report, and the mails by day. */
export function rehearsalPage({ mails, config }: Rehearsal, report: Report): string {
  const { LOGO_URL: given } = config;
  const logo = given && `data:${given.contentType};base64,${given.content.toString('base64')}`;
  const shown = mails.filter((mail) => mail.html !== undefined);
  const days = [...Map.groupBy(shown, ({ at }) => at.toISOString().slice(0, 10))];
  const { from, to } = report.period;
  return pageOf({
    title: 'Rehearsal: who would have been told what',
    heading: 'Who would have been told what',
    lead: html`<p>${minuteOf(from)} to ${minuteOf(to)} UTC. ${headline(report)}. Nothing was sent, and nothing was written.</p>`,
    main: html`${report.remarks.length > 0 && html`<ul class="remarks">${report.remarks.map(remark)}</ul>`}
<div class="sections">${sectionsOf(report).map(sectionMarkup)}</div>
<h2>Every mail</h2>
${shown.length < mails.length && html`<p class="cut">Of each kind the first ${keptOfEachKind} mails are here: ${shown.length} of ${mails.length}. A shorter --since shows others.</p>`}
<label class="filter">Filter by name, address, subject, reference or outcome
<input id="filter" type="search" autocomplete="off" spellcheck="false"></label>
<p id="found" role="status">${some(shown.length, 'mail')}</p>
${days.map(([day, list]) => html`<section class="day"><h3>${day} <small>${list.length}</small></h3>${list.map((mail) => entry(mail, logo))}</section>`)}`,
    styles: [own('mails.css')],
    script: own('filter.js'),
  });
}

const remark = ({ look, says, fix }: Remark) =>
  html`<li${look && new Markup(' class="look"')}><strong>${says}.</strong> ${fix}.</li>`;

function entry(mail: RehearsedMail, logo: string | undefined): Markup {
  const { at, reference, to, copies, subject, language, row } = mail;
  const body = logo ? mail.html?.replaceAll('cid:logo', logo) : mail.html;
  const cc = copies.length > 0 && html` <span class="copies">cc ${copies.join(', ')}</span>`;
  return html`<details><summary><time datetime="${at.toISOString()}">${at.toISOString().slice(11, 16)}</time>
<span class="line"><b>${subject}</b><span class="people">${to.join(', ')}${cc}</span></span>
<code>${reference}</code></summary>
<p class="outcome"><span lang="en">${sentence(row.outcome)}</span> · ${language}${row.urgent && ' · urgent'}</p>
<iframe sandbox="" loading="lazy" title="${subject}" srcdoc="${body}"></iframe></details>`;
}
