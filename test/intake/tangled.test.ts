import { describe, expect, test } from 'vitest';
import { adele, auditRow } from '../fixtures/rows.ts';
import { notify, parsed } from './story.ts';

// One person registers two phones within seconds. The log has a row of the method's service and one of the
// directory for each, and lists them when it likes.

const at = (second: number) =>
  new Date(Date.UTC(2026, 10, 24, 11, 59, 0) + second * 1000).toISOString();

const named = (id: string, second: number) => auditRow({ id, time: at(second), target: adele });
const directory = (id: string, second: number, from: string | null, to: string) =>
  auditRow({
    id,
    time: at(second),
    service: 'Core Directory',
    activity: 'Update user',
    reason: '',
    properties: [
      [
        'StrongAuthenticationUserDetails',
        JSON.stringify([{ PhoneNumber: from }]),
        JSON.stringify([{ PhoneNumber: to }]),
      ],
    ],
  });

const all = {
  'user 1': directory('user 1', 0, null, '+1 2005550100'),
  'phone 1': named('phone 1', 0.6),
  'user 2': directory('user 2', 4, '+1 2005550100', '+1 2005550101'),
  'phone 2': named('phone 2', 4.6),
};
type Name = keyof typeof all;
const names = Object.keys(all) as Name[];

const orders = (rest: readonly Name[]): Name[][] =>
  rest.length === 0
    ? [[]]
    : rest.flatMap((one) =>
        orders(rest.filter((other) => other !== one)).map((others) => [one, ...others]),
      );

/** What is told of these pages: of each change its audit id and second. */
const told = (pages: readonly (readonly Name[])[], pollSeconds: number) =>
  notify(
    pages.map((page) => parsed(page.map((name) => all[name]))),
    { pollSeconds },
  )
    .filter(({ state, followUp }) => state !== 'suppressed' && !followUp)
    .flatMap(({ changes }) => changes)
    .map(({ auditId, time }) => `${auditId} ${(Date.parse(time) - Date.parse(at(0))) / 1000}`)
    .toSorted();

describe('two phones of one person, four seconds apart, are told each once, by an id and at a time of its own:', () => {
  const own = [/^(user 1 0|phone 1 0.6)$/, /^(user 2 4|phone 2 4.6)$/];
  const check = (lines: readonly string[]) => {
    const found = lines.map((line) => own.findIndex((one) => one.test(line)));
    expect({ lines, found: found.toSorted() }).toMatchObject({ found: [0, 1] });
  };

  test.each([1, 20, 60, 600])('whatever comes first, a row a poll, a poll each %i s', (seconds) => {
    for (const order of orders(names))
      check(
        told(
          order.map((name) => [name]),
          seconds,
        ),
      );
  });

  test.each([1, 20, 60, 600])('whatever comes first, two by two, a poll each %i s', (seconds) => {
    for (const order of orders(names)) check(told([order.slice(0, 2), order.slice(2)], seconds));
  });

  test('the row of the first 87 s after all others', () => {
    for (const name of names) {
      const others = names.filter((other) => other !== name);
      for (const [pages, seconds] of [
        [[others, [name]], 87],
        [[others, [], [], [name]], 29],
      ] as const)
        check(told(pages, seconds));
    }
  });

  test('a third one, in any order', () => {
    const three = {
      ...all,
      'user 3': directory('user 3', 8, '+1 2005550101', '+1 2005550102'),
      'phone 3': named('phone 3', 8.6),
    };
    for (const order of orders(Object.keys(three) as Name[])) {
      const pages = order.map((name) => parsed([three[name]]));
      const ids = notify(pages, { pollSeconds: 60 }).flatMap(({ changes }) =>
        changes.map(({ auditId }) => auditId.at(-1)),
      );
      expect({ order, ids: ids.toSorted() }).toMatchObject({ ids: ['1', '2', '3'] });
    }
  });

  test('the second alone, where the app first ran between them', () => {
    for (const seconds of [1, 20, 60, 600])
      for (const order of orders(names)) {
        const pages = order.map((name) => parsed([all[name]]));
        const ids = notify(pages, { pollSeconds: seconds, startedAt: at(2) })
          .filter(({ state }) => state !== 'suppressed')
          .flatMap(({ changes }) => changes.map(({ auditId }) => auditId));
        expect({ order, seconds, ids }).toMatchObject({ ids: [expect.stringMatching(/ 2$/)] });
      }
  });
});
