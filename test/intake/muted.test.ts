import { expect, test } from 'vitest';
import { auditRow } from '../fixtures/rows.ts';
import { notify, parsed } from './story.ts';

// A user resets their own password, which is muted, while an administrator resets it. Each reset has a row with
// words and one of the directory, whose names of who acts may say nothing.

const at = (second: number) =>
  new Date(Date.UTC(2026, 10, 24, 11, 59, 0) + second * 1000).toISOString();
const administrator = { id: 'it', userPrincipalName: 'it@contoso.example' };
const service = { id: 'f', userPrincipalName: 'fim_password_service@support.onmicrosoft.com' };
const words = { service: 'Self-service Password Management', reason: 'Successfully completed.' };
const directory = { service: 'Core Directory', activity: 'Reset user password', reason: '' };

const rowsOf = (administrators: readonly [number, number], own: readonly [number, number]) => [
  auditRow({ ...directory, id: 'directory', time: at(administrators[0]), by: administrator }),
  auditRow({
    ...words,
    id: 'reset',
    activity: 'Reset password (by admin)',
    time: at(administrators[1]),
    by: administrator,
  }),
  auditRow({ ...directory, id: 'own directory', time: at(own[0]), by: service }),
  auditRow({
    ...words,
    id: 'own reset',
    activity: 'Reset password (self-service)',
    time: at(own[1]),
  }),
];

const orders = <T>(rest: readonly T[]): T[][] =>
  rest.length === 0
    ? [[]]
    : rest.flatMap((one) =>
        orders(rest.filter((other) => other !== one)).map((others) => [one, ...others]),
      );

test.each([
  [
    [0, 0.6],
    [4, 4.6],
  ],
  [
    [4, 4.6],
    [0, 0.6],
  ],
  [
    [0, 2],
    [1, 3],
  ],
  [
    [1, 3],
    [0, 2],
  ],
] as const)(
  'what an administrator does at %j is told beside what is muted at %j, whatever comes first',
  (administrators, own) => {
    for (const order of orders(rowsOf(administrators, own)))
      for (const size of [1, 2, 4])
        for (const pollSeconds of [1, 60]) {
          const starts = Array.from({ length: 4 / size }, (_, page) => page * size);
          const pages = starts.map((start) => parsed(order.slice(start, start + size)));
          const told = notify(pages, { pollSeconds })
            .filter(({ state }) => state !== 'suppressed')
            .flatMap(({ changes }) => changes.map((one) => `${one.auditId} ${one.initiator.kind}`));
          expect({ order: order.map(({ id }) => id), size, pollSeconds, told }).toMatchObject({
            told: [expect.stringMatching(/^(directory|reset) administrator$/)],
          });
        }
  },
);

test('a reset that users make as administrators of themselves is told, unless self-service says it was there', () => {
  const [alone] = [auditRow({ ...directory, time: at(0) })];
  const told = (rows: Parameters<typeof parsed>[0]) =>
    notify([parsed(rows)]).filter(({ state }) => state !== 'suppressed').length;
  expect(told([alone])).toBe(1);
  const beside = auditRow({ ...words, activity: 'Reset password (self-service)', time: at(1) });
  expect(told([alone, beside])).toBe(0);
  expect(told([auditRow({ ...directory, time: at(0), by: service })])).toBe(0);
});
