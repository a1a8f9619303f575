import type { Azurite } from '../../../local/azurite.ts';
import { CountedWorld } from './countedWorld.ts';
import { type Counts, transactions } from './meter.ts';
import { monthRows } from './month.ts';
import { atMost, type BenchRow, fact, short } from './row.ts';

/** Four to send it and two to record it, at most: the rows below say how many it was. */
const mailTransactions = 6;

/** What polls and sweeps ask for while nothing happens. */
export async function idleRows(azurite: Azurite): Promise<BenchRow[]> {
  const counted = await CountedWorld.open(azurite);
  const { world } = counted;
  /** As often as the app does by default. */
  const turn = () => {
    world.advance(15);
    return world.poll();
  };
  try {
    await turn();
    const idle = await counted.count(turn);
    const hour = await counted.count(async () => {
      for (let turns = 0; turns < 240; turns += 1) await turn();
    }, 240);
    const first = await counted.count(() => world.sweep());
    world.advance(600);
    const later = await counted.count(() => world.sweep());
    return [
      atMost('idle poll, Graph requests', 1, idle.graph),
      atMost('idle poll, table transactions', 1, transactions(idle)),
      atMost('idle poll, table writes', 0, idle.tableWrites),
      fact('a poll in a quiet hour, average', said(hour)),
      fact('the first sweep of a quiet day', said(first)),
      fact('every other sweep of it', said(later)),
      ...monthRows({
        poll: transactions(hour),
        sweep: transactions(later),
        firstSweep: transactions(first),
        mail: mailTransactions,
      }),
    ];
  } finally {
    await counted.close();
  }
}

const said = ({ graph, tableReads, tableWrites }: Counts) =>
  `${short(graph)} Graph, ${short(tableReads)} reads, ${short(tableWrites)} writes`;
