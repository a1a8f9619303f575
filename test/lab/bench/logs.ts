import type { Azurite } from '../../../local/azurite.ts';
import { type LoggedEvent, World } from '../../integration/world.ts';
import { type BenchRow, fact, short } from './row.ts';

/** As `eventLog` writes it: the level is not part of the line. */
const lineOf = ({ level: _, ...line }: LoggedEvent) => JSON.stringify(line);

const sizeOf = (events: readonly LoggedEvent[]) => ({
  lines: events.length,
  bytes: events.reduce((sum, event) => sum + Buffer.byteLength(lineOf(event)), 0),
});

/** How many, and how long are the lines that the app itself writes. */
export async function logRows(azurite: Azurite): Promise<BenchRow[]> {
  const world = await World.open(azurite);
  const written = async (work: () => Promise<unknown>) => {
    const before = world.events.length;
    await work();
    return sizeOf(world.events.slice(before));
  };
  const crowd = 20;
  try {
    world.advance(60);
    const idle = await written(() => world.poll());
    world.happen('burst', { count: crowd });
    world.advance(30);
    const recorded = await written(() => world.poll());
    const sent = await written(() => world.pass(3));
    const polls = { lines: 3 * idle.lines, bytes: 3 * idle.bytes };
    const each = {
      lines: (recorded.lines - idle.lines + sent.lines - polls.lines) / crowd,
      bytes: (recorded.bytes - idle.bytes + sent.bytes - polls.bytes) / crowd,
    };
    return [
      fact('log of an idle poll', `${idle.lines} line, ${idle.bytes} bytes`),
      fact(
        'log of a change and its mail',
        `${short(each.lines)} lines, ${short(each.bytes)} bytes`,
      ),
    ];
  } finally {
    await world.close();
  }
}
