import { expect, test } from 'vitest';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const soc = 'soc@contoso.example';
const adele = 'AdeleV@contoso.example';
const toWhom = () => world.mails.map(({ recipients }) => recipients.to[0]);
const pass = () => world.happen('adminIssuesTemporaryAccessPass', { user: adele });

/** Lets time pass quickly: only what is due is handled. */
async function wait(hours: number) {
  for (let step = 0; step < hours * 4; step += 1) {
    world.advance(15 * 60);
    await world.deliverDue();
  }
}

test('whoever is deleted and restored is told then; the security team is told at once', async () => {
  world = await openWorld({ SECURITY_COPY: soc });
  const { id } = world.simulator.directory.get(adele);
  pass();
  world.simulator.directory.softDelete(adele);
  await world.pass(2);
  expect(toWhom()).toEqual([soc]);
  await world.pass(18);
  world.simulator.directory.restore(id);
  await world.pass(20);
  expect(toWhom()).toEqual([soc, adele]);
  const rows = await world.notifications();
  expect(rows.map(({ state, followUp = 'own' }) => `${state} ${followUp}`).sort()).toEqual([
    'sent gone',
    'sent own',
  ]);
});

test('whoever stays away is looked for for a month, less and less often, then nobody is', async () => {
  world = await openWorld();
  world.append('AlexW');
  pass();
  world.simulator.directory.remove(adele);
  await world.pass(20);
  const looks = () =>
    world.simulator.requests.filter(({ path }) => path.includes('/users/')).length;
  const before = looks();
  await wait(29 * 24);
  const [row] = (await world.notifications()).filter(({ gone }) => gone);
  expect(row).toMatchObject({ state: 'pending', attempts: 0 });
  expect(looks() - before).toBeLessThan(60);
  expect(row?.steps.length).toBeLessThan(10);
  await wait(3 * 24);
  expect(await world.stateOf(row ?? { day: '', key: '' })).toMatchObject({
    state: 'undeliverable',
    outcome: { reason: 'userDeleted' },
  });
  expect(toWhom()).toEqual(['AlexW@contoso.example']);
});
