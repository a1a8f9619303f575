import { expect, test } from 'vitest';
import { explainRow } from '../../functions/ledger/explainRow.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const rules = { muted: new Set<string>(), extra: new Set<string>() };
const newPhone = {
  activity: 'Update user',
  service: 'Core Directory',
  reason: null,
  properties: [
    ['StrongAuthenticationUserDetails', '[{"PhoneNumber":null}]', '[{"PhoneNumber":"+1 5550100"}]'],
  ],
} as const;
const licence = { ...newPhone, properties: [['LastDirSyncTime', '"a"', '"b"']] } as const;
const updateUserRequests = () =>
  world.simulator.requests.filter(
    ({ query }) => query.includes("eq%20'Update%20user'") || query.includes('Update%20user%27'),
  ).length;

test('a phone that only "Update user" tells of is told within minutes, and never stored otherwise', async () => {
  world = await openWorld();
  world.append('AdeleV', newPhone);
  world.append('AlexW', licence);
  await world.pass(8);
  expect(world.mails.map(({ recipients }) => recipients.to[0])).toEqual(['AdeleV@contoso.example']);
  const { seen } = await world.ledger.readRange('2020-01-01T00:00:00', '2030-01-01T00:00:00');
  expect(seen.size).toBe(1);
});

test('what can’t be read of it is said once, and kept in the ledger', async () => {
  world = await openWorld();
  const cut = ['StrongAuthenticationMethod', '[]', '[{"MethodType":6},{"Metho'] as const;
  world.append('AdeleV', { ...newPhone, properties: [cut] });
  world.append('AlexW', { ...newPhone, properties: [cut, ...newPhone.properties] });
  await world.pass(30);
  const said = world.events.filter(({ event }) => event === 'property.unread');
  expect(said).toHaveLength(2);
  const ids = world.simulator.audit.all().map(({ id }) => id);
  expect(said.map(({ auditId }) => auditId).sort()).toEqual(ids.sort());
  expect(said.map(({ properties }) => properties)).toEqual(Array(2).fill(cut[0]));
  // The phone beside it is told.
  expect(world.mails.map(({ recipients }) => recipients.to[0])).toEqual(['AlexW@contoso.example']);
  const { seen } = await world.ledger.readRange('2020-01-01T00:00:00', '2030-01-01T00:00:00');
  expect(seen.size).toBe(2);
});

test('it is asked for at most every five minutes, or never where WATCH_UPDATE_USER is false', async () => {
  world = await openWorld();
  const before = updateUserRequests();
  await world.pass(20);
  expect(updateUserRequests() - before).toBeLessThanOrEqual(4);
  expect(updateUserRequests() - before).toBeGreaterThan(2);
  await world.close();
  world = await openWorld({ WATCH_UPDATE_USER: 'false' });
  world.append('AdeleV', newPhone);
  await world.pass(8);
  expect(updateUserRequests()).toBe(0);
  expect(world.mails).toEqual([]);
});

test('a tick that comes some milliseconds early does not put it off by a minute', async () => {
  world = await openWorld();
  const before = updateUserRequests();
  for (let minute = 1; minute <= 20; minute += 1) {
    world.advance(minute % 5 === 0 ? 59.997 : 60);
    await world.poll();
  }
  expect(updateUserRequests() - before).toBe(4);
});

test('beside the named row of the same phone it is merged silently', async () => {
  world = await openWorld();
  world.append('AdeleV', newPhone);
  world.append('AdeleV', { reason: 'User registered Mobile Phone SMS' });
  await world.pass(8);
  expect(world.mails).toHaveLength(1);
});

test('every row can be explained, from its words to who was told', async () => {
  world = await openWorld();
  world.happen('adminIssuesTemporaryAccessPass', { user: 'AdeleV@contoso.example' });
  await world.pass(3);
  const rows = world.simulator.audit.all();
  const main = rows.find(({ activityDisplayName }) => activityDisplayName.startsWith('Admin reg'));
  const story = await explainRow(main, rules, world.ledger);
  expect(story.explanation).toMatchObject({
    parsed: true,
    activity: 'admin registered security info',
    listed: { activity: 'Admin registered security info', telling: 'always' },
    named: { method: 'temporaryAccessPass', source: 'resultReason' },
    initiator: { kind: 'administrator' },
    verdict: 'change',
    changes: [{ action: 'registered', method: 'temporaryAccessPass' }],
  });
  expect(story.notification).toMatchObject({
    state: 'sent',
    outcome: 'user told; manager in copy',
  });
  expect(story.notification?.group).toHaveLength(2);
  const broken = await explainRow({ id: 7 }, rules, world.ledger);
  expect(broken.explanation).toMatchObject({
    parsed: false,
    reason: expect.stringMatching(/^id: /),
  });
});
