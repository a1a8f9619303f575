import assert from 'node:assert/strict';
import type { Graph } from '../../../functions/graph/client.ts';
import { isAtWork, pass } from './aftermath.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';
import { after, asks, type Fate, first, type Refusal, type Tap } from './tap.ts';

const group = 'Table storage';

const serverBusy: Refusal = {
  status: 503,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    'odata.error': {
      code: 'ServerBusy',
      message: { lang: 'en-US', value: 'The server is busy.' },
    },
  }),
};

const accessDenied: Refusal = {
  status: 403,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    'odata.error': {
      code: 'AuthorizationPermissionMismatch',
      message: { lang: 'en-US', value: 'This request is not authorized.' },
    },
  }),
};

/** Something is recorded and due, something new happens, and storage fails for minutes. */
export async function outOfOrder(stage: Stage, taps: readonly Tap[], fate: Fate, minutes: number) {
  stage.phone('MeganB');
  stage.pass('MiriamG');
  await stage.poll();
  let suffered = 0;
  for (const tap of taps) {
    tap.rule = () => {
      suffered += 1;
      return fate;
    };
  }
  stage.changes();
  await pass(stage, minutes);
  for (const tap of taps) tap.rule = () => 'pass';
  await isAtWork(stage);
  await stage.minutes(35);
  assert.ok(suffered > 0, 'the fault was never suffered');
}

/** One of the app's writes meets something, once or more. */
const meeting = (
  name: string,
  matches: Parameters<typeof first>[0],
  fate: (stage: Stage) => Parameters<typeof first>[1],
  times = 1,
): FaultRow => ({
  name,
  group,
  async run(stage) {
    const rule = first(matches, fate(stage), times);
    let met = 0;
    stage.table.rule = (passage) => {
      if (matches(passage)) met += 1;
      return rule(passage);
    };
    stage.changes();
    await stage.minutes(20);
    assert.ok(met >= times, 'the fault was not suffered as often as planned');
    assert.equal(stage.logged('ledger.moved'), 0, 'nobody else moved a row');
    assert.equal(stage.logged('mail.sent'), stage.world.mails.length, 'each mail is told of');
  },
});

const whyRepeat =
  'accepted, but storage was out of reach until the lease was over, and the app may not look into Sent Items';

const lost = () => 'loseAnswer' as const;

export const tableRows: readonly FaultRow[] = [
  ...(
    [
      ['ten minutes', 10],
      ['an hour', 60],
      ['a day', 24 * 60],
    ] as const
  ).map(
    ([time, minutes]): FaultRow => ({
      name: `out of reach for ${time}`,
      group,
      run: (stage) => outOfOrder(stage, [stage.table], 'break', minutes),
    }),
  ),
  {
    name: '503 ServerBusy for five minutes',
    group,
    run: (stage) => outOfOrder(stage, [stage.table], serverBusy, 5),
  },
  {
    name: 'no answer at all for five minutes',
    group,
    storagePatienceMs: 100,
    run: (stage) => outOfOrder(stage, [stage.table], 'hang', 5),
  },
  {
    name: 'every answer cut for five minutes',
    group,
    run: (stage) => outOfOrder(stage, [stage.table], 'cut', 5),
  },
  {
    name: 'access denied for an hour, then given (403)',
    group,
    run: (stage) => outOfOrder(stage, [stage.table], accessDenied, 60),
  },
  afterSend(true),
  afterSend(false),
  { name: '412 on claim: another host was faster', group, run: losesClaim },
  { name: '412 on settle: the lease was over, and another host took over', group, run: losesLease },
  meeting('409 on insert: another host records the same', asks.toRecord, ({ world }) => {
    const twin = world.twin();
    return after(() => twin.poll());
  }),
  { name: '409 on insert: two hosts, each with another row of one change', group, run: eachARow },
  meeting('a recording applied, its answer lost', asks.toRecord, lost),
  meeting('a recording applied, every answer lost', asks.toRecord, lost, 4),
  meeting('a claim applied, its answer lost', asks.toClaim, lost),
  meeting('a claim applied, every answer lost', asks.toClaim, lost, 4),
  meeting('a settling applied, its answer lost', asks.toSettle, lost),
  meeting('a settling not applied, four times', asks.toSettle, () => 'break', 4),
];

/** A mail is accepted, and nobody can write that down before the lease is over. */
function afterSend(mayLook: boolean): FaultRow {
  const looking = `Sent Items ${mayLook ? 'readable' : 'forbidden'}`;
  return {
    name: `out of reach from a send until its lease is over; ${looking}`,
    group,
    ...(!mayLook && { mayRepeat: whyRepeat }),
    async run(stage) {
      const { world, table, graph } = stage;
      if (!mayLook) stage.faults.set('sentItems', { kind: 'consentMissing' });
      let backAt = Number.POSITIVE_INFINITY;
      graph.onAnswer = (passage) => {
        if (asks.toSend(passage)) backAt = Math.min(backAt, world.time.getTime() + 400_000);
      };
      table.rule = () => {
        const time = world.time.getTime();
        return time >= backAt - 400_000 && time < backAt ? 'break' : 'pass';
      };
      stage.changes();
      await stage.minutes(30);
      assert.ok(world.time.getTime() > backAt, 'the fault was never suffered');
    },
  };
}

/** Both read the row; while this host asks to claim it, the other claims it and sends. */
async function losesClaim(stage: Stage) {
  const row = await dueRow(stage);
  const twin = stage.world.twin();
  stage.table.rule = first(
    asks.toClaim,
    after(() => twin.deliver(row)),
  );
  await stage.world.deliver(row);
  await stage.minutes(10);
}

/**
 * This host's send was broken off; before it can write that down its lease is over and another host
 * sends. What this host would write is no longer true: written all the same, it would be a third send.
 */
async function losesLease(stage: Stage) {
  const row = await dueRow(stage);
  const twin = stage.world.twin();
  stage.faults.set('sentItems', { kind: 'consentMissing' });
  stage.faults.set('sendMail', { kind: 'resetBefore', times: 1 });
  stage.table.rule = first(
    asks.toSettle,
    after(() => {
      stage.world.advance(301);
      return twin.deliver(row);
    }),
  );
  await stage.world.deliver(row);
  await stage.minutes(20);
  assert.equal(stage.logged('ledger.moved'), 1);
}

/**
 * Two replicas of the log: each host reads one row of the same change, neither knows of the other. Once
 * for the first recording of a day, once for a later one.
 */
async function eachARow(stage: Stage) {
  const { world } = stage;
  const { graph } = world;
  for (const user of ['AdeleV', 'LeeG']) {
    const twin = world.twin();
    stage.phone(user);
    world.append(user, { reason: null });
    world.graph = replica(graph, -2);
    twin.graph = replica(twin.graph, -1);
    stage.table.rule = first(
      asks.toRecord,
      after(() => twin.poll()),
    );
    await stage.poll();
    world.graph = graph;
    await stage.minutes(5);
  }
}

/** Graph, but that of all rows of the audit log it has only one, counted from the end. */
const replica = (graph: Graph, index: number): Graph => ({
  ...graph,
  async get(path, options) {
    const answer = (await graph.get(path, options)) as { value: unknown[] };
    return path.startsWith('/auditLogs')
      ? { value: answer.value.slice(index).slice(0, 1) }
      : answer;
  },
});

async function dueRow(stage: Stage) {
  stage.phone('AdeleV');
  await stage.poll();
  stage.world.advance(31);
  const [row] = stage.queue.take(stage.world.now());
  assert.ok(row, 'nothing is due');
  return row;
}
