import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bracketed, code, read, root, strings } from './bicep.ts';

const docs = read('docs/events.md');
const section = (heading: string) => docs.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
const firstColumn = (rows: string) =>
  (rows.match(/^\| `.*?\|/gm) ?? []).flatMap((row) => row.match(/\w+\.\w+/g) ?? []);

const events = new Set([
  ...firstColumn(section('Act on these')),
  ...firstColumn(section('Good to know')),
]);
const errors = firstColumn(
  (section('Act on these').match(/^\| `.*?\| error.*$/gm) ?? []).join('\n'),
);
const [, type = ''] = /type Metric =([^;]+);/.exec(read('functions/log.ts')) ?? [];
const metrics = new Set(strings(type));

const text = code('infra/monitoring.bicep');
const list = bracketed(text, text.indexOf('[', text.indexOf('var alerts Alert[] =') + 18));
const alerts = [...list.matchAll(/^ {2}\{$/gm)].map(({ index }) => {
  const body = bracketed(list, index + 2);
  const property = (name: string) => new RegExp(`^ {4}${name}: (.*)$`, 'm').exec(body)?.[1] ?? '';
  const word = (name: string) => strings(property(name))[0] ?? '';
  return {
    name: word('name'),
    title: word('title'),
    description: word('description'),
    filter: word('filter'),
    events: strings(property('events')),
    severity: Number(property('severity')),
    operator: word('operator'),
    threshold: Number(property('threshold')),
    window: minutes(word('window')),
    frequency: minutes(word('frequency')),
  };
});

describe('the alerts', () => {
  test('are there, each under a name of its own', () => {
    expect(alerts.length).toBeGreaterThan(9);
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    expect(new Set(alerts.map(({ title }) => title)).size).toBe(alerts.length);
  });

  test('wait for events that the app says', () => {
    for (const alert of alerts) {
      expect(alert.events.length, alert.name).toBeGreaterThan(0);
      expect(
        alert.events.filter((event) => !events.has(event)),
        alert.name,
      ).toEqual([]);
    }
  });

  test('miss no event that is an error', () => {
    const heard = new Set(alerts.flatMap((alert) => alert.events));
    expect(errors.length).toBeGreaterThan(8);
    expect(errors.filter((event) => !heard.has(event))).toEqual([]);
  });

  test('look at metrics that there are', () => {
    for (const { filter } of alerts) expect(unknownMetrics(filter)).toEqual([]);
  });

  test('look longer than they wait, within what Azure Monitor allows', () => {
    const allowed = [1, 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440, 2880];
    for (const { name, window, frequency } of alerts) {
      expect(allowed, name).toContain(window);
      expect(allowed, name).toContain(frequency);
      expect(window, name).toBeGreaterThan(frequency);
    }
  });

  test('fire on too many lines, but for the poll, of which there must be one', () => {
    const tooFew = alerts.filter(({ operator }) => operator === 'LessThan');
    expect(tooFew.map(({ events: waited }) => waited)).toEqual([['poll.finished']]);
    expect(alerts.every(({ threshold }) => threshold >= 0)).toBe(true);
  });

  test('say what happened and what to do first', () => {
    for (const { name, description, severity } of alerts) {
      expect(description.length, name).toBeGreaterThan(80);
      expect([1, 2, 3], name).toContain(severity);
    }
  });

  test.runIf(existsSync(join(root, 'docs/operate.md')))('have a section in docs/operate.md', () => {
    const headings = read('docs/operate.md')
      .match(/^#+ .*$/gm)
      ?.map((line) => line.replace(/^#+ /, ''));
    for (const { title } of alerts) expect(headings).toContain(title);
  });
});

describe('the workbook', () => {
  interface Item {
    readonly type: number;
    readonly name: string;
    readonly content: { readonly query?: string; readonly title?: string };
  }
  const book = JSON.parse(read('infra/workbook.json')) as { readonly items: readonly Item[] };
  const queries = book.items.flatMap(({ content }) => content.query ?? []);

  test('has a title above every query, and names of its own', () => {
    expect(queries.length).toBeGreaterThan(5);
    expect(new Set(book.items.map(({ name }) => name)).size).toBe(book.items.length);
    for (const { content } of book.items) if (content.query) expect(content.title).toBeTruthy();
  });

  test('asks for events and metrics that there are', () => {
    for (const query of queries) {
      const named = [...query.matchAll(/"(\w+\.\w+)"(?!\])/g)].map(([, name = '']) => name);
      expect(named.filter((name) => !events.has(name))).toEqual([]);
      expect(unknownMetrics(query)).toEqual([]);
    }
  });

  test('asks the tables of the workspace, and for nothing that is not in the log', () => {
    for (const query of queries) expect(query.split('\n')[0]).toBe('AppTraces');
  });
});

function unknownMetrics(query: string): string[] {
  const named = [...query.matchAll(/metrics\["([^"]+)"\]/g)].map(([, name = '']) => name);
  expect(query.includes('metrics') ? named.length : 1).toBeGreaterThan(0);
  return named.filter((name) => !metrics.has(name));
}

function minutes(duration: string): number {
  const [, count = '', unit = ''] = /^PT(\d+)([HM])$/.exec(duration) ?? [];
  return Number(count) * (unit === 'H' ? 60 : 1);
}
