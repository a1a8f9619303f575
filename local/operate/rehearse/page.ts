import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Impossible } from '../command.ts';
import { printed } from './printed.ts';
import type { Rehearsal, RehearsedMail } from './rehearse.ts';
import type { Report } from './report.ts';

/** More would make the page too heavy to open. */
export const mostMails = 500;

const own = (name: string) => readFileSync(join(import.meta.dirname, 'page', name), 'utf8');

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => escapes[one] ?? '');

/** One page that loads nothing: the report and the mails, by day. All of it is escaped. */
export function rehearsalPage({ mails, config }: Rehearsal, report: Report): string {
  const script = own('filter.js');
  const hash = createHash('sha256').update(script).digest('base64');
  // Frames follow the page's policy: mails are styled inline, and show at most their own logo.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const logo = config.LOGO_URL
    ? `data:${config.LOGO_URL.contentType};base64,${config.LOGO_URL.content.toString('base64')}`
    : '';
  const shown = mails.slice(0, mostMails);
  const days = [...Map.groupBy(shown, ({ at }) => at.toISOString().slice(0, 10))].map(
    ([day, list]) =>
      `<section><h2>${day} <small>${list.length}</small></h2>${list.map((mail) => entry(mail, logo)).join('\n')}</section>`,
  );
  const cut =
    mails.length > shown.length
      ? `<p class="note">Only the first ${shown.length} of ${mails.length} mails are shown. A shorter --since shows the rest.</p>`
      : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Rehearsal: who would have been told what</title>
<style>${own('rehearsal.css')}</style>
</head>
<body>
<main>
<h1>Who would have been told what</h1>
<p class="note"><strong>This page holds personal data.</strong> Keep it safe, and delete it when you have read it. Nothing was sent.</p>
<pre tabindex="0">${escaped(printed(report))}</pre>
${cut}
<label>Filter the mails <input id="filter" type="search" autocomplete="off" spellcheck="false"></label>
<p id="found" role="status">${shown.length} mails</p>
${days.join('\n')}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function entry(
  { at, reference, to, copies, subject, language, html, row }: RehearsedMail,
  logo: string,
) {
  const people = [...to, ...copies.map((copy) => `cc ${copy}`)].join(', ');
  const mail = logo ? html.replaceAll('cid:logo', logo) : html;
  const time = at.toISOString().slice(11, 16);
  return `<details><summary><time>${time}</time> <b>${escaped(subject)}</b> <span>${escaped(people)}</span> <code>${escaped(reference)}</code></summary>
<p>${escaped(row.outcome ?? '')} (${escaped(language)})</p>
<iframe sandbox="" loading="lazy" title="${escaped(subject)}" srcdoc="${escaped(mail)}"></iframe></details>`;
}

/** Writes what nobody else on this machine may read. Throws `Impossible`. */
export function writePrivately(file: string, text: string): void {
  try {
    writeFileSync(file, '', { mode: 0o600 });
    // A file that was there keeps its mode: changed while it is still empty.
    chmodSync(file, 0o600);
    writeFileSync(file, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Impossible(`${file} can't be written (${code ?? message}). Give another --html`);
  }
}
