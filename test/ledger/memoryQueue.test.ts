import { expect, test } from 'vitest';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 9, 0, second));
const row = (key: string) => ({ day: '2026-11-24', key });
const keys = (messages: readonly { readonly row: { readonly key: string } }[]) =>
  messages.map(({ row: { key } }) => key);

async function filled(): Promise<MemoryQueue> {
  const queue = new MemoryQueue();
  await queue.enqueue([
    { row: row('late'), at: at(9) },
    { row: row('first'), at: at(1) },
    { row: row('second'), at: at(1) },
  ]);
  return queue;
}

test('gives what is visible, by time and then by arrival, to one receiver alone', async () => {
  const queue = await filled();
  expect(queue.receive(at(0))).toEqual([]);
  expect(keys(queue.receive(at(1), 1))).toEqual(['first']);
  expect(keys(queue.receive(at(1)))).toEqual(['second']);
  expect(queue.receive(at(8))).toEqual([]);
  expect(queue.size).toBe(3);
});

test('gives again what was put back or left in hand, and counts', async () => {
  const queue = await filled();
  const [first, second] = queue.receive(at(1));
  if (!first || !second) throw new Error('nothing was visible');
  queue.release(first, at(4));
  queue.abandon(at(3));
  expect(queue.receive(at(2))).toEqual([]);
  expect(queue.receive(at(4))).toEqual([
    { row: row('second'), at: at(3), count: 2 },
    { row: row('first'), at: at(4), count: 2 },
  ]);
});

test('forgets what was handled, and what is lost before anybody had it', async () => {
  const queue = await filled();
  for (const message of queue.receive(at(1))) queue.remove(message);
  const [late] = queue.messages;
  if (late) queue.remove(late);
  queue.abandon(at(9));
  expect(queue.size).toBe(0);
});
