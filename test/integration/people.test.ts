import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { World } from './world.ts';

let azurite: Azurite;
let world: World;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => world.close());
afterAll(() => azurite.stop());

const group = (number: number) => `c0a70500-7e4a-4c1d-9b6e-${String(number).padStart(12, '0')}`;
const pilot = group(204);
const sharedDevices = group(205);

const told = () => world.mails.flatMap(({ recipients }) => recipients.to).sort();
const endings = async () =>
  (await world.notifications()).map(({ state, outcome }) => `${state}: ${outcome}`).sort();

describe('who is told by setting', () => {
  test('is nobody outside a pilot, and excluded wins', async () => {
    world = await World.open(azurite, {
      INCLUDED_USERS: 'miriam*@contoso.example',
      INCLUDED_GROUPS: pilot,
      EXCLUDED_GROUPS: sharedDevices,
    });
    for (const user of ['AdeleV', 'AlexW', 'MiriamG', 'DiegoS']) world.append(user);
    await world.pass(2);
    expect(told()).toEqual(['AdeleV@contoso.example', 'MiriamG@contoso.example']);
    expect(await endings()).toEqual([
      'sent: user told; manager in copy',
      'sent: user told; manager in copy',
      'suppressed: excluded (EXCLUDED_GROUPS)',
      'suppressed: not in the pilot (INCLUDED_*)',
    ]);
    expect(world.simulator.counts.memberGroups).toBe(4);
  });

  test('is everybody but those excluded by name, without asking for groups', async () => {
    world = await World.open(azurite, { EXCLUDED_USERS: 'ADELE*' });
    for (const user of ['AdeleV', 'DiegoS']) world.append(user);
    await world.pass(2);
    expect(told()).toEqual(['DiegoS@contoso.example']);
    expect(await endings()).toContain('suppressed: excluded (EXCLUDED_USERS)');
    expect(world.simulator.counts.memberGroups).toBe(0);
  });

  test.each(['429', '503', 'consentMissing'] as const)(
    'waits while groups cannot be checked (%s), and loses nothing',
    async (kind) => {
      world = await World.open(azurite, { EXCLUDED_GROUPS: sharedDevices });
      world.simulator.faults.set('memberGroups', { kind });
      for (const user of ['AdeleV', 'JoniS']) world.append(user);
      await world.pass(3);
      expect(told()).toEqual([]);
      const [row] = await world.notifications();
      expect(row).toMatchObject({ state: 'pending', attempts: 0 });
      expect(row?.deferrals).toBeGreaterThan(0);
      world.simulator.faults.clear();
      await world.pass(16);
      expect(told()).toEqual(['AdeleV@contoso.example']);
      expect(await endings()).toContain('suppressed: excluded (EXCLUDED_GROUPS)');
    },
  );
});
