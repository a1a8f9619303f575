import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../functions/recognise/catalogue.ts';
import { normalise } from '../../functions/recognise/normalise.ts';
import { activitiesPage } from '../../tools/activities.ts';

test('docs/activities.md says what the catalogue says (npm run docs)', () => {
  const page = readFileSync(new URL('../../docs/activities.md', import.meta.url), 'utf8');
  expect(page).toBe(activitiesPage());
});

test('no activity stands in the catalogue twice', () => {
  const names = Object.values(catalogue).flatMap((entries) =>
    entries.map(({ activity }) => normalise(activity)),
  );
  expect(names).toHaveLength(new Set(names).size);
});
