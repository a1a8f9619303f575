import type { Azurite } from '../../../local/azurite.ts';
import { CountedWorld } from './countedWorld.ts';
import { type Counts, transactions } from './meter.ts';
import { atMost, type BenchRow, fact, short } from './row.ts';

/** What polls and sweeps ask for while nothing happens. */
export async function idleRows(azurite: Azurite): Promise<BenchRow[]> {
  const counted = await CountedWorld.open(azurite);
  const { world } = counted;
  const minute = () => {
    world.advance(60);
    return world.poll();
  };
  try {
    await minute();
    const idle = await counted.count(minute);
    const hour = await counted.count(async () => {
      for (let minutes = 0; minutes < 60; minutes += 1) await minute();
    }, 60);
    const sweep = await counted.count(() => world.sweep());
    return [
      atMost('idle poll, Graph requests', 1, idle.graph),
      atMost('idle poll, table transactions', 1, transactions(idle)),
      atMost('idle poll, table writes', 0, idle.tableWrites),
      fact('a poll in a quiet hour, average', said(hour)),
      fact('the first sweep of a quiet day', said(sweep)),
    ];
  } finally {
    await counted.close();
  }
}

const said = ({ graph, tableReads, tableWrites }: Counts) =>
  `${short(graph)} Graph, ${short(tableReads)} reads, ${short(tableWrites)} writes`;
