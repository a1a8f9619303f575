import assert from 'node:assert/strict';
import type { Fault } from '../../../local/graph/faults.ts';
import { makePasskey } from '../../../local/graph/passkeyMethods.ts';
import { seededRandom } from '../../../local/graph/random.ts';
import { nobodyIsBlamed } from './aftermath.ts';
import type { FaultRow } from './row.ts';
import type { Stage } from './stage.ts';

const group = 'identity';

/** Paths of Graph by the endpoint that a fault is set at. */
const paths = {
  audit: /^\/v1\.0\/auditLogs\//,
  users: /^\/v1\.0\/users[^/]*(\/[^/]+)?\?/,
  methods: /\/authentication\//,
  sendMail: /\/sendMail$/,
  sentItems: /\/mailFolders\//,
} as const;

type Refusing = keyof typeof paths;
const refusing = Object.keys(paths) as Refusing[];

/** Somebody has a passkey, of which the log has only a row that names no method: it is held. */
function heldPasskey(stage: Stage): void {
  const { world } = stage;
  const { id } = world.simulator.directory.get('LeeG@contoso.example');
  world.simulator.passkeys.add(id, makePasskey(seededRandom(7), world.time));
  world.append('LeeG', { reason: null });
  stage.expected.add('LeeG registered passkey');
}

/** Graph does not accept the token of requests of one kind, whichever it is. */
const refusedAt = (target: Refusing): FaultRow => ({
  name: `the token is revoked: 401 at ${target} for ten minutes`,
  group,
  identity: true,
  async run(stage) {
    await prepare(stage, target);
    stage.faults.set(target, { kind: '401' } as Fault);
    const { token } = stage.world.simulator.counts;
    await stage.minutes(10);
    const asked = stage.world.simulator.counts.token - token;
    assert.ok(asked > 0 && asked <= 20, `another token was asked for ${asked} times`);
    if (target === 'methods') assert.ok((await stage.tally()).missing.length > 0, 'it is held');
    stage.faults.clear();
    await stage.minutes(35);
    nobodyIsBlamed(stage);
    assert.equal(stage.logged('mail.unknown'), doubtsAt(target), 'sends in doubt');
  },
});

/** The token that a process has is not accepted, and another one is. */
const refusedOnce = (target: Refusing): FaultRow => ({
  name: `the token is revoked: 401 at ${target} until another is asked for, which is at once`,
  group,
  identity: true,
  async run(stage) {
    await prepare(stage, target);
    const { token } = stage.world.simulator.counts;
    let refused = 0;
    stage.graph.rule = ({ path }) => {
      if (!paths[target].test(path) || stage.world.simulator.counts.token > token) return 'pass';
      refused += 1;
      return { status: 401 };
    };
    await stage.minutes(target === 'sentItems' ? 10 : 3);
    assert.ok(refused > 0, 'the fault was never suffered');
    assert.equal(stage.world.simulator.counts.token - token, 1, 'requests for another token');
    for (const event of ['poll.failed', 'people.unavailable']) {
      assert.equal(stage.logged(event), 0, event);
    }
    nobodyIsBlamed(stage);
    assert.equal(stage.logged('mail.unknown'), doubtsAt(target), 'sends in doubt');
    const { missing } = await stage.tally();
    assert.deepEqual(missing, [], 'told without delay');
  },
});

async function prepare(stage: Stage, target: Refusing): Promise<void> {
  stage.phone('MeganB');
  await stage.poll();
  // A token is not exchanged while it is new.
  stage.world.advance(31);
  // Only a send in doubt looks there.
  if (target === 'sentItems') stage.faults.set('sendMail', { kind: '504kept', times: 2 });
  if (target === 'methods') heldPasskey(stage);
  stage.changes();
}

const doubtsAt = (target: Refusing) => (target === 'sentItems' ? 2 : 0);

/** Graph takes back a token that it has accepted. */
export const revokedRows: readonly FaultRow[] = [
  ...refusing.map(refusedAt),
  ...refusing.map(refusedOnce),
];
