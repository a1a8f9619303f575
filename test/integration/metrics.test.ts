import { expect, test } from 'vitest';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

/** The sums of what was measured; of seconds, the greatest. */
const measured = () => {
  const sums: Record<string, number> = {};
  for (const { metrics } of world.events) {
    for (const [name, value] of Object.entries((metrics ?? {}) as Record<string, number>)) {
      const before = sums[name] ?? 0;
      sums[name] = name.endsWith('_seconds') ? Math.max(before, value) : before + value;
    }
  }
  return sums;
};
const levels = (event: string) =>
  world.events.filter((one) => one.event === event).map(({ level }) => level);

test('what was read, recognised and told is counted', async () => {
  world = await openWorld();
  world.happen('userRegistersPasskey');
  world.happen('adminIssuesTemporaryAccessPass');
  world.happen('unparsable');
  world.append('AdeleV', { activity: 'User updated Verified Face Profile', reason: null });
  world.append('LidiaH', {}, 30);
  await world.pass(35);
  expect(measured()).toEqual({
    'audit.lag_seconds': 0,
    'audit.records': expect.any(Number),
    'changes.recognised': 4,
    'changes.unknown': 1,
    'records.unparsable': 1,
    'mail.sent': 4,
    'mail.delay_seconds': expect.any(Number),
  });
  expect(measured()['mail.delay_seconds']).toBeGreaterThanOrEqual(30 * 60);
  expect(measured()['mail.sent']).toBe(world.mails.length);
  const changes = world.events.filter(({ event }) => event === 'change.recognised');
  expect(changes).toHaveLength(4);
  expect(changes).toContainEqual({
    level: 'info',
    event: 'change.recognised',
    action: 'registered',
    method: 'temporaryAccessPass',
    initiator: 'administrator',
  });
  expect(world.events.find(({ event }) => event === 'activity.unknown')).toMatchObject({
    level: 'warn',
    activity: 'User updated Verified Face Profile',
  });
});

test('what fails is loud: a pause, a doubt, an address that is none', async () => {
  world = await openWorld();
  world.simulator.faults.set('sendMail', { kind: 'consentMissing' });
  world.append('AdeleV');
  await world.pass(3);
  expect(measured()['sender.paused']).toBeGreaterThan(0);
  expect(new Set(levels('sender.paused'))).toEqual(new Set(['error']));
  expect(measured()['mail.sent']).toBeUndefined();
  world.simulator.faults.set('sendMail', { kind: 'resetBefore', times: 1 });
  await world.pass(30);
  expect(measured()).toMatchObject({ 'mail.unknown': 1, 'mail.sent': 1 });
});

test('no line holds a name, an address or an IP', async () => {
  world = await openWorld({ SECURITY_COPY: 'soc@contoso.example' });
  world.happen('adminIssuesTemporaryAccessPass');
  world.happen('hostileName');
  world.happen('deletedUser');
  world.simulator.faults.set('sendMail', { kind: '503', times: 2 });
  await world.pass(15);
  expect(world.mails.length).toBeGreaterThan(1);
  const text = JSON.stringify(world.events);
  expect(text).not.toMatch(/@|contoso|adele|megan|isaiah|grady|bcc|203\.0\.113|2001:db8/i);
});
