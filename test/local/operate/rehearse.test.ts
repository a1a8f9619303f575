import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { reference } from '../../../functions/ledger/keys.ts';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { operatorCredential } from '../../../local/operate/operator.ts';
import { rehearsalPage } from '../../../local/operate/rehearse/page.ts';
import { printed } from '../../../local/operate/rehearse/printed.ts';
import { rehearse } from '../../../local/operate/rehearse/rehearse.ts';
import { reportOn } from '../../../local/operate/rehearse/report.ts';
import { World } from '../../integration/world.ts';

let azurite: Azurite;
let world: World;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => world.close());
afterAll(() => azurite.stop());

const rehearsed = (settings: Record<string, string> = {}) =>
  rehearse(
    {
      GRAPH_BASE_URL: world.simulator.url,
      AzureWebJobsStorage: 'BlobEndpoint=http://127.0.0.1:1',
      ...settings,
    },
    new Date('2026-11-24T09:00:00.000Z'),
    { credential: operatorCredential(), now: world.now, wait: world.wait, progress: () => {} },
  );

test('tells whom the app tells, with the same references, and sends nothing', async () => {
  const settings = { BULK_LIMIT: '10', SECURITY_COPY: 'soc@contoso.example' };
  world = await World.open(azurite, settings);
  world.happen('userRegistersPasskey');
  await world.pass(7);
  world.happen('burst', { count: 25, by: 'IsaiahL@contoso.example' });
  await world.pass(10);
  const rows = (await world.notifications()).filter(({ state }) => state === 'sent');
  const told = world.mails.map(({ recipients: { to, cc } }) => [...to, ...cc].join());
  const sent = world.simulator.counts.sendMail;
  const { mails } = await rehearsed(settings);
  expect(mails.length).toBeGreaterThan(20);
  expect(mails.map((mail) => mail.reference).sort()).toEqual(rows.map(reference).sort());
  expect(mails.map(({ to, copies }) => [...to, ...copies].join()).sort()).toEqual(told.sort());
  expect(world.simulator.counts.sendMail).toBe(sent);
});

test('counts a pilot, keeps names out of its numbers and escapes those on the page', async () => {
  world = await World.open(azurite);
  world.simulator.directory.patch('AdeleV@contoso.example', {
    displayName: '"><script>alert(1)</script>',
  });
  world.append('AdeleV');
  world.append('AlexW');
  world.advance(120);
  const rehearsal = await rehearsed({ INCLUDED_USERS: 'adelev@contoso.example' });
  const report = reportOn(rehearsal);
  expect(report.pilot).toEqual({ told: 1, notTold: 1 });
  expect(JSON.stringify(report)).not.toMatch(/@|Adele|alert/);
  expect(printed(report)).toContain('Pilot: 1 people told, 1 people with changes not in it');
  const page = rehearsalPage(rehearsal, report);
  expect(page).toMatch(/adelev@contoso\.example/i);
  expect(page).not.toContain('<script>alert');
});
