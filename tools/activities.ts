import { propertyAccompanies } from '../functions/recognise/accompanies.ts';
import { catalogue } from '../functions/recognise/catalogue.ts';
import type { CatalogueEntry, Telling } from '../functions/recognise/catalogueEntry.ts';

const tellings: Readonly<Record<Telling, string>> = {
  always: '**yes**',
  companion: '**yes**, with its fuller row',
  ifChanged: '**if** its properties show a change',
  optional: 'with `EXTRA_ACTIVITIES`',
  never: 'no',
};

const row = ({
  activity,
  telling,
  action,
  method,
  why,
  accompanies = [],
}: CatalogueEntry): string => {
  const what = telling === 'never' ? '' : `${method ?? 'as it says'}, ${action ?? 'as it says'}`;
  return `| ${activity} | ${tellings[telling]} | ${what} | ${accompanies.join(' · ')} | ${why} |`;
};

/** What "Update user" accompanies, by the property that changed. */
const propertyRows = () =>
  Object.entries(propertyAccompanies).map(
    ([property, activities]) => `| ${property} | ${activities.join(' · ')} |`,
  );

/** The page `activities.md`, made from the catalogue: `npm run docs` writes it. */
export function activitiesPage(): string {
  const sections = Object.entries(catalogue).map(([service, entries]) =>
    [
      `## ${service}`,
      '',
      '| activity | told? | method, action | accompanies | why |',
      '|---|---|---|---|---|',
      ...entries.map(row),
    ].join('\n'),
  );
  const properties = [
    '## "Update user", by the property that changed',
    '',
    '| property | accompanies |',
    '|---|---|',
    ...propertyRows(),
  ].join('\n');
  return `${[head, ...sections, properties].join('\n\n')}\n`;
}

const head = `# Audit activities: what is told, and what isn't

Made from \`functions/recognise/catalogue.ts\` by \`npm run docs\`. A \`*\` stands for any ending. Names are
compared without case, final full stop and kinds of dash; the service is a hint, not a key.

- Only rows whose result is *success*, or not said, are told, and none whose reason says *started*,
  *failed*, *cancelled* or *reviewed*.
- *As it says*: the method is read from the detail AuthenticationMethod, else from the reason, the
  activity or the modified properties; the action from the reason's verb.
- An activity of Authentication Methods or Azure MFA that is not listed here, and that changes
  something about a user, is told with its own words and the method *unknown*.
- "User registered security info" that names no method is written on silent renewals, too. It waits
  for a row that names one, then for a look at the user's methods (optional permission
  \`UserAuthenticationMethod.Read.All\`); confirmed by neither, it is recorded as suppressed.
- *Accompanies*: the other activities that have a row for the same change. Rows are taken for one change
  where one accompanies the other, or both accompany a third; within 30 seconds, or a minute with one
  correlation id; with methods and actions that fit; and by the same maker, or one of the two by a
  service that only records. Each change takes one row of a kind: two rows of one activity are two
  changes, unless one repeats the other under the same correlation id, or says *passkey*, *Fido* or
  *Microsoft Authenticator* in other words. Where the opposite was done in between, they are not one. An id of zeros is none:
  apps without one are counted.
- \`MUTED_ACTIVITIES\` silences any of them, with the rows that accompany it. A user's own reset by
  self-service is known by who wrote it, so the directory's row of it is silenced with "Reset password (self-service)".
  Where an administrator resets their own password otherwise, Entra mails nothing, and it is told.`;
