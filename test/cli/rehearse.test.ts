import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Rehearsal, RehearsedMail } from '../../cli/rehearse/rehearse.ts';
import { reportOn } from '../../cli/rehearse/report.ts';
import { reference } from '../../functions/ledger/keys.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { sentence } from '../../functions/ledger/sentence.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { type HappeningName, happenings } from '../../local/graph/happenings.ts';
import type { ReceivedMail } from '../../local/graph/mailboxes.ts';
import { World } from '../integration/world.ts';
import { rehearsed } from './rehearsed.ts';

let azurite: Azurite;
let world: World;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

const settings = {
  BULK_LIMIT: '10',
  SECURITY_COPY: 'soc@contoso.example',
  MANAGER_COPIES_PER_DAY: '4',
  EXCLUDED_USERS: 'meganb@contoso.example',
  SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example',
};

/**
 * All that can happen, one after the other, to several people. `drift`: by how many seconds polls move
 * between those that a rehearsal takes for granted.
 */
async function live(drift = 0): Promise<void> {
  const pass = (minutes: number) => world.pass(minutes, 15);
  const people = ['AdeleV', 'AlexW', 'MeganB'];
  for (const [index, { name, many }] of happenings.entries()) {
    if (many) continue;
    play(name, people[index % people.length] ?? '');
    world.advance(drift);
    await pass(index % 3 === 0 ? 2 : 1);
  }
  // As real rows do, these too take some seconds to be listed.
  world.append('AlexW', {}, 0.1);
  world.advance(5);
  world.append('AlexW', { reason: 'User registered Email' }, 0.1);
  world.advance(10);
  await pass(6.75);
  // Only "Update user" tells of this one, and it is read every five minutes.
  const phone = ['StrongAuthenticationUserDetails', '', '[{"PhoneNumber":"+1 5550100"}]'] as const;
  const updateUser = { activity: 'Update user', service: 'Core Directory', reason: null };
  world.append('AdeleV', { ...updateUser, properties: [phone] }, 0.1);
  await pass(6);
  // The second finds the senders busy with the first.
  for (const by of ['IsaiahL', 'MiriamG']) {
    world.happen('burst', { count: 80, by: `${by}@contoso.example` });
    await pass(1);
  }
  await pass(45);
}

/** Some happen to a certain person alone. */
function play(name: HappeningName, user: string): void {
  try {
    world.happen(name, { user: `${user}@contoso.example` });
  } catch {
    world.happen(name);
  }
}

const asTold = (rows: readonly Notification[]) =>
  rows
    .map((row) => {
      const changes = row.changes.map(({ action, method }) => `${action} ${method}`);
      return `${reference(row)} ${row.state} ${sentence(row.outcome)} [${changes.sort().join()}]`;
    })
    .sort();

describe('a rehearsal of all that can happen', () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    world = await World.open(azurite, settings);
    await live();
    rehearsal = await rehearsed(world, settings);
  }, 120_000);
  afterAll(() => world.close());

  test('tells whom the app tells of the same log, of the same changes, in the same mails', async () => {
    const { mails, played } = rehearsal;
    expect(asTold(played.notifications)).toEqual(asTold(await world.notifications()));
    expect(inOrder(mails.map(asSent))).toEqual(inOrder(world.mails.map(asReceived)));
    // A world delivers every five seconds, one after the other.
    const times = mails.map(({ at }) => at.getTime());
    expect(times.every((time, index) => time >= Math.max(...times.slice(0, index)) - 1000)).toBe(
      true,
    );
    for (const [index, { at }] of world.mails.entries()) {
      expect(Math.abs(Date.parse(at) - (times[index] ?? 0))).toBeLessThanOrEqual(7500);
    }
    // It would prove little of a log in which little happened.
    const outcomes = new Set(played.notifications.map(({ outcome }) => sentence(outcome)));
    expect(mails.length).toBeGreaterThan(80);
    expect(outcomes.size).toBeGreaterThan(7);
  });

  test('accounts for every row: told, told with another, or not told and why', async () => {
    const report = reportOn(rehearsal);
    const { rows, activities, notToldRows, mails, load } = report;
    expect(rows.read).toBeGreaterThan(150);
    expect(rows.told + rows.merged + rows.notTold).toBe(rows.read);
    expect(notToldRows.reduce((sum, { count }) => sum + count, 0)).toBe(rows.notTold);
    const extra = /^(not in EXTRA_ACTIVITIES|activity is not in the catalogue)/;
    const left = notToldRows.filter(({ what }) => extra.test(what));
    expect(report.leftOutRows).toBe(left.reduce((sum, { count }) => sum + count, 0));
    for (const one of activities) expect(one.told + one.merged + one.notTold).toBe(one.rows);
    expect(mails.toUser + mails.toManagerOnly + mails.toSecurityOnly).toBe(mails.sent);
    expect(load.days.reduce((sum, { mails: count }) => sum + count, 0)).toBe(mails.sent);
    expect(load).toMatchObject({ senders: 2, mostPerMinute: 60 });
    expect(load.busiest?.mails).toBeGreaterThanOrEqual(80);
    const guarded = { hour: expect.any(String), users: expect.any(Number), by: 'administrator' };
    expect(report.bulk).toEqual([guarded, guarded]);
  });
});

describe('a rehearsal', () => {
  afterEach(() => world.close());

  test('does so whenever the app polls: only a reference may be that of another row', async () => {
    world = await World.open(azurite, settings);
    await live(11);
    const { mails, played } = await rehearsed(world, settings);
    const told = (rows: readonly Notification[]) =>
      asTold(rows)
        .map((one) => one.slice(10))
        .sort();
    expect(told(played.notifications)).toEqual(told(await world.notifications()));
    expect(inOrder(mails.map(asSent))).toEqual(inOrder(world.mails.map(asReceived)));
  }, 120_000);

  test('sends nothing, shows no credential, asks for nobody twice and keeps Graph’s pace', async () => {
    world = await World.open(azurite);
    for (let time = 0; time < 12; time += 1) {
      world.append('AdeleV', { reason: null, activity: 'User deleted security info' });
      world.append('AlexW');
      world.advance(3600 * 5);
    }
    const before = { ...world.simulator.counts };
    const rehearsal = await rehearsed(world);
    const { counts, sawAuthorization } = world.simulator;
    expect(rehearsal.mails).toHaveLength(24);
    // Some of the rows stand where one query ends and the next begins.
    expect(reportOn(rehearsal).rows).toMatchObject({ read: 24, told: 24 });
    expect(counts.users - before.users).toBe(2);
    expect(counts.sendMail).toBe(before.sendMail);
    expect(counts.sentItems).toBe(before.sentItems);
    expect(counts.throttled).toBe(0);
    expect(counts.audit - before.audit).toBeGreaterThan(5);
    expect(sawAuthorization).toBe(false);
  });

  test('composes mails as if each had been told at once, though it happened long ago', async () => {
    world = await World.open(azurite);
    world.append('AdeleV');
    world.advance(6 * 24 * 3600);
    const [mail] = (await rehearsed(world)).mails;
    expect(mail?.html).toContain('Phone number added');
    expect(mail?.html).not.toContain('late');
    expect(mail?.at.toISOString()).toBe('2026-11-24T09:00:15.000Z');
  });

  test('composes mails though DRY_RUN is on, and takes looking for somebody for no wait', async () => {
    world = await World.open(azurite);
    const { id, userPrincipalName } = world.simulator.directory.get('IsaiahL@contoso.example');
    const gone = { id: '0a1b2c3d-0000-4000-8000-00000000dead', upn: 'gone@contoso.example' };
    world.append('AdeleV', { target: gone, by: { id, userPrincipalName } });
    world.advance(120);
    const settings = { DRY_RUN: 'true', SECURITY_COPY: 'soc@contoso.example' };
    const report = reportOn(await rehearsed(world, settings));
    expect(report.mails).toMatchObject({ sent: 1, toSecurityOnly: 1 });
    expect(report.load.longestWaitSeconds).toBe(0);
    expect(report.remarks.map(({ look, says }) => [look, says])).toEqual([
      [false, '1 mail about people who are not in the directory any more'],
    ]);
  });

  test('counts a pilot: who would be told, and who has changes and would not', async () => {
    world = await World.open(azurite);
    for (const user of ['AdeleV', 'AlexW', 'AlexW', 'MeganB']) {
      world.append(user);
      world.advance(300);
    }
    const report = reportOn(await rehearsed(world, { INCLUDED_USERS: 'adelev@contoso.example' }));
    expect(report.pilot).toEqual({ told: 1, notTold: 2 });
    expect(report.notTold).toEqual([
      {
        state: 'suppressed',
        reason: 'notInPilot',
        why: 'not in the pilot (INCLUDED_*)',
        mails: 3,
        people: 2,
      },
    ]);
    const everybody = reportOn(await rehearsed(world));
    expect(everybody).toMatchObject({ pilot: null, mails: { sent: 4, people: 3 } });
  });

  test('says how many rows EXTRA_ACTIVITIES could have told, and of no others', async () => {
    world = await World.open(azurite);
    world.append('AdeleV', { activity: 'Register TOTP secret', reason: null });
    world.append('AlexW', { activity: 'Register TOTP secret', reason: null });
    world.append('AdeleV', { result: 'failure' });
    world.append('AdeleV');
    world.advance(600);
    const report = reportOn(await rehearsed(world));
    expect(report).toMatchObject({ leftOutRows: 2, rows: { read: 4, told: 1 } });
    expect(report.remarks.map(({ says }) => says)).toContain(
      '2 rows of activities that are left out by default',
    );
  });

  test('goes on without an optional permission, asks for it once, and says so', async () => {
    world = await World.open(azurite);
    world.simulator.faults.set('methods', { kind: 'consentMissing' });
    for (const user of ['AdeleV', 'AlexW', 'MeganB']) {
      world.happen('userRegistersPasskey', { user: `${user}@contoso.example` });
      world.advance(7200);
    }
    const report = reportOn(await rehearsed(world));
    expect(report.mails.sent).toBe(3);
    expect(report.denied).toEqual(['UserAuthMethod-Passkey.Read.All']);
    expect(world.simulator.counts.methods).toBe(1);
    expect(report.remarks.filter(({ look }) => look)).toEqual([]);
    expect(report.remarks.map(({ says }) => says).join()).toContain('have fewer details');
  });

  test.each([
    ['audit', 'The audit log can’t be read', 'AuditLog.Read.All and Directory.Read.All'],
    ['users', 'People can’t be read', 'Directory.Read.All'],
    ['memberGroups', 'Memberships of groups', 'GroupMember.Read.All'],
  ] as const)('names the permission that is missing: %s', async (target, what, permission) => {
    world = await World.open(azurite);
    world.append('AdeleV');
    world.advance(120);
    world.simulator.faults.set(target, { kind: 'consentMissing' });
    const group = { WATCHED_GROUPS: '5b1c2d3e-0000-4000-8000-000000000001' };
    const error = await rehearsed(world, group).catch((one: unknown) => one);
    expect(error).toMatchObject({ name: 'Impossible' });
    expect(String(error).replaceAll("'", '’')).toContain(what);
    expect(String(error)).toContain(permission);
  });

  test('waits where Graph is throttled, and misses nobody', async () => {
    world = await World.open(azurite);
    world.append('AdeleV');
    world.advance(120);
    world.simulator.faults.set('audit', { kind: '429', times: 4, retryAfter: 25 });
    world.simulator.faults.set('users', { kind: '503', times: 3 });
    expect((await rehearsed(world)).mails).toHaveLength(1);
  });

  test('says what could not be parsed, what is unknown, and what reaches nobody', async () => {
    world = await World.open(azurite);
    const { simulator } = world;
    simulator.happen('unparsable');
    world.append('AdeleV', { activity: 'User updated Face Profile', reason: 'Face Profile' });
    simulator.directory.patch('AlexW@contoso.example', { mail: null });
    world.append('AlexW');
    world.advance(120);
    const { rows, unknown, remarks } = reportOn(await rehearsed(world, { COPY_MANAGER: 'never' }));
    expect(rows.unparsable).toBe(1);
    expect(unknown).toContainEqual({
      activity: 'User updated Face Profile',
      service: 'Authentication Methods',
      rows: 1,
    });
    expect(
      remarks.map(({ look, says }) => `${look} ${says.split(' ').slice(0, 4).join(' ')}`),
    ).toEqual(["true 1 row can't be", 'true 1 activity with a', 'true 1 mail would have']);
  });
});

const asSent = ({ to, copies: cc, subject }: RehearsedMail) => ({ to, cc, subject });
const asReceived = ({ subject, recipients: { to, cc } }: ReceivedMail) => ({ to, cc, subject });
const inOrder = <T>(list: readonly T[]) => list.map((one) => JSON.stringify(one)).sort();
