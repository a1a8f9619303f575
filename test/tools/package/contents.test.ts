import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { languageTags } from '../../../functions/languages.ts';
import { texts } from '../../../templates/compiled.ts';
import { loadedWith } from '../../../tools/package/bundle.ts';
import { packageFolder } from '../../../tools/package/notices.ts';
import { makePackage, root, type TestPackage } from './unpacked.ts';

let made: TestPackage;
beforeAll(async () => {
  made = await makePackage();
});
afterAll(() => made.remove());

const text = (name: string) => readFileSync(join(made.folder, name), 'utf8');
const packages = () => [...new Set(made.sources.flatMap((path) => packageFolder(path) ?? []))];

describe('the package', () => {
  test('holds these files at its root, and the zip the same', () => {
    const names = ['LICENSE', 'THIRD_PARTY_NOTICES.txt', 'host.json', 'main.js', 'package.json'];
    const all = readdirSync(made.folder).sort();
    expect(all.filter((name) => !/^part-[A-Z0-9]{8}\.c?js$|^words-/.test(name))).toEqual(names);
    const zipped = Object.entries(unzipSync(readFileSync(made.zip)));
    expect(zipped.map(([name]) => name)).toEqual(all);
    for (const [name, bytes] of zipped) {
      expect(readFileSync(join(made.folder, name)).equals(bytes), name).toBe(true);
    }
  });

  test('is the same, byte by byte, whenever and wherever it is made of the same sources', async () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    const again = await makePackage();
    vi.unstubAllEnvs();
    expect(readFileSync(again.zip).equals(readFileSync(made.zip))).toBe(true);
    again.remove();
  });

  test('stays small', () => {
    expect(statSync(made.zip).size).toBeLessThan(3_000_000);
    // What it is now, and a tenth more: a library that slips in shows here.
    expect(statSync(made.zip).size).toBeLessThan(1_010_000);
    const bytes = [...made.parts.values()].reduce((sum, { code }) => sum + code.length, 0);
    expect(bytes).toBeLessThan(4_100_000);
  });

  test('has nothing to install, and a version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(JSON.parse(text('package.json'))).toEqual({
      name: 'security-info-notifier',
      version,
      license: 'MIT',
      type: 'module',
      main: 'main.js',
      engines: { node: '>=22.3' },
    });
    expect(text('host.json')).toBe(readFileSync(join(root, 'host.json'), 'utf8'));
  });
});

describe('the bundle', () => {
  test('is made of the functions, their templates, and libraries that run in Azure', () => {
    const { packages: locked } = JSON.parse(
      readFileSync(join(root, 'package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { dev?: true } | undefined> };
    const own = made.sources.filter((path) => !packageFolder(path));
    const strange = own.filter((path) => !/^functions\/|^templates\/compiled\.ts$/.test(path));
    expect(strange).toEqual([]);
    expect(packages().length).toBeGreaterThan(10);
    const notDeployed = packages().filter((folder) => !locked[folder] || locked[folder].dev);
    expect(notDeployed).toEqual([]);
  });

  test('holds neither the compiler of templates nor the languages of zod', () => {
    const compiler = made.sources.filter((path) => /handlebars\/.*(compiler|parser)/.test(path));
    expect(compiler).toEqual([]);
    const locales = made.sources.filter((path) => path.includes('/locales/'));
    expect(locales).toEqual(['node_modules/zod/v4/locales/en.js']);
  });

  test('imports what Node and the Functions worker have, and what `debug` does without', () => {
    const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    const others = made.imports.filter((name) => !builtin.has(name));
    expect(others).toEqual(['@azure/functions-core', 'supports-color']);
    // Whatever else is imported as a module, Node reads all of its properties.
    const statements = [...made.parts.keys()].flatMap((name) =>
      [...text(name).matchAll(/^(?:import .*|\}) from ["']([^"'.][^"']*)["'];$/gm)].map(
        ([, from]) => from,
      ),
    );
    expect([...new Set(statements)]).toEqual(['node:module']);
  });

  test('is of one byte a character, in memory too', () => {
    const code = [...made.parts.keys()].filter((name) => !name.endsWith('.json'));
    const wide = code.filter((name) => /[\u0080-\uffff]/.test(text(name)));
    expect(wide).toEqual([]);
  });

  test('says nothing of the machine that made it', () => {
    const all = [...made.parts.keys()].map(text).join('\n');
    for (const path of [root, realpathSync(join(root, 'node_modules')), made.folder]) {
      expect(all).not.toContain(path);
    }
  });

  /** What only a page with rows needs. */
  const forRows = ['functions/intake/recordPage.ts', 'functions/recognise/recognise.ts'];
  /** What only some runs need: another queue message, an identity outside Azure, a proxy, very many rows. */
  const later = [
    '@azure/storage-queue',
    '@azure/identity',
    'msal',
    'http-proxy-agent',
    'https-proxy-agent',
    'node_modules/debug/',
    '@formatjs/intl-localematcher',
    'zod/v4/core/compile.js',
    '@typespec/ts-http-runtime/dist/esm/client/getClient.js',
  ];

  const isLoaded = (wanted: string, together: ReadonlySet<string>) =>
    [...together].some((name) =>
      [...(made.parts.get(name)?.sources.keys() ?? [])].some((source) => source.includes(wanted)),
    );

  test('has the words of each language in a file of their own, and a poll in few parts', () => {
    const found = [...made.parts.keys()].flatMap(
      (name) => /^words-(.+)\.json$/.exec(name)?.[1] ?? [],
    );
    expect(found).toEqual(languageTags);
    const german = JSON.parse(text('words-de.json')) as object;
    expect(german).toEqual(JSON.parse(texts['de'] ?? ''));
    const all = [...made.parts.keys()].filter((name) =>
      text(name).includes(JSON.stringify(german)),
    );
    expect(all).toEqual(['words-de.json']);
    expect(loadedWith(made, 'main.js').size).toBeLessThanOrEqual(3);
    expect(loadedWith(made, 'functions/runs/poll.ts').size).toBeLessThanOrEqual(6);
  });

  test('registers the functions with next to nothing, whichever of them the process is for', () => {
    const registering = loadedWith(made, 'main.js');
    const own = [...registering].flatMap((name) => [...(made.parts.get(name)?.sources ?? [])]);
    const owners = new Set(own.flatMap(([path]) => packageFolder(path)?.split('/').at(1) ?? []));
    expect([...owners].sort()).toEqual(['@azure', 'cookie']);
    expect(own.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(265_000);
  });

  test.each([
    [
      'functions/runs/poll.ts',
      ['templates/', 'nodemailer', 'handlebars', 'authenticators.json', ...forRows],
    ],
    [
      'functions/runs/receive.ts',
      ['templates/', 'nodemailer', 'handlebars', 'authenticators.json', ...forRows],
    ],
    [
      'functions/runs/sweep.ts',
      ['templates/', 'nodemailer', 'handlebars', 'authenticators.json', ...forRows],
    ],
    [
      'functions/runs/coverage.ts',
      ['templates/', 'nodemailer', 'handlebars', 'authenticators.json', 'functions/intake/'],
    ],
    ['functions/runs/settle.ts', ['templates/', 'nodemailer', 'functions/recognise/recognise.ts']],
    ['functions/runs/send.ts', forRows],
  ])('has %s load its own part alone', (run, others) => {
    const together = loadedWith(made, run);
    expect(isLoaded(run, together)).toBe(true);
    for (const other of [...others, ...later]) expect(isLoaded(other, together), other).toBe(false);
    // Each of them is there: a path that has changed would be loaded by nobody.
    for (const other of [...others, ...later]) {
      expect(
        made.sources.some((source) => source.includes(other)),
        other,
      ).toBe(true);
    }
  });
});

test('the notices hold a licence of every package in the bundle', () => {
  const notices = text('THIRD_PARTY_NOTICES.txt').split(`${'-'.repeat(80)}\n`);
  for (const folder of packages()) {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const notice = notices.find((part) => part.startsWith(`${name} ${version} (`));
    expect(notice, name).toMatch(/permission|redistribut|apache license/i);
    expect(notice, name).toMatch(/copyright/i);
  }
});
