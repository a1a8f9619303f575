#!/bin/sh
# mjml 5.4.1.
# Expected: <mjml lang="ar" dir="rtl"> gives a mail that reads from right to left, as `dir` does in HTML.
# Seen: the root element has dir="rtl", and inline styles within it take that back: sections are direction:ltr,
# so that columns stand from left to right, and texts are text-align:left. Each component has to be told again,
# and no error says so.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error mjml@5.4.1
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import mjml2html from 'mjml';

const { html, errors } = await mjml2html(
  `<mjml lang="ar" dir="rtl"><mj-body><mj-section><mj-column><mj-text>السلام</mj-text></mj-column>
   <mj-column><mj-text>عليكم</mj-text></mj-column></mj-section></mj-body></mjml>`,
  { validationLevel: 'strict' },
);
const styles = [...new Set(html.match(/(?<![\w-])(direction|text-align):\w+/g))];
console.log(html.match(/<html[^>]*?dir="\w+"/)[0], styles);
assert.match(html, /<html lang="ar" dir="rtl"/);
assert.ok(styles.includes('direction:ltr') && styles.includes('text-align:left'));
assert.ok(!styles.includes('direction:rtl') && !styles.includes('text-align:right'));
assert.deepEqual(errors, []);
JS
node see.mjs
