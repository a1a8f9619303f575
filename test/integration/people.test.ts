import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { copiesRef } from '../../functions/ledger/managerCopies.ts';
import { sentence } from '../../functions/ledger/sentence.ts';
import { permissions } from '../../functions/permissions/needed.ts';
import { graphId } from '../../local/graph/grants.ts';
import { words } from '../fixtures/words.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const group = (number: number) => `c0a70500-7e4a-4c1d-9b6e-${String(number).padStart(12, '0')}`;
const pilot = group(204);
const sharedDevices = group(205);

const told = () => world.mails.flatMap(({ recipients }) => recipients.to).sort();
const endings = async () =>
  (await world.notifications())
    .map(({ state, outcome }) => `${state}: ${sentence(outcome)}`)
    .sort();

describe('who is told by setting', () => {
  test('is nobody outside a pilot, and excluded wins', async () => {
    world = await openWorld({
      INCLUDED_USERS: 'miriam*@contoso.example',
      INCLUDED_GROUPS: pilot,
      EXCLUDED_GROUPS: sharedDevices,
    });
    for (const user of ['AdeleV', 'AlexW', 'MiriamG', 'DiegoS']) world.append(user);
    await world.pass(2);
    expect(told()).toEqual(['AdeleV@contoso.example', 'MiriamG@contoso.example']);
    expect(await endings()).toEqual([
      'sent: user told; manager in copy',
      'sent: user told; manager in copy',
      'suppressed: excluded (EXCLUDED_GROUPS)',
      'suppressed: not in the pilot (INCLUDED_*)',
    ]);
    expect(world.simulator.counts.memberGroups).toBe(4);
  });

  test('is everybody but those excluded by name, without asking for groups', async () => {
    world = await openWorld({ EXCLUDED_USERS: 'ADELE*' });
    for (const user of ['AdeleV', 'DiegoS']) world.append(user);
    await world.pass(2);
    expect(told()).toEqual(['DiegoS@contoso.example']);
    expect(await endings()).toContain('suppressed: excluded (EXCLUDED_USERS)');
    expect(world.simulator.counts.memberGroups).toBe(0);
  });

  test.each(['429', '503', 'consentMissing'] as const)(
    'waits while groups cannot be checked (%s), and loses nothing',
    async (kind) => {
      world = await openWorld({ EXCLUDED_GROUPS: sharedDevices });
      world.simulator.faults.set('memberGroups', { kind });
      for (const user of ['AdeleV', 'JoniS']) world.append(user);
      await world.pass(3);
      expect(told()).toEqual([]);
      const [row] = await world.notifications();
      expect(row).toMatchObject({ state: 'pending', attempts: 0 });
      expect(row?.deferrals).toBeGreaterThan(0);
      world.simulator.faults.clear();
      await world.pass(16);
      expect(told()).toEqual(['AdeleV@contoso.example']);
      expect(await endings()).toContain('suppressed: excluded (EXCLUDED_GROUPS)');
    },
  );
});

describe('the clock of a mailbox', () => {
  const text = async () =>
    (
      await Promise.all(world.mails.map(async ({ raw }) => (await PostalMime.parse(raw)).text))
    ).join();

  test('is the one that times are told by, where that may be read, after one request more', async () => {
    world = await openWorld();
    const clocks = permissions.find(({ name }) => name === 'MailboxSettings.Read');
    world.simulator.grants.add(graphId, clocks?.id ?? '');
    for (const user of ['MeganB', 'LeeG']) world.append(user);
    await world.pass(2);
    expect(await text()).toContain('Japan Standard Time');
    expect(world.simulator.counts.mailboxZone).toBe(2);
  });

  test('is asked for once where it may not be read, and nothing else is different', async () => {
    world = await openWorld();
    for (const user of ['MeganB', 'LeeG', 'AdeleV']) world.append(user);
    await world.pass(2);
    expect(told()).toHaveLength(3);
    expect(await text()).not.toContain('Japan Standard Time');
    expect(world.simulator.counts.mailboxZone).toBe(1);
    const rows = await world.notifications();
    expect(rows.map(({ deferrals }) => deferrals)).toEqual([0, 0, 0]);
  });
});

describe('the security team', () => {
  const soc = { SECURITY_COPY: 'soc@contoso.example, MiriamG@contoso.example' };
  const written = () =>
    world.mails.map(({ recipients: { to, cc } }) => `${to.join()} cc ${cc.join()}`).sort();

  test('is in copy of what an administrator did, once each, and not of one’s own change', async () => {
    world = await openWorld(soc);
    world.happen('adminIssuesTemporaryAccessPass', { user: 'AdeleV@contoso.example' });
    world.append('DiegoS');
    await world.pass(3);
    expect(written()).toEqual([
      'AdeleV@contoso.example cc MiriamG@contoso.example,soc@contoso.example',
      'DiegoS@contoso.example cc MeganB@contoso.example',
    ]);
    expect(await endings()).toContain('sent: user told; manager in copy; security team in copy');
  });

  test('is in copy of every change of a watched group, members of its groups included', async () => {
    const watched = { WATCHED_GROUPS: group(202), COPY_MANAGER: 'risky' };
    world = await openWorld({ ...soc, ...watched });
    for (const user of ['IsaiahL', 'AdeleV']) world.append(user);
    await world.pass(2);
    expect(written()).toEqual([
      'AdeleV@contoso.example cc ',
      'IsaiahL@contoso.example cc PattiF@contoso.example,soc@contoso.example,miriamg@contoso.example',
    ]);
  });

  test('is in copy, and the user told, where Exchange refuses the manager’s address', async () => {
    world = await openWorld(soc);
    world.simulator.directory.patch('MiriamG@contoso.example', { mail: 'miriam@no_such..domain' });
    world.happen('adminIssuesTemporaryAccessPass', { user: 'AdeleV@contoso.example' });
    await world.pass(2);
    expect(written()).toEqual([
      'AdeleV@contoso.example cc soc@contoso.example,miriamg@contoso.example',
    ]);
    expect(await endings()).toEqual([
      'sent: user told; the manager’s address was refused; security team in copy',
    ]);
  });

  test('is told alone, in words of its own, where nobody else can be', async () => {
    world = await openWorld(soc);
    const { id, userPrincipalName } = world.simulator.directory.get('IsaiahL@contoso.example');
    const by = { id, userPrincipalName };
    world.simulator.directory.patch('LidiaH@contoso.example', { managerId: null });
    world.append('LidiaH', { by });
    world.append('PattiF', { by });
    world.append('LeeG');
    world.simulator.directory.remove('PattiF@contoso.example');
    world.simulator.directory.remove('LeeG@contoso.example');
    // They were given a method, so they are looked for longer than others.
    await world.pass(20);
    expect(written()).toEqual([
      'soc@contoso.example cc miriamg@contoso.example',
      'soc@contoso.example cc miriamg@contoso.example',
      'soc@contoso.example cc miriamg@contoso.example',
    ]);
    for (const { subject, raw } of world.mails) {
      expect(subject).toMatch(/^Phone number added: (LidiaH|PattiF|LeeG) – security info$/);
      expect(raw.replaceAll('=\r\n', '')).toContain('Only the security team gets this email');
    }
    expect(await endings()).toEqual([
      'pending: ',
      'pending: ',
      'sent: user has no mailbox; no manager in the directory; security team told instead',
      'sent: user not found: deleted; security team told instead',
      'sent: user not found: deleted; security team told instead',
    ]);
  });
});

describe('a manager gets copies', () => {
  const copies = () => world.mails.filter(({ recipients }) => recipients.cc.length > 0);

  test('up to MANAGER_COPIES_PER_DAY, the last of which says so, and more the next day', async () => {
    world = await openWorld({ MANAGER_COPIES_PER_DAY: '2' });
    for (const user of ['AdeleV', 'AlexW', 'MeganB', 'DiegoS']) {
      world.append(user);
      await world.pass(2);
    }
    // Alex reads German.
    const last = words['de']?.manager.lastCopy ?? '';
    const told = await Promise.all(
      world.mails.map(async ({ recipients: { to, cc }, raw }) => {
        const { html = '' } = await PostalMime.parse(raw);
        return `${to[0]?.split('@')[0]} ${cc.length} ${html.includes(last)}`;
      }),
    );
    expect(told).toEqual(['AdeleV 1 false', 'AlexW 1 true', 'MeganB 0 false', 'DiegoS 1 false']);
    expect(await endings()).toContain(
      'sent: user told; manager had enough copies today (MANAGER_COPIES_PER_DAY)',
    );
    world.advance(24 * 3600);
    world.append('MeganB');
    await world.pass(3);
    expect(copies()).toHaveLength(4);
  });

  test('of a mail that is put off or repeated as of one', async () => {
    world = await openWorld({ MANAGER_COPIES_PER_DAY: '1' });
    world.simulator.faults.set('sendMail', { kind: '503', times: 1 });
    world.append('AdeleV');
    await world.pass(10);
    expect(copies()).toHaveLength(1);
    expect(await endings()).toEqual(['sent: user told; manager in copy']);
  });

  test('one more of a member of a watched group, whatever others have used up', async () => {
    world = await openWorld({ MANAGER_COPIES_PER_DAY: '1', WATCHED_GROUPS: group(202) });
    const { directory } = world.simulator;
    const managerId = directory.get('IsaiahL@contoso.example').managerId;
    for (const user of ['AdeleV', 'AlexW']) {
      directory.patch(`${user}@contoso.example`, { managerId });
      world.append(user);
      await world.pass(2);
    }
    world.append('IsaiahL');
    await world.pass(2);
    expect(copies().map(({ recipients }) => recipients.to[0]?.split('@')[0])).toEqual([
      'AdeleV',
      'IsaiahL',
    ]);
  });

  test('never fewer than that, whoever else counts at the same time', async () => {
    world = await openWorld({ MANAGER_COPIES_PER_DAY: '3' });
    for (const user of ['AdeleV', 'AlexW', 'MeganB']) world.append(user);
    await world.poll();
    world.advance(40);
    await Promise.all(world.queue.take(world.now()).map((row) => world.deliver(row)));
    await world.pass(2);
    expect(copies()).toHaveLength(3);
  });
});

test('the counts of old days go with the ledger', async () => {
  world = await openWorld();
  world.append('AdeleV');
  await world.pass(2);
  const ref = copiesRef('MiriamG@contoso.example', world.now());
  expect((await world.ledger.readCopies(ref))?.copies.given).toHaveLength(1);
  await world.ledger.purgeBefore('2026-11-24');
  expect(await world.ledger.readCopies(ref)).toBeDefined();
  await world.ledger.purgeBefore('2026-11-25');
  expect(await world.ledger.readCopies(ref)).toBeUndefined();
});
