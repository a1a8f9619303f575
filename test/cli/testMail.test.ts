import { expect, test } from 'vitest';
import { sendTest } from '../../cli/doctor/testMail.ts';
import { type Permission, permissions } from '../../functions/permissions/needed.ts';
import type { Rooms } from '../../functions/rooms.ts';
import { graphId } from '../../local/graph/grants.ts';
import type { World } from '../integration/world.ts';
import { worlds } from '../integration/worlds.ts';

const openWorld = worlds();

/** The app is at work while the operator waits. */
const ask = (world: World, to: string, isRunning = true) => {
  const wait = async (ms: number) => {
    world.advance(ms / 1000);
    if (isRunning) await world.deliverDue();
  };
  const { config, graph, ledger, queue, now } = world;
  const rooms: Rooms = { config, graph, ledger, queue, now, wait };
  return sendTest(to, rooms);
};

test('a test mail goes the whole way, to the user alone, and says what it is', async () => {
  const world = await openWorld({
    SECURITY_COPY: 'soc@contoso.example',
    INCLUDED_USERS: 'nobody@contoso.example',
  });
  const finding = await ask(world, 'AdeleV@contoso.example');
  expect(finding).toMatchObject({ verdict: 'well' });
  const [mail, ...others] = world.mails;
  expect(others).toEqual([]);
  expect(mail?.subject).toMatch(/^Test: /);
  expect(mail?.recipients.to.concat(mail.recipients.cc)).toEqual(['AdeleV@contoso.example']);
  expect(mail?.raw).toContain('This is a test of these messages. Nothing was changed');
  expect(world.simulator.counts.methods).toBe(0);
});

test.each([
  [undefined, 'well', /^delivered \(/],
  ['filteredAsSpam', 'look', /junk/],
  ['quarantined', 'wrong', /^quarantined/],
] as const)(
  'where it arrived is said, where that may be asked: %s',
  async (arrival, verdict, says) => {
    const world = await openWorld();
    const { simulator } = world;
    const trace = (permissions as readonly Permission[]).find(
      (one) => one.option === 'messageTrace',
    );
    simulator.grants.add(graphId, trace?.id ?? '');
    if (arrival) simulator.mailboxes.arrivals.set('adelev@contoso.example', arrival);
    const finding = await ask(world, 'AdeleV@contoso.example');
    expect(finding).toMatchObject({ verdict, says: expect.stringMatching(says) });
  },
);

test('a test never stands for the real thing', async () => {
  const world = await openWorld();
  await ask(world, 'AdeleV@contoso.example', false);
  world.append('AdeleV', { activity: 'User registered security info', reason: 'passkey' });
  world.happen('userRegistersPasskey', { user: 'AdeleV@contoso.example' });
  await world.pass(4);
  const subjects = world.mails.map(({ subject }) => subject.startsWith('Test: '));
  expect(subjects.filter((isTest) => isTest)).toHaveLength(1);
  expect(subjects.filter((isTest) => !isTest).length).toBeGreaterThanOrEqual(1);
});

test.each([
  [
    'NoraNobody@contoso.example',
    {},
    'wrong',
    /^the directory has no user NoraNobody@contoso.example$/,
  ],
  ['AdeleV@contoso.example', { DRY_RUN: 'true' }, 'look', /DRY_RUN/],
])('how it ends is said: %s %o', async (to, settings, verdict, says) => {
  const world = await openWorld(settings);
  expect(await ask(world, to)).toMatchObject({ verdict, says: expect.stringMatching(says) });
  expect(world.mails).toEqual([]);
});

test('an app that does not run is found out', async () => {
  const world = await openWorld();
  const finding = await ask(world, 'AdeleV@contoso.example', false);
  expect(finding).toMatchObject({ verdict: 'wrong', fix: expect.stringMatching(/running/) });
  expect(finding.says).toContain('the app has not taken it up');
});
