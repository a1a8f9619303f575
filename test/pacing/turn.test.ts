import { expect, test } from 'vitest';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { MailboxGate } from '../../functions/pacing/gate.ts';
import { heedPause, type PacingRoom, sharePause } from '../../functions/pacing/turn.ts';
import { judgeSend } from '../../functions/send/outcome.ts';
import { now } from './lanes.ts';

const sender = 'a@contoso.example';

/** What is known of the mailbox after a send failed: by this process, and by all. */
async function known(failure: GraphFailure) {
  const ledger = new Ledger(new MemoryStore());
  const gate = new MailboxGate();
  const senders = [sender] as const;
  const room = { ledger, gate, senders, ratePerMinute: 30, now: () => now, log: () => undefined };
  const judged = judgeSend(failure, now, 90_000);
  const { outcome } = judged;
  if (outcome.kind === 'recipientRefused') throw new Error('nobody refused a recipient');
  const verdict = { ...judged, outcome };
  heedPause(verdict, sender, room as unknown as PacingRoom);
  await sharePause(verdict, sender, room as unknown as PacingRoom);
  return { own: gate.isPaused(sender, now), shared: (await ledger.readState()).pauses };
}

test('what Exchange says of a mailbox is for all processes; a network that is away is each one’s own', async () => {
  const throttled = await known(
    new GraphFailure('throttled', { status: 429, retryAfterMs: 60_000 }),
  );
  expect(throttled.own).toBe(true);
  expect(throttled.shared).toMatchObject({ [sender]: { perMinute: 24 } });
  const unreachable = await known(new GraphFailure('unreachable'));
  expect(unreachable).toEqual({ own: true, shared: {} });
});
