import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { GraphFailure } from '../functions/graph/failure.ts';
import { endReasons, waitReasons } from '../functions/ledger/reason.ts';
import { loudly } from '../functions/log.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const page = read('docs/events.md');
const sources = globSync('functions/**/*.ts', { cwd: root }).map(read).join('\n');

/** Names in the first column of the tables under a heading. */
const listed = (heading: string) => {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const rows = section.split('\n## ')[0]?.match(/^\| `.*?\|/gm) ?? [];
  return rows.flatMap((row) => row.match(/[\w]+\.\w+/g) ?? []);
};

test('every event has a line in docs/events.md, and the other way round', () => {
  const written = [
    ...sources.matchAll(/\b(?:log|consoleLog)\(\s*(?:'\w+'|\w+),\s*'([\w.]+)'/g),
  ].map(([, name]) => name);
  const composed = [
    ...[...sources.matchAll(/loudly\('(\w+)'/g)].map(([, name]) => `${name}.failed`),
    ...['sent', 'pending', 'unknown', 'failed', 'undeliverable', 'suppressed'].map(
      (state) => `mail.${state}`,
    ),
  ];
  const documented = [...listed('Act on these'), ...listed('Good to know')];
  expect(new Set(documented)).toEqual(new Set([...written, ...composed]));
  expect(documented.length).toBe(new Set(documented).size);
});

test('every metric has one, too', () => {
  const [, type = ''] = /type Metric =([^;]+);/.exec(sources) ?? [];
  expect(new Set(listed('Metrics'))).toEqual(new Set(type.match(/[\w]+\.\w+/g)));
});

test('every reason has one, beside the state that it leads to', () => {
  const [, section = ''] = page.split('## Reasons\n');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| ([a-z ]+) \| (`.*?`) \|/gm)];
  const said: Record<string, string[]> = {};
  for (const [, state = '', codes = ''] of rows) {
    said[state] = [...(said[state] ?? []), ...(codes.match(/\w+/g) ?? [])];
  }
  const { 'no notification': none, 'not final': waits, ...ended } = said;
  expect(ended).toEqual(endReasons);
  expect(waits).toEqual([...waitReasons]);
  expect(none).toEqual(['noTarget']);
});

test('every kind of failure has a line, which says whether to try again', () => {
  const [, type = ''] = /type FailureKind =([^;]+);/.exec(sources) ?? [];
  const kinds = type.match(/\w+/g) as ConstructorParameters<typeof GraphFailure>[0][];
  const [, section = ''] = page.split('## Why a request failed\n');
  const rows = section.split('\n## ')[0]?.matchAll(/^\| `(\w+)` \|.*? \| (yes|no) \|/gm) ?? [];
  const said = [...rows].map(([, kind, retry]) => [kind, retry === 'yes'] as const);
  expect(new Map(said)).toEqual(
    new Map<string | undefined, boolean>(kinds.map((kind) => [kind, new GraphFailure(kind).retry])),
  );
  expect(kinds.length).toBeGreaterThan(4);
});

test('a run that fails says so in one event, by codes alone, and still fails', async () => {
  const events: unknown[] = [];
  const error = Object.assign(new Error('adele@contoso.com not found'), {
    name: 'RestError',
    statusCode: 503,
    code: 'ServerBusy',
  });
  const work = () => Promise.reject(error);
  const thrown = await loudly('poll', (...event) => events.push(event), work).catch(
    (failure: Error) => failure,
  );
  expect(thrown).toMatchObject({ message: 'poll failed: RestError 503 ServerBusy' });
  const shown = inspect(thrown, { showHidden: true, depth: 9 });
  expect(shown).not.toContain('adele');
  expect(shown).toContain('events.test.ts');
  expect(events).toEqual([
    ['error', 'poll.failed', { error: 'RestError', status: 503, code: 'ServerBusy' }],
  ]);
});

test('a time-out is told by its name, not by a number', async () => {
  const events: unknown[] = [];
  const work = () => Promise.reject(new DOMException('over', 'TimeoutError'));
  await loudly('poll', (...event) => events.push(event), work).catch(() => {});
  expect(events).toEqual([['error', 'poll.failed', { error: 'TimeoutError' }]]);
});
