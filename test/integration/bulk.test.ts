import { TableClient } from '@azure/data-tables';
import PostalMime from 'postal-mime';
import { describe, expect, test, vi } from 'vitest';
import { sentence } from '../../functions/ledger/sentence.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const soc = 'soc@contoso.example';
const isaiah = 'IsaiahL@contoso.example';

const summaries = () => world.mails.filter(({ recipients }) => recipients.to.includes(soc));
const guards = () => world.events.filter(({ event }) => event === 'bulk.guard');

describe('an administrator changes more users than BULK_LIMIT within an hour', () => {
  test('and each is told without copies, the security team by one summary', async () => {
    world = await openWorld({ BULK_LIMIT: '10', SECURITY_COPY: soc });
    world.happen('burst', { count: 25, by: isaiah });
    await world.pass(5);
    expect(world.mails).toHaveLength(26);
    const users = world.mails.filter(({ recipients }) => !recipients.to.includes(soc));
    expect(users.every(({ recipients }) => recipients.cc.length === 0)).toBe(true);

    const [summary, ...more] = summaries();
    expect(more).toEqual([]);
    expect(summary?.subject).toBe('Many accounts changed in an hour: 25 – security info');
    const { text = '' } = await PostalMime.parse(summary?.raw ?? '');
    expect(text).toContain('Changes: Phone number added');
    expect(text.match(/person\d+@contoso\.example/g)).toHaveLength(20);
    expect(text).toContain('25 accounts when this was noticed');
    expect(text.replaceAll('\u2060', '')).toContain(isaiah);

    const { id } = world.simulator.directory.get(isaiah);
    expect(guards()).toEqual([
      expect.objectContaining({ level: 'error', initiator: id, users: 25, found: 25 }),
    ]);
    const rows = await world.notifications();
    const told = rows.filter((row) => !row.summary);
    expect(new Set(told.map(({ outcome }) => sentence(outcome)))).toEqual(
      new Set(['user told; no copies of a bulk change (BULK_LIMIT)']),
    );
    expect(told.every(({ bulk, urgent }) => bulk && !urgent)).toBe(true);
    expect(rows.find((row) => row.summary)?.outcome?.reason).toBe('securityToldOfBulk');
  });

  test('little by little: copies stop at the limit, and there is one summary for the hour', async () => {
    world = await openWorld({ BULK_LIMIT: '4', SECURITY_COPY: soc });
    const { id, userPrincipalName } = world.simulator.directory.get(isaiah);
    const by = { id, userPrincipalName };
    for (const user of ['AdeleV', 'AlexW', 'DiegoS', 'LeeG', 'MeganB', 'MiriamG', 'JoniS']) {
      world.append(user, { by });
      await world.pass(2);
    }
    const copied = world.mails.map(({ recipients: { to, cc } }) => `${to[0]} ${cc.length > 0}`);
    expect(copied).toEqual([
      'AdeleV@contoso.example true',
      'AlexW@contoso.example true',
      'DiegoS@contoso.example true',
      'LeeG@contoso.example true',
      ...[expect.anything(), expect.anything()],
      'MiriamG@contoso.example false',
      'JoniS@contoso.example false',
    ]);
    expect(copied.slice(4, 6).sort()).toEqual(['MeganB@contoso.example false', `${soc} false`]);
    expect(guards()).toHaveLength(1);
  });

  test('and without SECURITY_COPY the log alone says so', async () => {
    world = await openWorld({ BULK_LIMIT: '10' });
    world.happen('burst', { count: 12, by: isaiah });
    await world.pass(3);
    expect(world.mails).toHaveLength(12);
    expect(guards()).toHaveLength(1);
    const summary = (await world.notifications()).find((row) => row.summary);
    expect(summary).toMatchObject({
      state: 'suppressed',
      outcome: { reason: 'noSecurityCopy' },
    });
  });

  test('and a process that dies in the middle of recording, or after it, changes nothing', async () => {
    world = await openWorld({ BULK_LIMIT: '10', SECURITY_COPY: soc });
    world.happen('burst', { count: 120, by: isaiah });
    world.advance(10);
    const submit = TableClient.prototype.submitTransaction;
    let transactions = 0;
    const dying = vi.spyOn(TableClient.prototype, 'submitTransaction');
    dying.mockImplementation(function (this: TableClient, actions) {
      transactions += 1;
      if (transactions > 1) throw new Error('died');
      return submit.call(this, actions);
    });
    await expect(world.poll()).rejects.toThrow('died');
    dying.mockRestore();
    expect(world.queue.messages).toEqual([]);
    const half = (await world.notifications()).length;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(121);
    world.advance(60);
    await world.pass(8);
    await world.sweep();
    await world.pass(3);
    expect(summaries()).toHaveLength(1);
    expect(world.mails).toHaveLength(121);
  });
});

test('what users do themselves at the same time is told as ever, manager in copy', async () => {
  world = await openWorld({ BULK_LIMIT: '10' });
  world.happen('burst', { count: 25, by: isaiah });
  await world.poll();
  const { id, userPrincipalName } = world.simulator.directory.get('person003@contoso.example');
  world.append('person003', { by: { id, userPrincipalName } });
  await world.pass(4);
  const own = world.mails.filter(({ recipients }) => recipients.cc.length > 0);
  expect(own.map(({ recipients }) => recipients.to)).toEqual([['person003@contoso.example']]);
});
