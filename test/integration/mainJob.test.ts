import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { sentence } from '../../functions/ledger/sentence.ts';
import { happenings } from '../../local/graph/happenings.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

describe('an administrator issues a Temporary Access Pass', () => {
  test('and the user is told, with the manager in copy, by one mail', async () => {
    world = await openWorld();
    world.happen('adminIssuesTemporaryAccessPass', { user: 'AdeleV@contoso.example' });
    await world.pass(3);

    expect(world.mails).toHaveLength(1);
    const [mail] = world.mails;
    expect(mail?.recipients).toEqual({
      to: ['AdeleV@contoso.example'],
      cc: ['MiriamG@contoso.example'],
      bcc: [],
    });
    expect(mail?.subject).toBe('Temporary Access Pass created: AdeleV – security info');
    expect(mail?.messageId).toMatch(/^<[0-9a-z]{16}\.security-info@contoso\.example>$/);

    const parsed = await PostalMime.parse(mail?.raw ?? '');
    const header = (name: string) => parsed.headers.find(({ key }) => key === name)?.value;
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('x-auto-response-suppress')).toBe('All');
    expect(parsed.attachments).toEqual([]);
    for (const body of [parsed.text, parsed.html]) {
      const plain = (body ?? '').replaceAll('\u2060', '');
      expect(plain).toContain('Temporary Access Pass');
      expect(plain).toContain('IsaiahL@contoso.example');
      expect(plain).toContain('UTC');
      expect(plain).toContain('+1 555 0100');
    }
    expect(parsed.text).toContain(expectedReference(await world.notifications()));
  });

  test('and nothing is sent twice, however often the log is read', async () => {
    world = await openWorld();
    world.happen('adminIssuesTemporaryAccessPass');
    await world.pass(70);
    expect(world.mails).toHaveLength(1);
    expect(world.simulator.sawAuthorization).toBe(false);
  });
});

const expectedReference = (rows: readonly { key: string }[]) => {
  const hash = rows[0]?.key.slice(-16) ?? '';
  return `${hash.slice(0, 4)}-${hash.slice(4, 8)}`;
};

describe('everything that can happen is told as often as it should be:', () => {
  test.each(happenings.filter(({ name }) => name !== 'burst'))(
    '$name leads to $changes mail(s)',
    async ({ name, changes }) => {
      world = await openWorld();
      world.happen(name);
      await world.pass(4);
      expect(world.mails.map(({ subject }) => subject)).toHaveLength(changes);
      const open = (await world.notifications()).filter(({ state }) => state === 'pending');
      // Whoever was deleted may come back.
      expect(open.filter(({ gone }) => !gone)).toEqual([]);
    },
  );

  test('a burst of 60 people is 60 mails, paced within the limits of two mailboxes', async () => {
    world = await openWorld();
    world.happen('burst', { count: 60 });
    await world.pass(5);
    expect(world.mails).toHaveLength(60);
    expect(new Set(world.mails.map(({ recipients }) => recipients.to[0])).size).toBe(60);
    expect(world.simulator.counts.throttled).toBe(0);
  });
});

describe('people', () => {
  const outcomeOf = async () =>
    (await world.notifications()).map(({ outcome }) => sentence(outcome));

  test.each([
    ['withoutManager', 'user told; no manager in the directory'],
    ['managerDisabled', 'user told; manager is disabled'],
    ['guestRegistersAuthenticator', 'user told; no manager in the directory'],
    ['newStarterGetsTemporaryAccessPass', 'user has no mailbox; manager told instead'],
  ] as const)('%s: the outcome says "%s"', async (name, outcome) => {
    world = await openWorld();
    world.happen(name);
    await world.pass(4);
    expect(await outcomeOf()).toEqual([outcome]);
  });

  test('the manager of a new starter without a mailbox gets the mail instead', async () => {
    world = await openWorld();
    world.happen('newStarterGetsTemporaryAccessPass');
    await world.pass(2);
    expect(world.mails.map(({ recipients }) => recipients.to)).toEqual([['LeeG@contoso.example']]);
  });

  test('guests are not told where NOTIFY_GUESTS is false, and the outcome says so', async () => {
    world = await openWorld({ NOTIFY_GUESTS: 'false' });
    world.happen('guestRegistersAuthenticator');
    await world.pass(3);
    expect(world.mails).toEqual([]);
    expect(await outcomeOf()).toEqual(['guests are not told (NOTIFY_GUESTS)']);
  });

  test('a row with only a UPN, in other case, reaches its user', async () => {
    world = await openWorld();
    const rows = world.happen('nullTargetId');
    await world.pass(3);
    const targets = rows.flatMap(({ targetResources }) => targetResources ?? []);
    expect(targets.some(({ id }) => id === null)).toBe(true);
    expect(world.mails).toHaveLength(1);
  });

  test('the name of an attacker reaches neither a header nor the markup', async () => {
    world = await openWorld();
    world.happen('hostileName');
    await world.pass(3);
    const { raw = '', subject, recipients } = world.mails[0] ?? {};
    expect(recipients?.bcc).toEqual([]);
    const [headers = ''] = raw.split('\r\n\r\n');
    expect(headers).not.toMatch(/^bcc:/im);
    expect(subject).toBe('Phone number added: GradyA – security info');
    const { html = '' } = await PostalMime.parse(raw);
    expect(html).not.toContain('<b onmouseover');
    expect(html.replaceAll('\u2060', '')).toContain('&lt;b onmouseover');
  });
});

test('DRY_RUN does everything but send, and says who would have been told', async () => {
  world = await openWorld({ DRY_RUN: 'true' });
  world.happen('adminIssuesTemporaryAccessPass');
  await world.pass(2);
  expect(world.mails).toEqual([]);
  const [row] = await world.notifications();
  expect(row?.state).toBe('suppressed');
  expect(sentence(row?.outcome)).toBe('DRY_RUN: user told; manager in copy');
});
