import assert from 'node:assert/strict';
import { extraPerson } from '../../../local/graph/contoso.ts';
import type { Simulator } from '../../../local/graph/simulator.ts';
import { auditRow } from '../../fixtures/rows.ts';
import { playOutage } from './outage.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';
import type { Fate } from './tap.ts';

const group = 'load';

export const loadRows: readonly FaultRow[] = [
  {
    name: 'an outage of three days, 20,000 records waiting',
    group,
    settings: { MAX_NOTIFY_AGE_HOURS: '48', BULK_LIMIT: '50' },
    run: playOutage,
  },
  {
    name: 'the first run, in a tenant with 30 days of history: nothing of it is told',
    group,
    before: thirtyDays,
    async run(stage) {
      await stage.minutes(15);
      assert.deepEqual(stage.world.mails, []);
      stage.changes();
      await stage.minutes(5);
      // The next day's first sweep reads four days again.
      stage.world.advance(15 * 3600);
      await stage.minutes(11);
    },
  },
  { name: 'two hosts at once, their requests interleaved', group, run: twoHosts },
];

/** Two changes an hour, every one of them worth a mail. */
function thirtyDays({ audit, directory }: Simulator): void {
  const halfHour = 1_800_000;
  const start = Date.parse('2026-11-24T09:00:00.000Z');
  const { id, userPrincipalName: upn } = directory.get('LeeG@contoso.example');
  for (let back = 1; back <= 30 * 48; back += 1) {
    const time = new Date(start - back * halfHour);
    const row = { time: `${time.toISOString().slice(0, 19)}.0000000Z`, target: { id, upn } };
    audit.append(auditRow(row), time);
  }
}

/** The timer's lease is lost: both poll, both sweep, both get every message. */
async function twoHosts(stage: Stage) {
  const { world } = stage;
  const twin = world.twin();
  const random = shuffling(7);
  for (const tap of [stage.table, stage.graph, stage.queueTap]) {
    tap.rule = async (): Promise<Fate> => {
      for (let turns = random() % 8; turns > 0; turns -= 1) {
        await new Promise(setImmediate);
      }
      return 'pass';
    };
  }
  for (let round = 1; round <= 15; round += 1) {
    const person = extraPerson(round);
    world.simulator.directory.add({ ...person, preferredLanguage: 'en-GB' });
    const [user = ''] = person.userPrincipalName.split('@');
    stage.phone(user);
    if (round % 3 === 0) stage.passkey(user);
    if (round % 4 === 0) stage.pass(user);
    for (let step = 0; step < 4; step += 1) {
      await Promise.allSettled([world.poll(), twin.poll()]);
      if (round % 5 === 0) await Promise.allSettled([world.sweep(), twin.sweep()]);
      const due = stage.queue.take(world.now());
      await Promise.all(due.flatMap((row) => [world.deliver(row), twin.deliver(row)]));
      world.advance(15);
    }
  }
  await stage.minutes(15);
}

/** Numbers that look random and are the same each time. */
function shuffling(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state >> 8;
  };
}
