import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStale, locateEntries } from '../../../local/host/entries.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'entries-'));
  write('package.json', 1, JSON.stringify({ main: 'dist/functions/{b,a}.js' }));
  write('tsconfig.json', 1);
  write('functions/a.ts', 1);
  write('functions/mail/words.ts', 1);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, minute: number, text = ''): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const time = new Date(Date.UTC(2026, 0, 1, 0, minute));
  utimesSync(file, time, time);
}

test('the entries are what package.json names', () => {
  write('dist/functions/a.js', 2);
  write('dist/functions/b.js', 2);
  write('dist/functions/other.js', 2);
  expect(locateEntries(root)).toEqual([
    join(root, 'dist', 'functions', 'a.js'),
    join(root, 'dist', 'functions', 'b.js'),
  ]);
});

test('without entries a build is due', () => {
  expect(isStale(root)).toBe(true);
});

test('a build is due when a source changed, and not because of what the build writes', () => {
  write('dist/functions/a.js', 2);
  write('templates/compiled.ts', 3);
  expect(isStale(root)).toBe(false);
  write('templates/words/en.json', 3);
  expect(isStale(root)).toBe(true);
});
