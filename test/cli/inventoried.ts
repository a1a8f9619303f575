import { afterEach } from 'vitest';
import { type Inventory, takeInventory, type Wanted } from '../../cli/inventory/inventory.ts';
import { operatorCredential } from '../../cli/operator.ts';
import { equipContoso } from '../../local/graph/contosoMethods.ts';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';

/** A Contoso that can be asked, on a clock that only waiting moves. */
export interface AskedTenant {
  readonly simulator: Simulator;
  /** Lines that were said beside the result. */
  readonly said: string[];
  readonly now: () => Date;
  take(wanted?: Partial<Wanted>): Promise<Inventory>;
}

const running: Simulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

/** People with the methods that they have in the local tenant. */
export async function askedTenant(): Promise<AskedTenant> {
  let time = Date.parse('2026-11-24T09:00:00.000Z');
  const now = () => new Date(time);
  const simulator = await startSimulator({ now });
  running.push(simulator);
  equipContoso(simulator.passkeys);
  const said: string[] = [];
  return {
    simulator,
    said,
    now,
    take: (wanted = {}) =>
      takeInventory(
        { GRAPH_BASE_URL: simulator.url },
        { users: [], groups: [], details: 'passkeys', lastUsed: false, ...wanted },
        {
          credential: operatorCredential(),
          now,
          wait: async (ms) => {
            time += ms;
          },
          progress: () => undefined,
          say: (line) => said.push(line),
        },
      ),
  };
}
