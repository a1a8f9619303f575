import type { Graph } from '../../../functions/graph/client.ts';
import type { Rooms } from '../../../functions/rooms.ts';
import type { Life } from './virtualClock.ts';
import type { VirtualQueue } from './virtualQueue.ts';

/** Who is dead asks for nothing and hears no answer; what was asked of Exchange happens all the same. */
export const mortalGraph = (door: Graph, { sleep }: Life): Graph => ({
  ...door,
  async get(...request) {
    await sleep(0);
    try {
      return await door.get(...request);
    } finally {
      await sleep(0);
    }
  },
  async sendMail(...mail) {
    await sleep(0);
    try {
      await door.sendMail(...mail);
    } finally {
      await sleep(0);
    }
  },
});

/** Who is dead enqueues nothing. */
export const mortalQueue = (queue: VirtualQueue, { sleep }: Life): Rooms['queue'] => ({
  async enqueue(messages) {
    await sleep(0);
    await queue.enqueue(messages);
    await sleep(0);
  },
});
