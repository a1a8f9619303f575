import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root });
const files = globSync('**/*.*', {
  cwd: root,
  exclude: ['node_modules/**', 'dist/**', '.git/**'],
});
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** As GitHub makes an anchor of a heading. */
const anchors = (page: string) =>
  new Set(
    [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

describe.each(pages)('%s', (page) => {
  test('links to what is there', () => {
    const dead = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)].filter(
      ([, path, anchor]) => {
        const target = path ? join(dirname(page), path) : page;
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !anchors(target).has(anchor);
      },
    );
    expect(dead.map(([link]) => link)).toEqual([]);
  });

  // The changelog tells of files that are gone; settings files are everybody's own, the notices the package's.
  test.skipIf(page === 'CHANGELOG.md')('names files that there are', () => {
    const others = ['local.settings.json', 'THIRD_PARTY_NOTICES.txt'];
    const named = [
      ...read(page).matchAll(
        /`([\w./-]+\.(?:bicep|bicepparam|css|hbs|json|mjml|mjs|ps1|sh|ts|tsv|txt))`/g,
      ),
    ].map(([, name = '']) => name);
    const isThere = (name: string) => files.some((file) => `/${file}`.endsWith(`/${name}`));
    expect(named.filter((name) => !others.includes(name) && !isThere(name))).toEqual([]);
  });

  test('names commands that there are', () => {
    const named = [...read(page).matchAll(/\bnpm run (?!-)(\w+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('the plan of the house names every leaf that its rooms may use', () => {
  const [, said = ''] =
    /the leaves beside them: (.*?)\. The six/s.exec(read('docs/architecture.md')) ?? [];
  const [, known = ''] = /const leaves = \[(.*?)\]/s.exec(read('test/house.test.ts')) ?? [];
  const names = (text: string) => (text.match(/\w+(?=\.ts`|')/g) ?? []).sort();
  expect(names(said)).toEqual(names(known));
  expect(names(known).length).toBeGreaterThan(5);
});

test('the operating guide gives a reason for every choice in host.json', () => {
  const { extensions, logging, functionTimeout } = JSON.parse(read('host.json')) as {
    extensions: { queues: object };
    logging: object;
    functionTimeout: string;
  };
  expect(functionTimeout).toBe('00:10:00');
  const names = [...Object.keys(extensions.queues), ...Object.keys(logging)];
  const section = read('docs/operate.md').split('## host.json')[1]?.split('\n## ')[0] ?? '';
  const missing = names.filter((name) => !section.includes(name) && name !== 'applicationInsights');
  expect(missing).toEqual([]);
});
