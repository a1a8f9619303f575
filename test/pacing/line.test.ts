import { expect, test } from 'vitest';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { Line } from '../../functions/pacing/line.ts';
import { planSends } from '../../functions/pacing/plan.ts';
import { inMs, minute, now, row, rows, senders } from './lanes.ts';

const copies = { copyManager: 'always', securityCopies: 0 } as const;
const [sender = ''] = senders(1);
const mailboxes = { senders: senders(1), ratePerMinute: 30 };

test('a mail that comes too late, also for where it was moved to, counts there no more, and once where it goes', async () => {
  const planned = planSends(rows(40), { ...mailboxes, pauses: {} }, {}, copies, now);
  const urgent = row('u', { urgent: true });
  const plan = planSends([urgent], { ...mailboxes, pauses: {} }, planned.lanes, copies, now);
  const [moved] = plan.lanes[sender]?.preempted ?? [];
  const victim = planned.paced.find((one) => Date.parse(one.notBefore) === moved?.at);
  const ledger = new Ledger(new MemoryStore());
  await ledger.writeLanes(plan.lanes, undefined);

  // Of the next hour, so that it is seen which of the two is given back.
  const instead = new Date(Number(moved?.instead));
  const late = new Date(instead.getTime() + 2 * minute);
  const line = new Line(ledger, mailboxes, copies, () => late);
  await line.newSlot(victim as Notification, {});
  const { lanes } = await ledger.readState();
  const counted = (lanes?.value[sender]?.hours ?? []).reduce((sum, [, count]) => sum + count, 0);
  expect(counted).toBe(2 * 41);
});

test('one that was moved into another hour is given back there', async () => {
  const hourMs = 60 * minute;
  const at = inMs(59 * minute).getTime();
  const instead = inMs(61 * minute).getTime();
  const hour = Math.floor(at / hourMs);
  const lane = {
    runs: [],
    preempted: [{ at, instead }],
    hours: [
      [hour, 10],
      [hour + 1, 20],
    ],
  } as const;
  const ledger = new Ledger(new MemoryStore());
  await ledger.writeLanes(
    { [sender]: { ...lane, hours: lane.hours.map(([a, b]) => [a, b]) } },
    undefined,
  );
  const line = new Line(ledger, mailboxes, copies, () => inMs(62 * minute));
  const slot = {
    notBefore: new Date(at).toISOString(),
    slotUntil: new Date(at + 1000).toISOString(),
  };
  await line.newSlot(row('v', { sender, inLine: true, ...slot }), {});
  const { lanes } = await ledger.readState();
  expect(lanes?.value[sender]?.hours).toEqual([
    [hour, 10],
    [hour + 1, 20],
  ]);
});
