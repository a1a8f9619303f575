import { catalogue } from '../functions/recognise/catalogue.ts';
import type { CatalogueEntry, Telling } from '../functions/recognise/catalogueEntry.ts';

const tellings: Readonly<Record<Telling, string>> = {
  always: '**yes**',
  companion: '**yes**, with its fuller row',
  ifChanged: '**if** its properties show a change',
  optional: 'with `EXTRA_ACTIVITIES`',
  never: 'no',
};

const row = ({ activity, telling, action, method, why }: CatalogueEntry): string => {
  const what = telling === 'never' ? '' : `${method ?? 'as it says'}, ${action ?? 'as it says'}`;
  return `| ${activity} | ${tellings[telling]} | ${what} | ${why} |`;
};

/** The page `activities.md`, made from the catalogue: `npm run docs` writes it. */
export function activitiesPage(): string {
  const sections = Object.entries(catalogue).map(([service, entries]) =>
    [
      `## ${service}`,
      '',
      '| activity | told? | method, action | why |',
      '|---|---|---|---|',
      ...entries.map(row),
    ].join('\n'),
  );
  return `${[head, ...sections].join('\n\n')}\n`;
}

const head = `# Audit activities: what is told, and what isn't

Made from \`functions/recognise/catalogue.ts\` by \`npm run docs\`. A \`*\` stands for any ending. Names are
compared without case, final full stop and kinds of dash; the service is a hint, not a key.

- Only rows with the result *success* are told, and none whose reason says *started*, *failed*,
  *cancelled* or *reviewed*.
- *As it says*: the method is read from the detail AuthenticationMethod, else from the reason, the
  activity or the modified properties; the action from the reason's verb.
- An activity of Authentication Methods or Azure MFA that is not listed here, and that changes
  something about a user, is told with its own words and the method *unknown*.
- "User registered security info" that names no method is written on silent renewals, too. It waits
  for a row that names one, then for a look at the user's methods (optional permission
  \`UserAuthenticationMethod.Read.All\`); confirmed by neither, it is recorded as suppressed.
- \`MUTED_ACTIVITIES\` silences any of them, with the other rows of the same change.`;
