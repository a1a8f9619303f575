import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settings } from '../../functions/config/config.ts';
import { settingsPage } from '../../tools/settings.ts';

test('docs/settings.md is made of the schema: npm run docs renews it', () => {
  const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
  expect(page).toBe(settingsPage());
});

test('says defaults, bounds and words as the schema has them', () => {
  const rows = new Map(
    settingsPage()
      .split('\n')
      .map((row) => [/^\| `(\w+)`/.exec(row)?.[1], row]),
  );
  for (const name of Object.keys(settings)) expect(rows.has(name), name).toBe(true);
  expect(rows.get('SENDER_MAILBOXES')).toContain('| *required* |');
  expect(rows.get('OVERLAP_MINUTES')).toMatch(/\| `60` \|.*From 1 to 4320 \|$/);
  expect(rows.get('COPY_MANAGER')).toContain('`always`, `risky`, `never`');
  expect(rows.get('DRY_RUN')).toContain('| `false` |');
});
