import { expect, test } from 'vitest';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const soc = 'soc@contoso.example';
const adele = 'AdeleV@contoso.example';

/** The directory's row of a phone, by a service. */
const addPhone = () =>
  world.append('AdeleV', {
    activity: 'Update user',
    service: 'Core Directory',
    reason: null,
    properties: [['StrongAuthenticationUserDetails', '[{}]', '[{"PhoneNumber":"+1 5550100"}]']],
    by: null,
    app: {
      appId: null,
      displayName: 'Azure MFA StrongAuthenticationService',
      servicePrincipalId: 'sp',
      servicePrincipalName: null,
    },
  });

/** Isaiah, as rows name who acted. */
const administrator = () => {
  const { id, userPrincipalName } = world.simulator.directory.get('IsaiahL@contoso.example');
  return { id, userPrincipalName };
};

/** A phone, by a service, and an administrator's row of the same, twenty minutes late. */
async function play() {
  addPhone();
  const byAdministrator = {
    activity: 'Admin registered security info',
    reason: 'Admin registered phone method for user',
    by: administrator(),
  };
  world.append('AdeleV', byAdministrator, 20);
  await world.pass(30);
}
const told = () =>
  world.mails.map(({ recipients, raw }) => {
    const text = raw.replaceAll('=\r\n', '');
    return `${recipients.to[0]} ${text.includes('Administrator IsaiahL') ? 'administrator' : 'service'}`;
  });

test('an administrator’s row that comes after the mail is followed by a mail to the security team', async () => {
  world = await openWorld({ SECURITY_COPY: soc });
  await play();
  expect(told()).toEqual([`${adele} service`, `${soc} administrator`]);
  const text = world.mails[1]?.raw.replaceAll('=\r\n', '');
  expect(text).toContain('The user was told of this change before');
  const [row] = (await world.notifications()).filter(({ followUp }) => !followUp);
  expect(row?.changes[0]?.late).toMatchObject({ initiator: { kind: 'administrator' } });
});

test('where there is no security team, the user is told', async () => {
  world = await openWorld();
  await play();
  expect(told()).toEqual([`${adele} service`, `${adele} administrator`]);
});

test('two late rows of an administrator’s are followed by one, while nobody knows whether the mail went out', async () => {
  world = await openWorld({ SECURITY_COPY: soc });
  const time = world.time.toISOString().replace('Z', '0000Z');
  addPhone();
  world.simulator.faults.set('sendMail', { kind: '504', times: 6 });
  await world.pass(7);
  expect((await world.notifications()).map(({ state }) => state)).toEqual(['unknown']);
  for (const [activity, reason] of [
    ['Admin registered security info', 'Admin registered phone method for user'],
    ['Update user credentials', null],
  ] as const) {
    world.append('AdeleV', { time, activity, reason, by: administrator() });
    await world.poll();
  }
  await world.pass(30);
  expect(told()).toEqual([`${adele} service`, `${soc} administrator`]);
});
