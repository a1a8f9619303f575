import assert from 'node:assert/strict';
import type { FaultRow } from './row.ts';
import { outOfOrder } from './tableRows.ts';
import { asks, first } from './tap.ts';

const group = 'Queue storage';

export const queueRows: readonly FaultRow[] = [
  {
    name: 'out of reach for five minutes',
    group,
    run: (stage) => outOfOrder(stage, [stage.queueTap], 'break', 5),
  },
  {
    name: 'a message stored, its answer lost: it is there twice',
    group,
    async run(stage) {
      stage.queueTap.rule = first(asks.toEnqueue, 'loseAnswer', 3);
      stage.changes();
      await stage.poll();
      assert.ok(stage.queue.messages.length > 1);
      await stage.minutes(10);
    },
  },
  {
    name: 'each message delivered twice at once',
    group,
    async run(stage) {
      stage.changes();
      stage.world.advance(10);
      await stage.poll();
      for (const { row, at } of [...stage.queue.messages]) stage.queue.put(row, at);
      await stage.minutes(10);
    },
  },
  {
    name: 'each message delivered again after its row was settled',
    group,
    async run(stage) {
      stage.changes();
      stage.world.advance(10);
      await stage.poll();
      const messages = [...stage.queue.messages];
      await stage.minutes(10);
      assert.equal(messages.length, stage.world.mails.length);
      await stage.queue.enqueue(messages.map(({ row }) => ({ row, at: stage.world.now() })));
      await stage.minutes(10);
    },
  },
  {
    name: 'a message for a row that does not exist',
    group,
    async run(stage) {
      const row = { day: '2026-11-24', key: '2026-11-24T09:00:00.0000000Z~n~0000000000000000' };
      await stage.queue.enqueue([{ row, at: stage.world.now() }]);
      stage.changes();
      await stage.minutes(5);
      assert.equal(stage.logged('message.orphan'), 1);
    },
  },
  {
    name: 'every message lost: the sweep finds the rows',
    group,
    async run(stage) {
      stage.changes();
      stage.world.advance(10);
      await stage.poll();
      stage.loseQueue();
      await stage.minutes(25);
      assert.ok(stage.logged('notification.revived') > 0);
    },
  },
  {
    name: 'poison: table and queue out of reach until a function has thrown five times',
    group,
    async run(stage) {
      await outOfOrder(stage, [stage.table, stage.queueTap], 'break', 4);
      assert.ok(stage.logged('message.failed') >= 5);
      // Whichever comes first, the poll or what settles poison.
      assert.ok(stage.logged('message.poisoned') + stage.logged('notification.revived') > 0);
    },
  },
  {
    name: 'poison lost as well: table and queue out of reach for half an hour',
    group,
    run: (stage) => outOfOrder(stage, [stage.table, stage.queueTap], 'break', 30),
  },
];
