import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentence } from '../../functions/ledger/sentence.ts';
import { html, Markup } from './markup.ts';
import type { Rehearsal, RehearsedMail } from './rehearse.ts';
import type { Remark, Report } from './reportShape.ts';
import { headline, minuteOf, type Section, sectionsOf } from './sections.ts';

/** Mails of one kind read alike, and a page of thousands would be too heavy to open. */
export const keptOfEachKind = 50;

const read = (path: string) => new Markup(readFileSync(path, 'utf8'));
const own = (name: string) => read(join(import.meta.dirname, 'page', name));
/** Colours and type, as on every page. */
const base = join(import.meta.dirname, '..', '..', 'local', 'inbox', 'page', 'base.css');

const hashOf = ({ text }: Markup) => createHash('sha256').update(text).digest('base64');

/** One page that loads nothing: the report, and the mails by day. */
export function rehearsalPage({ mails, config }: Rehearsal, report: Report): string {
  const script = own('filter.js');
  const styles = [read(base), own('rehearsal.css'), own('mails.css')];
  // Frames follow the page's policy too: mails are styled inline, and show at most their own logo.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  const { LOGO_URL: given } = config;
  const logo = given && `data:${given.contentType};base64,${given.content.toString('base64')}`;
  const shown = mails.filter((mail) => mail.html !== undefined);
  const days = [...Map.groupBy(shown, ({ at }) => at.toISOString().slice(0, 10))];
  const { from, to } = report.period;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rehearsal: who would have been told what</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<header>
<h1>Who would have been told what</h1>
<p>${minuteOf(from)} to ${minuteOf(to)} UTC. ${headline(report)}. Nothing was sent, and nothing was written.</p>
<p class="private"><strong>This page holds personal data.</strong> Delete it when you have read it.</p>
</header>
<main>
${report.remarks.length > 0 && html`<ul class="remarks">${report.remarks.map(remark)}</ul>`}
<div class="sections">${sectionsOf(report).map(section)}</div>
<h2>Every mail</h2>
${shown.length < mails.length && html`<p class="cut">Of each kind the first ${keptOfEachKind} mails are here: ${shown.length} of ${mails.length}. A shorter --since shows others.</p>`}
<label class="filter">Filter by name, address, subject, reference or outcome
<input id="filter" type="search" autocomplete="off" spellcheck="false"></label>
<p id="found" role="status">${shown.length} mails</p>
${days.map(([day, list]) => html`<section class="day"><h3>${day} <small>${list.length}</small></h3>${list.map((mail) => entry(mail, logo))}</section>`)}
</main>
<script>${script}</script>
</body>
</html>
`.text;
}

const remark = ({ look, says, fix }: Remark) =>
  html`<li${look && new Markup(' class="look"')}><strong>${says}.</strong> ${fix}.</li>`;

function section({ title, head, rows, bars, note }: Section): Markup {
  const classOf = (index: number) => {
    const [, number, time] = /^(?:(\d+)|(\d[\d: -]+))$/.exec(rows[0]?.[index] ?? '') ?? [];
    return new Markup(number ? ' class="number"' : time ? ' class="time"' : '');
  };
  const cells = (row: readonly string[], name: 'td' | 'th') =>
    row.map((cell, index) => {
      const tag = new Markup(name);
      return html`<${tag}${classOf(index)}>${cell}</${tag}>`;
    });
  const bar = (index: number) =>
    bars &&
    html`<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round((bars[index] ?? 0) * 100)}" height="10"/></svg></td>`;
  const wide = head && head.length > 3 && new Markup(' class="wide"');
  return html`<section${wide}><h2>${title}</h2><div class="scrolls"${wide && new Markup(' tabindex="0"')}><table>${
    head && html`<thead><tr>${cells(head, 'th')}</tr></thead>`
  }<tbody>${rows.map((row, index) => html`<tr>${cells(row, 'td')}${bar(index)}</tr>`)}</tbody></table></div>${
    note && html`<p class="note">${note}</p>`
  }</section>`;
}

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
