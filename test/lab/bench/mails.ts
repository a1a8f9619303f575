import type { Azurite } from '../../../local/azurite.ts';
import { CountedWorld } from './countedWorld.ts';
import { transactions } from './meter.ts';
import { atMost, type BenchRow, fact, short } from './row.ts';

/** How long a phone's mail may take from its poll, in minutes: it waits for other rows. */
const patience = 2;

/** What one lonely change asks for beyond an idle poll, and each of a burst. */
export async function mailRows(azurite: Azurite, crowd: number): Promise<BenchRow[]> {
  return [
    ...(await lonelyRows(azurite)),
    ...(await burstRows(azurite, crowd)),
    ...(await passkeyRows(azurite)),
  ];
}

/** A world that has sent before: table and queue are there. With what an idle poll of it asks for. */
async function settled(azurite: Azurite, settings: Record<string, string> = {}) {
  const counted = await CountedWorld.open(azurite, settings);
  counted.world.append('AlexW');
  await counted.world.poll();
  await counted.deliverFor(patience);
  // "Update user" is read every five minutes: now, and not again while this is counted.
  counted.world.advance(300);
  await counted.world.poll();
  counted.world.advance(60);
  const idle = await counted.count(() => counted.world.poll());
  counted.world.advance(60);
  return { counted, idle };
}

async function lonelyRows(azurite: Azurite): Promise<BenchRow[]> {
  const { counted, idle } = await settled(azurite);
  const { world } = counted;
  try {
    world.append('AdeleV');
    const poll = await counted.count(() => world.poll());
    const send = await counted.count(() => counted.deliverFor(patience));
    if (world.mails.length !== 2) throw new Error(`${world.mails.length} mails instead of 2`);
    return [
      fact('idle poll that reads rows again, table transactions', short(transactions(idle))),
      atMost('one change, Graph requests', 2, poll.graph - idle.graph + send.graph),
      atMost('one change, table transactions to send it', 3, transactions(send)),
      atMost('one change, queue messages', 1, poll.messages + send.messages),
      fact(
        'one change, table transactions to record it, alone',
        short(transactions(poll) - transactions(idle)),
      ),
    ];
  } finally {
    await counted.close();
  }
}

async function burstRows(azurite: Azurite, crowd: number): Promise<BenchRow[]> {
  const { counted, idle } = await settled(azurite, { MANAGER_COPIES_PER_DAY: '1000' });
  const { world } = counted;
  try {
    const sentBefore = world.mails.length;
    world.happen('burst', { count: crowd });
    world.advance(30);
    const poll = await counted.count(() => world.poll());
    const send = await counted.count(() => counted.deliverFor(patience + crowd / 50), crowd);
    const sent = world.mails.length - sentBefore;
    if (sent !== crowd) throw new Error(`${sent} mails instead of ${crowd}`);
    const messages = (poll.messages - idle.messages) / crowd + send.messages;
    const recording = (transactions(poll) - transactions(idle)) / crowd;
    const of = `of ${crowd} at once`;
    return [
      atMost(`each ${of}, Graph requests`, 2.01, (poll.graph - idle.graph) / crowd + send.graph),
      atMost(`each ${of}, table transactions to send it`, 3, transactions(send) - send.stateReads),
      atMost(`each ${of}, the same with looks at the plan`, 3.5, transactions(send)),
      atMost(`each ${of}, queue messages`, 1, messages),
      fact(`each ${of}, table transactions to record it`, short(recording)),
    ];
  } finally {
    await counted.close();
  }
}

async function passkeyRows(azurite: Azurite): Promise<BenchRow[]> {
  const { counted } = await settled(azurite);
  const { world } = counted;
  try {
    world.happen('userRegistersPasskey');
    world.advance(30);
    await world.poll();
    const send = await counted.count(() => counted.deliverFor(patience));
    return [fact('one passkey, Graph requests: which one was it?', short(send.graph))];
  } finally {
    await counted.close();
  }
}
