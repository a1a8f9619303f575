#!/bin/sh
# mjml 5.4.1.
# Expected: what stands where no text may stand, between two components, is kept, or said to be wrong: a layout
# that is filled by a template language has its statements there. A misspelt component is an error.
# Seen: text between components is left out without a word, also by the strict validation; within a component,
# and in mj-raw, it stays. So a loop over rows becomes one row, always.
set -eu
cd "$(mktemp -d)" && npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error mjml@5.4.1
cat >see.mjs <<'JS'
import assert from 'node:assert/strict';
import mjml2html from 'mjml';

const column = (content) =>
  `<mjml><mj-body><mj-section><mj-column>${content}</mj-column></mj-section></mj-body></mjml>`;
const strictly = (content) => mjml2html(column(content), { validationLevel: 'strict' });
const statements = ({ html }) => html.match(/\{\{.*?\}\}/g);

const between = await strictly('{{#each rows}}<mj-text>{{name}}</mj-text>{{/each}}');
console.log('between components:', statements(between), between.errors);
assert.deepEqual(statements(between), ['{{name}}']);
assert.deepEqual(between.errors, []);

const raw = await strictly(
  '<mj-raw>{{#each rows}}</mj-raw><mj-text>{{name}}</mj-text><mj-raw>{{/each}}</mj-raw>',
);
console.log('in mj-raw:', statements(raw), raw.errors);
assert.deepEqual(statements(raw), ['{{#each rows}}', '{{name}}', '{{/each}}']);

await assert.rejects(async () => strictly('<mj-txt>x</mj-txt>'), /mj-txt/);
JS
node see.mjs
