import { operatorCredential } from '../../cli/operator.ts';
import { type Rehearsal, rehearse } from '../../cli/rehearse/rehearse.ts';
import type { World } from '../integration/world.ts';

/** When a world begins. */
const worldBegins = new Date('2026-11-24T09:00:00.000Z');

/** A rehearsal of what happened in a world. Storage is where nobody answers. */
export const rehearsed = (
  world: World,
  settings: Record<string, string> = {},
  kept = 50,
): Promise<Rehearsal> =>
  rehearse(
    {
      GRAPH_BASE_URL: world.simulator.url,
      AzureWebJobsStorage:
        'AccountName=dead;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:9/;QueueEndpoint=http://127.0.0.1:9/;',
      ...settings,
    },
    worldBegins,
    {
      credential: operatorCredential(),
      now: world.now,
      wait: world.wait,
      progress: () => undefined,
      kept,
    },
  );
