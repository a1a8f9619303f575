import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const files = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: ['templates/compiled.ts'] }).sort();

/** The rooms in the order in which data walks through them. */
const rooms = [
  'config',
  'graph',
  'recognise',
  'audit',
  'ledger',
  'pacing',
  'intake',
  'people',
  'passkeys',
  'mail',
  'send',
  'permissions',
  'coverage',
];

/** What lies beside the rooms and every room may use. */
const leaves = [
  'atMost',
  'clock',
  'compile',
  'intl',
  'languages',
  'log',
  'once',
  'putLast',
  'retry',
  'storageRefusal',
].map((name) => `functions/${name}.ts`);

/** What the build makes of the words: the mail's, and nobody's to its left. */
const generated = 'templates/compiled.ts';

const importsOf = (file: string) =>
  [...read(file).matchAll(/(?:from |import |import\()'(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );
const sources = files('functions/**/*.ts');
const everything = [...sources, ...files('{cli,local,tools,templates,test}/**/*.ts')];
const imports = new Map(everything.map((file) => [file, importsOf(file)]));
/** What a function does when it is called, loaded then: it wires the rooms together, as its trigger file once did. */
const isRun = (file: string) => file.startsWith('functions/runs/');
const roomOf = (file: string) => {
  if (file === generated) return 'mail';
  return isRun(file) ? undefined : /^functions\/([^/]+)\//.exec(file)?.[1];
};

/** Everything that a file imports, directly or not. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  for (const next of imports.get(file) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reach(next, seen);
  }
  return seen;
}

describe('the house', () => {
  test('has no room that reaches a room to its right, a trigger, or what is not deployed', () => {
    const wrong = sources.flatMap((file) => {
      const from = leaves.includes(file) ? -1 : rooms.indexOf(roomOf(file) ?? '');
      if (roomOf(file) !== undefined) expect(rooms, file).toContain(roomOf(file));
      // Triggers and `rooms.ts` wire the rooms together: they may reach all of them.
      if (roomOf(file) === undefined && !leaves.includes(file)) return [];
      return [...reach(file)]
        .filter((target) => {
          if (leaves.includes(target)) return false;
          const room = roomOf(target);
          return room === undefined || rooms.indexOf(room) > from;
        })
        .map((target) => `${file} reaches ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('has no import circle', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.push([...path, file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of everything) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('exports only what another file imports', () => {
    // Vitest itself calls what is to be done before the tests.
    const used = new Set(['templates/build.ts setup']);
    for (const file of everything) {
      for (const { target, names } of namesImported(file)) {
        for (const name of names) used.add(`${target} ${name}`);
      }
    }
    const dead = everything.flatMap((file) =>
      file === generated || used.has(`${file} *`)
        ? []
        : namesExported(file)
            .map((name) => `${file} ${name}`)
            .filter((name) => !used.has(name)),
    );
    expect(dead).toEqual([]);
  });

  test('registers functions in its six trigger files alone, which hold no logic', () => {
    const registering = everything
      // What can't be started is registered once, so that the worker says why.
      .filter((file) => file !== 'functions/appStart.ts')
      .filter((file) => !file.startsWith('test/'))
      .filter((file) => /\bapp\.(timer|storageQueue|eventHub|http)\(/.test(read(file)));
    expect(registering).toEqual([
      'functions/checkCoverage.ts',
      'functions/pollAuditLog.ts',
      'functions/receiveAuditEvents.ts',
      'functions/sendNotification.ts',
      'functions/settlePoison.ts',
      'functions/sweepLedger.ts',
    ]);
    for (const file of registering) expect(read(file).split('\n').length).toBeLessThan(40);
    for (const file of sources.filter(isRun))
      expect(read(file).split('\n').length).toBeLessThan(40);
  });

  test('has its triggers load what they do when they are called, not before', () => {
    const triggers = sources.filter((file) => /^functions\/\w+\.ts$/.test(file));
    const early = triggers.filter((file) => /from '\.\/runs\//.test(read(file)));
    expect(early).toEqual([]);
  });

  test('starts from a fresh clone: what is run unbuilt imports nothing that a build makes', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const entries = Object.values(scripts).flatMap((script) => {
      const [, entry] = /^exec node (\S+\.ts)/.exec(script) ?? [];
      return entry ?? [];
    });
    expect(entries).toContain('local/start.ts');
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [];
      if (file === 'templates/compiled.ts') return [[...path, file].join(' -> ')];
      const found = [
        ...read(file).matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm),
      ];
      for (const [, target = ''] of found) {
        const [first] = visit(normalize(join(dirname(file), target)), [...path, file]);
        if (first) return [first];
      }
      return [];
    };
    expect(entries.flatMap((entry) => visit(entry, []))).toEqual([]);
  });

  test('escapes everything: no template asks for raw markup', () => {
    for (const file of files('templates/*.{mjml,hbs}')) {
      expect(read(file), relative(root, file)).not.toMatch(/\{\{\{|\{\{&/);
    }
  });

  test('keeps what runs at build or test time out of the deployed code', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
    const deployed = new Set(Object.keys(dependencies));
    for (const file of sources) {
      for (const [, name = ''] of read(file).matchAll(/from '([^.'][^']*)'/g)) {
        if (name.startsWith('node:')) continue;
        const parts = name.split('/');
        const owner = parts.slice(0, name.startsWith('@') ? 2 : 1).join('/');
        expect(deployed, file).toContain(owner);
      }
    }
  });

  test('runs functions on the queue that the poison queue belongs to', () => {
    const { queues } = hostJson().extensions;
    expect(queues.messageEncoding).toBe('base64');
    expect(queues.visibilityTimeout).not.toBe('00:00:00');
  });

  test('takes no more events at once than the smallest instance has memory for', () => {
    // An event holds a megabyte at most. The bench measures 140 MB without events and up to 40 more
    // for each; half of 512 MB is the Functions host's.
    const { maxEventBatchSize } = hostJson().extensions.eventHubs;
    expect(maxEventBatchSize).toBeGreaterThan(0);
    expect(140 + maxEventBatchSize * 40).toBeLessThan(256);
  });

  test('gets the extension that reads queues, and loses no line of its log', () => {
    const { extensionBundle, logging } = hostJson();
    expect(extensionBundle.id).toBe('Microsoft.Azure.Functions.ExtensionBundle');
    expect(logging.logLevel.default).toBe('Information');
    const { excludedTypes } = logging.applicationInsights.samplingSettings;
    // Lines of the log are traces, and alerts and metrics are made of them.
    expect(excludedTypes.split(';')).toEqual(expect.arrayContaining(['Trace', 'Exception']));
  });
});

const namesExported = (file: string): string[] => {
  const declared =
    /^export (?:async |abstract )?(?:const|function\*?|class|interface|type|enum) (\w+)/gm;
  const listed = /^export (?:type )?\{([^}]*)\}/gm;
  return [
    ...[...read(file).matchAll(declared)].map(([, name = '']) => name),
    ...[...read(file).matchAll(listed)].flatMap(([, list = '']) => namesIn(list, 1)),
  ];
};

/** Each import of a file of ours, with the names it takes: `*` where it takes all. */
const namesImported = (file: string): { target: string; names: string[] }[] => {
  const wanted =
    /(?:import|export)\s+(?:type\s+)?(?:\{([^}]*)\}|\*[\w\s]*)\s+from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'/g;
  return [...read(file).matchAll(wanted)].map(([, list, path = '', dynamic = path]) => ({
    target: normalize(join(dirname(file), dynamic)),
    names: list === undefined ? ['*'] : namesIn(list, 0),
  }));
};

/** The names in the braces of an import or export: the one there (0), or the one that it gets (1). */
const namesIn = (list: string, side: 0 | 1): string[] =>
  list
    .split(',')
    .map((one) => one.trim().replace(/^type /, ''))
    .filter((one) => one !== '')
    .map((one) => one.split(' as ').at(side && -1) ?? one);

interface HostJson {
  readonly extensionBundle: { readonly id: string };
  readonly extensions: {
    readonly eventHubs: { readonly maxEventBatchSize: number };
    readonly queues: { readonly messageEncoding: string; readonly visibilityTimeout: string };
  };
  readonly logging: {
    readonly logLevel: { readonly default: string };
    readonly applicationInsights: { readonly samplingSettings: { readonly excludedTypes: string } };
  };
}

const hostJson = () => JSON.parse(read('host.json')) as HostJson;
