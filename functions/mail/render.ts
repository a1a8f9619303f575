import Handlebars from 'handlebars/runtime.js';
import { htmlTemplate, textTemplate } from '../../templates/compiled.ts';
import type { Logo } from '../config/logo.ts';
import { compose, MOST_DETAILED } from './compose.ts';
import type { MailFacts, MailSettings, RenderedMail } from './facts.ts';
import type { MailView } from './view.ts';

type Template = (view: MailView) => string;
// The runtime's types are the compiler's, which lack `template`.
const { template } = Handlebars as unknown as { template: (specification: unknown) => Template };

const html = template(htmlTemplate);
const text = template(textTemplate);

/** In bytes: no mail client cuts a mail of this length, and a phone on a slow line loads it at once. */
const LONGEST_HTML = 30_000;
/** All parts together, in bytes: written as base64 and with headers they make 60 KB. */
const LONGEST_MAIL = 40_000;

/**
 * The mail as its reader sees it, in HTML and in plain text, both with the same facts. The HTML
 * template escapes; the text one doesn't, and its line breaks are its own. Throws an Error if the
 * view lacks something that a template shows.
 */
export function render(view: MailView, logo?: Logo): RenderedMail {
  return { subject: view.subject, html: html(view), text: text(view), ...(logo && { logo }) };
}

/**
 * Composes and renders a mail. Where it would be too long, fewer of its changes get a table of their
 * own; the others are told in a row each. Pure.
 */
export function write(facts: MailFacts, settings: MailSettings): RenderedMail {
  for (let detailed = MOST_DETAILED; ; detailed -= 1) {
    const mail = render(compose(facts, settings, detailed), settings.logo);
    if (detailed === 0 || fits(mail)) return mail;
  }
}

function fits({ html, text, logo }: RenderedMail): boolean {
  const length = Buffer.byteLength(html);
  const all = length + Buffer.byteLength(text) + (logo?.content.length ?? 0);
  return length <= LONGEST_HTML && all <= LONGEST_MAIL;
}
