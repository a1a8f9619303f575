import { expect, test } from 'vitest';
import { rehearsalConfig } from '../../cli/rehearse/settings.ts';
import { catchUp } from '../../functions/intake/catchUp.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { campaignGraph, loneRows } from '../lab/bench/campaign.ts';

const start = new Date('2026-11-24T09:00:00Z');
const now = new Date('2026-11-24T09:01:30Z');
const people = 800;
/** Of the event loop, each of which does some of what is to be done. */
const mostTurns = 5000;

test('while a poll waits for a page, the slots of those before it are kept: a sender may look for one meanwhile', async () => {
  const ledger = new Ledger(new MemoryStore());
  const campaign = campaignGraph({ script: loneRows, people, start, stepMs: 100 });
  const kept: number[] = [];
  const get: typeof campaign.get = async (path, ...more) => {
    if (path.includes('page?number')) {
      let { lanes } = await ledger.readState();
      for (let turn = 0; turn < mostTurns && !lanes; turn += 1) {
        await new Promise(setImmediate);
        ({ lanes } = await ledger.readState());
      }
      const runs = Object.values(lanes?.value ?? {}).flatMap((lane) => lane.runs);
      kept.push(runs.reduce((sum, { from, end, interval }) => sum + (end - from) / interval, 0));
    }
    return campaign.get(path, ...more);
  };
  const config = rehearsalConfig({
    ORGANIZATION_NAME: 'Contoso',
    SETTLE_SECONDS: '10',
    WATCH_UPDATE_USER: 'false',
    INITIAL_LOOKBACK_MINUTES: '10',
  });
  const rooms = {
    config,
    graph: { ...campaign, get },
    ledger,
    queue: new MemoryQueue(),
    now: () => now,
    wait: async () => {},
  };
  const room = { ...readingRoom(rooms), log: () => {}, pace: async () => {} };
  const { notifications, pages } = await catchUp(room);
  expect({ notifications, pages }).toEqual({ notifications: people, pages: 2 });
  // All of the first page but for what is not settled yet have a slot.
  expect(kept).toEqual([expect.closeTo(500, 0)]);
});
