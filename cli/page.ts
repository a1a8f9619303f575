import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { html, Markup } from './markup.ts';

const read = (path: string) => new Markup(readFileSync(path, 'utf8'));
/** Colours and type, as on every page. */
const base = join(import.meta.dirname, '..', 'local', 'inbox', 'page', 'base.css');
const report = join(import.meta.dirname, 'page', 'report.css');

const hashOf = ({ text }: Markup) => createHash('sha256').update(text).digest('base64');

interface Page {
  readonly title: string;
  readonly heading: string;
  /** Below the heading. */
  readonly lead: Markup;
  readonly main: Markup;
  /** Files of CSS and of the one script, beside what every report has. */
  readonly styles: readonly string[];
  readonly script: string;
}

/** A page that loads nothing and holds personal data: its policy lets its own script run, no other. */
export function pageOf({ title, heading, lead, main, styles, script: file }: Page): string {
  const script = read(file);
  // Frames follow the page's policy too: mails are styled inline, and show at most their own logo.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${[base, report, ...styles].map(read)}</style>
</head>
<body>
<header>
<h1>${heading}</h1>
${lead}
<p class="private"><strong>This page holds personal data.</strong> Delete it when you have read it.</p>
</header>
<main>
${main}
</main>
<script>${script}</script>
</body>
</html>
`.text;
}
