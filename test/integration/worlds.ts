import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { World, type WorldParts } from './world.ts';

/**
 * For the tests of one file: one storage emulator, on which each test opens its worlds. They are closed
 * after it.
 */
export function worlds(): (
  settings?: Record<string, string>,
  parts?: WorldParts,
) => Promise<World> {
  let azurite: Azurite;
  let open: World[] = [];
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterEach(async () => {
    for (const world of open) await world.close();
    open = [];
  });
  afterAll(() => azurite.stop());
  return async (settings, parts) => {
    const world = await World.open(azurite, settings, parts);
    open.push(world);
    return world;
  };
}
