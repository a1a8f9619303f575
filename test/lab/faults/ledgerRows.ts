import assert from 'node:assert/strict';
import type { StoredRow } from '../../../functions/ledger/store.ts';
import { auditRow } from '../../fixtures/rows.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';

const group = 'one row';

/** Something is recorded and due, one row can't be read, and something new happens. */
export const ledgerRows: readonly FaultRow[] = [
  {
    name: 'a notification of a state that this version does not know, put right after an hour',
    group,
    async run(stage) {
      await recorded(stage);
      const restore = await spoil(stage, isPending, () => ({ state: 'escalated' }));
      await setAside(stage);
      await restore();
      await stage.minutes(35);
    },
  },
  {
    name: 'a rollback by one version: states, properties and lanes of the later one, for an hour',
    group,
    async run(stage) {
      await recorded(stage);
      await spoil(stage, isPending, () => ({ tone: 'gentle' }));
      const rowBack = await spoil(stage, isPending, () => ({ state: 'escalated', tone: 'gentle' }));
      await spoil(stage, isLanes, () => ({ lanes0: '[{"lane":"of another shape"}]' }));
      stage.restart();
      await setAside(stage);
      await rowBack();
      stage.restart();
      await stage.minutes(35);
    },
  },
  {
    name: 'lanes that are no JSON',
    group,
    async run(stage) {
      await recorded(stage);
      await spoil(stage, isLanes, ({ lanes0 }) => ({ lanes0: String(lanes0).slice(0, -2) }));
      stage.restart();
      stage.changes();
      await stage.minutes(20);
      assert.equal(stage.logged('poll.failed'), 0);
    },
  },
  {
    name: 'a change whose texts JSON makes longer than a property may be',
    group,
    async run(stage) {
      oversized(stage);
      stage.changes();
      await stage.minutes(20);
      assert.equal(stage.logged('poll.failed'), 0);
      // The emulator takes what Azure refuses: 32 K characters are the most.
      for await (const row of stage.world.ledger.store.query({})) {
        const longest = Math.max(...Object.values(row).map((value) => String(value).length));
        assert.ok(longest <= 32_000, `a property of ${longest} characters`);
      }
    },
  },
];

async function recorded(stage: Stage) {
  stage.phone('MeganB');
  stage.pass('LeeG');
  await stage.poll();
}

/** An hour in which everybody else is told, and the row is said to be set aside. */
async function setAside(stage: Stage) {
  stage.changes();
  await stage.minutes(60);
  assert.equal(stage.logged('poll.failed') + stage.logged('sweep.failed'), 0);
  assert.equal(stage.logged('message.failed'), 0);
  assert.ok(stage.logged('ledger.unreadable') > 0, 'nobody said that the row was set aside');
}

const isPending = (row: StoredRow) => row['state'] === 'pending';
const isLanes = ({ rowKey }: StoredRow) => rowKey === 'lanes2';

/** Changes the first such row as other hands would. Returns what puts its properties back. */
async function spoil(
  { world }: Stage,
  which: (row: StoredRow) => boolean,
  how: (row: StoredRow) => object,
) {
  const { store } = world.ledger;
  for await (const row of store.query({})) {
    if (!which(row)) continue;
    const { etag, ...entity } = row;
    await store.replace({ ...entity, ...how(row) }, etag);
    return async () => {
      const now = await store.get(row);
      if (now) await store.replace(entity, now.etag);
    };
  }
  throw new Error('there is no such row');
}

/** A pass for Megan, from somebody with the longest names that there may be. */
function oversized({ world, expected }: Stage) {
  const long = (count: number) => '\u0001'.repeat(count);
  const { id } = world.simulator.directory.get('MeganB@contoso.example');
  const row = auditRow({
    id: long(1024),
    time: world.time.toISOString().replace('Z', '0000Z'),
    activity: 'Admin registered security info',
    reason: 'Admin registered temporary access pass method for user',
    target: { id, upn: long(512) },
    by: {
      id: long(511),
      userPrincipalName: long(512),
      displayName: long(512),
      ipAddress: long(99),
    },
    details: { 'User-Agent': long(300) },
    properties: [
      ['TemporaryAccessPass.StartDateTime', null, JSON.stringify(long(512))],
      ['TemporaryAccessPass.EndDateTime', null, JSON.stringify(long(512))],
    ],
  });
  const [target] = row.targetResources ?? [];
  const named = { ...target, displayName: long(512) };
  const record = { ...row, correlationId: long(100), targetResources: [named] } as typeof row;
  world.simulator.audit.append(record, world.time);
  expected.add('MeganB registered temporaryAccessPass');
}
