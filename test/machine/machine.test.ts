import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { settings, steps } from './fate.ts';
import { Stage } from './stage.ts';

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

const stories = Number(process.env['STORIES'] ?? 350);

test('whatever happens to processes, storage and Exchange, everybody is told, and by the rules', async () => {
  let moved = 0;
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.array(steps, { maxLength: 150, size: 'max' }),
      async (setting, story) => {
        const stage = new Stage(azurite, setting);
        await stage.open();
        for (const step of story) {
          await stage.play(step);
          expect(stage.referee.violations).toEqual([]);
        }
        await stage.close();
        expect(stage.referee.violations).toEqual([]);
        moved += stage.moved;
      },
    ),
    { numRuns: stories, ...(process.env['SEED'] && { seed: Number(process.env['SEED']) }) },
  );
  console.log({ moved });
}, 120_000);
