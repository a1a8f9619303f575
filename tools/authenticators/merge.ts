import type { Authenticators } from '../../functions/passkeys/authenticator.ts';
import { advisoryLines } from './advisories.ts';
import { placeOf } from './place.ts';
import { readSources, type Sources, sourceNames } from './sources.ts';

/** The head of the file: what it holds, and to whom it is owed. */
const about = [
  'Authenticators by AAGUID, merged by tools/authenticators.ts. Not edited by hand.',
  'models: by the source of their name, and by where they keep passkeys, if the lists tell.',
  'Where lists disagree, the maker’s own statement counts: the name in the FIDO Metadata Service comes first, then the sources in the order below. An id that a program made for tests shows is a program, whatever else it is called. Where a model keeps passkeys is the rule of tools/authenticators/place.ts.',
  'testRecords: entries that a maker made in the FIDO Metadata Service for tests, not for a product.',
];

/** Merges the lists in a folder. Throws what `readSources` throws, and for a status without advisory. */
export async function mergeAuthenticators(folder: string): Promise<Authenticators> {
  const sources = await readSources(folder);
  const { names, programs, affected } = sources;
  const models = [...names].filter(([id]) => !programs.has(id));
  refuseUntold(sources);
  const advisories = advisoryLines.map(({ status: _, ...line }) => ({
    ...line,
    models: (typeof line.models === 'string' ? affected : line.models).toSorted(),
  }));
  return {
    about,
    sources: sourceNames,
    models: grouped(models, ([id, [first]]) => ({
      path: [first?.source ?? '', placeOf(id, sources) ?? 'untold'],
      id,
      name: first?.name ?? '',
    })),
    testRecords: models.flatMap(([id, [first]]) => (isTest(first?.name) ? [id] : [])).sort(),
    programs: grouped([...programs], ([id, { name, source }]) => ({ path: [source], id, name })),
    advisories,
  };
}

/** A warning of the FIDO Metadata Service must be told: its day stands in no list that we read. */
function refuseUntold({ statements }: Sources): void {
  const told = new Set(
    advisoryLines.flatMap(({ models, status }) =>
      typeof models === 'string' ? [] : models.map((id) => `${id} ${status}`),
    ),
  );
  const untold = [...statements].filter(
    ([id, { status }]) => status !== '' && !told.has(`${id} ${status}`),
  );
  if (untold.length === 0) return;
  const named = untold.map(([id, { status }]) => `${id} is ${status}`).join(', ');
  throw new Error(`${named}: add a line to tools/authenticators/advisories.ts`);
}

const isTest = (name = '') => /\bDUMMY\b/.test(name);

type Tree = { [key: string]: Tree | string };

/** Puts names into groups, and groups into their order: the same sources give the same text. */
function grouped<T, G>(
  items: readonly T[],
  where: (item: T) => {
    readonly path: readonly string[];
    readonly id: string;
    readonly name: string;
  },
): G {
  const tree: Tree = {};
  for (const { path, id, name } of items.map(where)) {
    let group = tree;
    for (const key of path) {
      group[key] ??= {};
      group = group[key] as Tree;
    }
    group[id] = name;
  }
  return inOrder(tree) as G;
}

const inOrder = (tree: Tree | string): Tree | string =>
  typeof tree === 'string'
    ? tree
    : Object.fromEntries(
        Object.keys(tree)
          .sort()
          .map((key) => [key, inOrder(tree[key] ?? '')]),
      );

/** The text of `authenticators.json`: one name a line, so that a reviewer sees what changed. */
export const written = (data: Authenticators): string =>
  `${JSON.stringify(data, null, 2).replace(/\[\n\s+("[^"]*")\n\s+\]/g, '[$1]')}\n`;
