import Handlebars from 'handlebars/runtime.js';
import { htmlTemplate, textTemplate } from '../../templates/compiled.ts';
import type { Logo } from '../config/logo.ts';
import type { RenderedMail } from './facts.ts';
import type { MailView } from './view.ts';

type Template = (view: MailView) => string;
// The runtime's types are the compiler's, which lack `template`.
const { template } = Handlebars as unknown as { template: (specification: unknown) => Template };

const html = template(htmlTemplate);
const text = template(textTemplate);

/**
 * The mail as its reader sees it, in HTML and in plain text, both with the same facts. The HTML
 * template escapes; the text one doesn't, and its line breaks are its own. Throws an Error if the
 * view lacks something that a template shows.
 */
export function render(view: MailView, logo?: Logo): RenderedMail {
  return { subject: view.subject, html: html(view), text: text(view), ...(logo && { logo }) };
}
