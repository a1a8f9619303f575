import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Permission, permissions } from '../../functions/permissions/needed.ts';
import { messageTrace } from '../../functions/send/messageTrace.ts';
import { proveDelivery } from '../../functions/send/proof.ts';
import { messageDomainOf } from '../../functions/send/sentItems.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { graphId } from '../../local/graph/grants.ts';
import { World } from './world.ts';

let azurite: Azurite;
let world: World;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => world.close());
afterAll(() => azurite.stop());

const adele = 'adelev@contoso.example';

const mayTrace = () => {
  const trace = (permissions as readonly Permission[]).find((one) => one.option === 'messageTrace');
  world.simulator.grants.add(graphId, trace?.id ?? '');
};

/** What the sweep's process keeps. */
const open = async (granted: boolean) => {
  world = await World.open(azurite);
  if (granted) mayTrace();
  const { ledger, graph, now, config } = world;
  const trace = messageTrace(graph, now);
  const log = (...event: Parameters<World['log']>) => world.log(...event);
  return () => proveDelivery({ ledger, trace, now, log, messageDomain: messageDomainOf(config) });
};

const told = async (user = 'AdeleV') => {
  world.append(user);
  await world.pass(2);
  world.advance(20 * 60);
};
const only = async () => (await world.notifications())[0];
const traces = () => world.simulator.counts.messageTraces;

describe('where mails arrived', () => {
  test('is noted of those that Exchange accepted, once each', async () => {
    const prove = await open(true);
    await told();
    world.simulator.mailboxes.arrivals.set(adele, 'filteredAsSpam');
    await prove();
    expect(await only()).toMatchObject({ state: 'sent', arrival: 'junk' });
    expect(world.events.at(-1)).toMatchObject({ event: 'delivery.traced', looked: 1, junk: 1 });
    await prove();
    expect(traces()).toBe(1);
  });

  test.each([
    ['quarantined', 'notDelivered'],
    ['failed', 'notDelivered'],
  ] as const)('is nowhere where it was %s: undeliverable, and alerted', async (arrival, reason) => {
    const prove = await open(true);
    await told();
    world.simulator.mailboxes.arrivals.set(adele, arrival);
    await prove();
    expect(await only()).toMatchObject({
      state: 'undeliverable',
      outcome: { reason, answer: arrival },
      doubts: [],
    });
    const said = world.events.find(({ event }) => event === 'mail.undeliverable');
    expect(said).toMatchObject({ level: 'warn', metrics: { 'mail.undeliverable': 1 } });
  });

  test('of a copy is nobody’s matter: the reader has it', async () => {
    const prove = await open(true);
    await told();
    world.simulator.mailboxes.arrivals.set('miriamg@contoso.example', 'failed');
    await prove();
    expect(await only()).toMatchObject({ state: 'sent', arrival: 'delivered' });
  });

  test('is where it came at last, when an operator had it sent once more', async () => {
    await open(true);
    await told();
    const { ledger, now, config } = world;
    const log = (...event: Parameters<World['log']>) => world.log(...event);
    const trace = {
      mayLook: () => true,
      mayNotKnow: () => false,
      of: async () => [
        { recipient: adele, arrival: 'quarantined' as const },
        { recipient: adele, arrival: 'delivered' as const },
      ],
    };
    await proveDelivery({ ledger, trace, now, log, messageDomain: messageDomainOf(config) });
    expect(await only()).toMatchObject({ state: 'sent', arrival: 'delivered' });
  });

  test('is asked again while it is not decided, and given up after an hour', async () => {
    const prove = await open(true);
    await told();
    world.simulator.mailboxes.arrivals.set(adele, 'pending');
    await prove();
    expect(await only()).not.toHaveProperty('arrival');
    await prove();
    expect(traces()).toBe(2);
    world.advance(3600);
    await prove();
    expect(traces()).toBe(2);
  });

  test('is not asked for more than Graph takes, the urgent ones first', async () => {
    const prove = await open(true);
    for (let number = 0; number < 20; number += 1) {
      world.append('AdeleV', { reason: `User registered Thing ${number}` });
      world.append('AlexW', {
        activity: 'User deleted security info',
        reason: `User deleted Email`,
      });
      await world.pass(2);
      world.advance(60);
    }
    world.advance(15 * 60);
    await prove();
    expect(traces()).toBe(15);
    const looked = (await world.notifications()).filter(({ arrival }) => arrival);
    expect(looked.every(({ urgent }) => urgent)).toBe(true);
  });

  test('changes nothing where the permission is missing: one question an hour finds out', async () => {
    const prove = await open(false);
    await told();
    const before = await only();
    await prove();
    await prove();
    expect(traces()).toBe(1);
    expect(await only()).toEqual(before);
    expect(world.events.some(({ event }) => event.startsWith('delivery'))).toBe(false);
  });
});

describe('a send without an answer, where nobody may look into Sent Items', () => {
  test.each([
    [true, 1],
    [false, 2],
  ])('with the trace (%s) becomes %i mail', async (granted, mails) => {
    await open(granted);
    world.simulator.faults.set('sentItems', { kind: 'consentMissing' });
    world.simulator.faults.set('sendMail', { kind: '504kept', times: 1 });
    world.append('AdeleV');
    // Exchange knows of it after five minutes; the repeat would be due after two.
    await world.pass(20);
    expect(await only()).toMatchObject({
      state: 'sent',
      outcome: granted ? { reason: 'userTold', traced: true } : { reason: 'userTold' },
    });
    expect(world.mails).toHaveLength(mails);
  });
});
