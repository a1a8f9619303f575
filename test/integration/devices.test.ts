import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { userRegistersDevice } from '../../local/preview/rows.ts';
import { verdictOf } from '../fixtures/recognised.ts';
import { World } from './world.ts';

let azurite: Azurite;
let world: World | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(async () => {
  await world?.close();
  world = undefined;
});
afterAll(() => azurite.stop());

const recipe =
  'Register device,Unregister device,Add registered owner to device,Remove registered owner from device';

const scene = { person: 'AdeleV@contoso.example', script: userRegistersDevice };

describe('a registered device', () => {
  test('is told where the settings ask for it, once for both of its rows, as the user’s own', async () => {
    world = await World.open(azurite, { EXTRA_ACTIVITIES: recipe });
    world.simulator.perform(scene);
    await world.pass(15);
    const subjects = world.mails.map(({ subject }) => subject);
    expect(subjects).toEqual([expect.stringMatching(/^Device registered: AdeleV/)]);
    const [row] = await world.notifications();
    expect(row?.changes).toMatchObject([{ method: 'device', initiator: { kind: 'self' } }]);
  });

  test('is not told without them', async () => {
    world = await World.open(azurite);
    world.simulator.perform(scene);
    await world.pass(15);
    expect(world.mails).toEqual([]);
    expect(await world.notifications()).toEqual([]);
  });

  test('of nobody is no fault', () => {
    const row = {
      service: 'Device Registration Service',
      activity: 'Register device',
      reason: '',
      target: null,
      by: null,
    };
    expect(verdictOf(row, [], ['register device'])).toMatchObject({ kind: 'noise' });
    const own = { ...row, by: { id: 'c0a70500-7e4a-4c1d-9b6e-000000000002' } };
    expect(verdictOf(own, [], ['register device'])).toMatchObject({
      kind: 'change',
      changes: [{ action: 'registered', method: 'device', initiator: { kind: 'self' } }],
    });
    expect(verdictOf(own)).toMatchObject({ kind: 'noise' });
  });
});
