import assert from 'node:assert/strict';
import { extraPerson } from '../../../local/graph/contoso.ts';
import type { Simulator } from '../../../local/graph/simulator.ts';
import { noise } from './noise.ts';
import type { Stage } from './stage.ts';
import { changesToldBy, saysLate } from './told.ts';

const hourMs = 3_600_000;
const outageMs = 72 * hourMs;
const records = 20_000;
/** Every so many records one is a change. */
const every = 400;
const bulkUsers = 90;
const maxAgeMs = 48 * hourMs;

/** The longest that one run may read, in ms: its budget, and the page that it is at. */
const longestRunMs = 5 * 60_000;
/** Nobody asks for more than this at once after an outage, in ms: an hour, doubled once. */
const longestSliceMs = 2 * hourMs + 1000;

/** Nothing runs for three days. Then everything is there at once. */
export async function playOutage(stage: Stage) {
  await stage.minutes(1);
  const { world } = stage;
  const start = world.time.getTime();
  const tooOld = fillLog(stage, start);
  const bulk = bulkChange(stage, start + outageMs - 3 * hourMs);
  stage.world.advance((start + outageMs - world.time.getTime()) / 1000);
  const asked = world.simulator.requests.length;
  await workOff(stage);
  const slices = windowsAsked(world.simulator.requests.slice(asked));
  const long = slices.filter(({ from, to }) => to - from > longestSliceMs);
  assert.ok(slices.length >= records / 500, 'so many records take many requests');
  assert.ok(long.length <= 1, 'slices are bounded, but for the last, which reaches the present');
  await stage.minutes(10);
  assert.equal(suppressedCount(stage), tooOld, 'what is too old is counted');
  await judgeOrder(stage, bulk);
}

/** Noise all the time, and changes among it. Gives how many are too old to be told. */
function fillLog(stage: Stage, start: number): number {
  const { world } = stage;
  const step = outageMs / records;
  noise(world, records, (index) => new Date(start + index * step));
  let tooOld = 0;
  for (let index = every / 2; index < records; index += every) {
    const time = start + index * step + 1;
    const age = start + outageMs - time;
    const user = addPerson(stage, 1000 + Math.floor(index / every));
    const at = new Date(time).toISOString().replace('Z', '0000Z');
    world.append(user, { time: at });
    if (age > maxAgeMs) tooOld += 1;
    else stage.expected.add(`${user} registered phone`);
  }
  return tooOld;
}

/** An administrator gives 90 people a phone, and ten minutes later one of them a pass. */
function bulkChange(stage: Stage, time: number): ReadonlySet<string> {
  const { world } = stage;
  world.advance((time - world.time.getTime()) / 1000);
  const users = Array.from({ length: bulkUsers }, (_, index) => addPerson(stage, index + 1));
  const by = {
    id: 'c0a70500-7e4a-4c1d-9b6e-000000000012',
    userPrincipalName: 'IsaiahL@contoso.example',
  };
  for (const user of users) {
    world.append(user, {
      activity: 'Admin registered security info',
      reason: 'Admin registered phone method for user',
      by,
    });
    stage.expected.add(`${user} registered phone`);
  }
  world.advance(600);
  stage.pass('AdeleV');
  return new Set(users);
}

/** Polls as the timer does, until one says that all is read. */
async function workOff(stage: Stage) {
  const { world } = stage;
  let readTo = '';
  // Others send while it reads: they do not wait for a run to end.
  world.meanwhile = () => stage.deliverDue();
  for (let runs = 1; ; runs += 1) {
    const began = world.now().getTime();
    const result = await world.poll();
    assert.ok(world.now().getTime() - began <= longestRunMs, 'a run is bounded');
    if (result.complete) break;
    assert.ok(result.readTo > readTo, 'each run begins where the one before ended');
    readTo = result.readTo;
    assert.ok(runs < 20, 'the outage is never worked off');
    await stage.deliverDue();
  }
  world.meanwhile = undefined;
}

/** What was asked of the audit log, oldest request first. Times in ms. */
function windowsAsked(requests: Simulator['requests']) {
  return requests.flatMap(({ path, query }) => {
    const filter = new URLSearchParams(query).get('$filter') ?? '';
    const [, from = '', to = ''] =
      /activityDateTime ge (\S+) and activityDateTime le (\S+)/.exec(filter) ?? [];
    const watched = path.endsWith('/directoryAudits') && !filter.includes("eq 'Update user'");
    return watched ? [{ from: Date.parse(from), to: Date.parse(to) }] : [];
  });
}

const suppressedCount = ({ world }: Stage) =>
  world.events
    .filter(({ event }) => event === 'changes.suppressed')
    .reduce((sum, { count }) => sum + Number(count), 0);

/** Oldest first, what is urgent before the bulk, and every mail says that it is late. */
async function judgeOrder(stage: Stage, bulk: ReadonlySet<string>) {
  const { mails } = stage.world;
  const told = (await Promise.all(mails.map(changesToldBy))).flat();
  const late = await Promise.all(mails.map(saysLate));
  assert.deepEqual([...new Set(late)], [true], 'late mails say so');
  const own = told.filter((name) => /^person\d{4}/.test(name));
  const sorted = [...own].sort();
  const moved = own.map((name, index) => Math.abs(sorted.indexOf(name) - index));
  // Two mailboxes and several messages at once: neighbours may pass each other.
  assert.ok(Math.max(...moved) <= 8, `oldest first; one was ${Math.max(...moved)} places off`);
  const urgent = told.indexOf('AdeleV registered temporaryAccessPass');
  const last = told.findLastIndex((name) => bulk.has(name.split(' ')[0] ?? ''));
  assert.ok(urgent > -1 && urgent < last, 'what is urgent does not wait for the bulk');
}

function addPerson({ world }: Stage, number: number): string {
  const person = extraPerson(number);
  world.simulator.directory.add({ ...person, preferredLanguage: 'en-GB' });
  return person.userPrincipalName.split('@')[0] ?? '';
}
