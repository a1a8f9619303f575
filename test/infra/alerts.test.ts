import { describe, expect, test } from 'vitest';
import { settings } from '../../functions/config/config.ts';
import { withEventHubDefaults } from '../../functions/config/eventHub.ts';
import { parseNcrontab } from '../../functions/config/ncrontab.ts';
import { nextRuns } from '../../functions/config/nextRuns.ts';
import { example, ofType, type Resource, read } from './deployed.ts';

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
const metrics = new Set([...type.matchAll(/'([^']+)'/g)].map(([, name = '']) => name));

const prefix = 'Security info notifier: ';
const rulesOf = (name: string) =>
  ofType(name, 'Microsoft.Insights/scheduledQueryRules').map(alertOf);

/** An alert as Azure gets it. */
function alertOf({ name, properties }: Resource) {
  const { displayName, description, severity, windowSize, evaluationFrequency, criteria } =
    properties;
  const [{ query, operator, threshold }] = criteria.allOf;
  const [, waited = '', filter = ''] = /in \((.*?)\) \| where (.*)$/.exec(query) ?? [];
  return {
    name: name.replace(/-secinfo-.*$/, ''),
    title: displayName.slice(prefix.length) as string,
    description: description as string,
    filter,
    events: [...waited.matchAll(/"([^"]+)"/g)].map(([, event = '']) => event),
    severity: severity as number,
    operator: operator as string,
    threshold: threshold as number,
    window: minutes(windowSize),
    frequency: minutes(evaluationFrequency),
  };
}

const alerts = rulesOf('main');

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

  test('tell of each incident apart, and call nothing over that nobody knows to be', () => {
    const rules = ofType('main', 'Microsoft.Insights/scheduledQueryRules').map(
      ({ name, properties }) => ({ name: name.replace(/-secinfo-.*$/, ''), ...properties }),
    );
    expect(rules.filter((rule) => !rule.autoMitigate).map(({ name }) => name)).toEqual([
      'mail-failed',
      'mail-undeliverable',
      'look-failed',
      'message-poisoned',
      'bulk-change',
      'records-unparsable',
      'coverage-gap',
      'coverage-doubtful',
      'coverage-unread',
      'activity-unknown',
    ]);
    const split = rules.flatMap(({ name, criteria }) => {
      const [{ query, dimensions }] = criteria.allOf;
      if (dimensions.length === 0) return [];
      expect(dimensions).toEqual([{ name: 'incident', operator: 'Include', values: ['*'] }]);
      const [, incident = ''] = / extend incident = (.*?) \| where /.exec(query) ?? [];
      return [
        [name, [...incident.matchAll(/\bline\["(\w+)"\]/g)].map(([, field]) => field).join()],
      ];
    });
    expect(Object.fromEntries(split)).toEqual({
      'mail-failed': 'reference',
      'mail-undeliverable': 'reference',
      'look-failed': 'reference',
      'sender-paused': 'sender',
      'bulk-change': 'initiator',
      'ledger-unreadable': 'key',
      'permissions-drift': 'missing,broader,lost,senders,othersOpen',
      'activity-unknown': 'activity',
    });
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

  test('fire on too many lines, but for the poll and the sweep, of which there must be one', () => {
    const tooFew = alerts.filter(({ operator }) => operator === 'LessThan');
    // A sweep that fails has its own alert; one that is never heard of would have none.
    expect(tooFew.map(({ events: waited, threshold }) => [waited, threshold])).toEqual([
      [['poll.finished'], 1],
      [['sweep.finished', 'sweep.failed'], 1],
    ]);
    expect(alerts.every(({ threshold }) => threshold >= 0)).toBe(true);
  });

  test('say what happened and what to do first', () => {
    for (const { name, description, severity } of alerts) {
      expect(description.length, name).toBeGreaterThan(80);
      expect([1, 2, 3], name).toContain(severity);
    }
  });

  test('have a section in docs/operate.md', () => {
    const headings = read('docs/operate.md')
      .match(/^#+ .*$/gm)
      ?.map((line) => line.replace(/^#+ /, ''));
    for (const { title } of alerts) expect(headings).toContain(title);
  });
});

/** The most minutes between two runs of a schedule, over its next 100. */
function longestGap(schedule: string): number {
  const runs = nextRuns(parseNcrontab(schedule), new Date('2026-01-01T00:00:00Z'), 100);
  const gaps = runs.slice(1).map((run, at) => run.getTime() - (runs[at]?.getTime() ?? 0));
  return Math.max(...gaps) / 60_000;
}

describe.each(['main', 'events', 'settings'])('with the schedules of %s', (name) => {
  const { appSettings } = example(name).outputs;
  const given = Object.fromEntries(
    appSettings.map((one: { name: string; value: string }) => [one.name, one.value]),
  );
  const { POLL_SCHEDULE, SWEEP_SCHEDULE } = settings;
  const config = withEventHubDefaults(given);
  const poll = longestGap(String(POLL_SCHEDULE(config['POLL_SCHEDULE'])));
  const sweep = longestGap(String(SWEEP_SCHEDULE(config['SWEEP_SCHEDULE'])));
  const rule = (wanted: string) => {
    const found = rulesOf(name).find((one) => one.name === wanted);
    if (!found) throw new Error(wanted);
    return found;
  };

  test('a single late poll wakes nobody, and a poll that stopped does', () => {
    const { window, threshold, description } = rule('no-poll');
    // The line of a poll that ran in time arrives five minutes late at most.
    expect(window).toBeGreaterThanOrEqual(2 * poll + 5);
    expect(threshold).toBe(1);
    expect(description).toMatch(/was not read for (\d+ minutes|half an hour|an hour|.* hours):/);
  });

  test('sweeps that all fail are heard of, and one that fails is not', () => {
    const { window, threshold } = rule('sweeps-failing');
    expect(threshold + 1).toBeLessThanOrEqual(Math.floor(window / sweep));
    expect(threshold).toBeGreaterThan(0);
  });

  test('a sweep that is never heard of is, and one that was killed once is not', () => {
    expect(rule('no-sweep').window).toBeGreaterThanOrEqual(2 * sweep + 5);
  });

  test('tokens that nobody gets are heard of, however rarely they are asked for', () => {
    const { window, threshold } = rule('no-tokens');
    expect(threshold).toBe(poll > 10 ? 2 : poll > 3 ? 3 : 9);
    // In so many minutes of the window somebody asks.
    const from = new Date('2026-01-01T00:00:00Z');
    const schedules = [
      settings.POLL_SCHEDULE(config['POLL_SCHEDULE']),
      settings.SWEEP_SCHEDULE(config['SWEEP_SCHEDULE']),
      settings.COVERAGE_SCHEDULE(config['COVERAGE_SCHEDULE']),
    ];
    const asked = new Set(
      schedules
        .flatMap((schedule) => nextRuns(parseNcrontab(String(schedule)), from, 200))
        .map((run) => Math.floor((run.getTime() - from.getTime()) / 60_000))
        .filter((minute) => minute < window),
    );
    expect(asked.size).toBeGreaterThan(threshold);
  });

  test('a poll that lags is seen in each look', () => {
    expect(rule('audit-lag').window).toBeGreaterThan(poll);
  });
});

test('a schedule left blank is the default, to the alerts as to the app', () => {
  expect(rulesOf('private')).toEqual(alerts);
  const names = example('private').outputs['appSettings'].map((one: { name: string }) => one.name);
  expect(names).toEqual(['SENDER_MAILBOXES']);
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
  const [, count = '', unit = ''] = /^PT?(\d+)([DHM])$/.exec(duration) ?? [];
  return Number(count) * ({ D: 1440, H: 60 }[unit] ?? 1);
}
