import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

const parsed = () => Promise.all(world.mails.map(({ raw }) => PostalMime.parse(raw)));
const threadsTo = async (name: string) =>
  (await parsed())
    .filter(({ to }) => to?.some(({ address }) => address?.startsWith(name)))
    .map(({ references }) => references);

test('mails about the same account are one thread, those about others are not', async () => {
  world = await openWorld();
  world.simulator.happen('userRegistersPasskey', { user: 'AdeleV@contoso.example' });
  // Its rows know the person only by a name that is spelled in two ways.
  world.simulator.happen('nullTargetId', { user: 'AdeleV@contoso.example' });
  world.simulator.happen('adminIssuesTemporaryAccessPass', { user: 'AdeleV@contoso.example' });
  world.simulator.happen('userDeletesPhone', { user: 'AlexW@contoso.example' });
  await world.pass(3);
  const [first, ...others] = await threadsTo('Adele');
  expect(first).toMatch(/^<[0-9a-z]{16}\.account\.security-info@contoso\.example>$/);
  expect(others.length).toBeGreaterThan(0);
  expect(new Set(others)).toEqual(new Set([first]));
  const [alex] = await threadsTo('Alex');
  expect(alex).toBeDefined();
  expect(alex).not.toBe(first);
  const ids = (await parsed()).map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('everybody reads their own language, and can report in it', async () => {
  world = await openWorld({
    SUPPORT_CONTACT: '+1 555 0100, helpdesk@contoso.example',
    LOGO_URL: 'data:image/gif;base64,R0lGODlhAQABAAAAAAAsOw==',
    DEFAULT_LANGUAGE: 'nl',
  });
  for (const user of ['AlexW', 'DiegoS', 'LeeG']) world.append(user);
  await world.pass(2);
  const mails = await parsed();
  const subjects = mails.map(({ subject = '' }) => subject.split(/[:–]/)[0]?.trim());
  expect(subjects.sort()).toEqual([
    'Numéro de téléphone ajouté',
    'Telefonnummer hinzugefügt',
    'Telefoonnummer toegevoegd',
  ]);
  for (const { html = '', text = '', replyTo, attachments } of mails) {
    expect(replyTo?.map(({ address }) => address)).toEqual(['helpdesk@contoso.example']);
    expect(html).toMatch(/<a href="mailto:helpdesk@contoso\.example\?subject&#x3D;/);
    expect(text).toMatch(/: helpdesk@contoso\.example\r?\n/);
    expect(attachments).toMatchObject([{ contentId: '<logo>', disposition: 'inline' }]);
  }
});
