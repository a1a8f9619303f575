import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { userRegistersOne } from '../../local/graph/happenings/passkey.ts';
import {
  claimedYubiKey,
  emulator,
  type PasskeyKind,
  withoutModel,
} from '../../local/graph/passkeyMethods.ts';
import type { World } from './world.ts';
import { worlds } from './worlds.ts';

const openWorld = worlds();
let world: World;

/** The two bodies of each mail that was sent, as they are read. */
const bodies = () =>
  Promise.all(
    world.mails.map(async ({ raw }) => {
      const { text = '', html = '' } = await PostalMime.parse(raw);
      return [text, html].map((body) => body.replaceAll('\u2060', ''));
    }),
  );
const adeles = () => world.simulator.passkeys.of(adele());
const adele = () => world.simulator.directory.get('AdeleV@contoso.example').id;

describe('a passkey is registered', () => {
  test('and the mail names its model, its name and whether it is attested, after one call', async () => {
    world = await openWorld();
    world.happen('userRegistersPasskey', { user: adele() });
    await world.pass(4);
    const [passkey] = adeles();
    const bodiesOfAll = await bodies();
    expect(bodiesOfAll).toHaveLength(1);
    const isAttested = passkey?.attestationLevel === 'attested';
    const name = isAttested ? 'YubiKey 5 Series with NFC' : 'Microsoft Authenticator for iOS';
    for (const body of bodiesOfAll.flat()) {
      expect(body).toContain(
        isAttested ? `${name}, confirmed by attestation` : `Identifies itself as ${name}`,
      );
      expect(body).toContain(`“${passkey?.displayName}”`);
      expect(body).toContain('; bound to one device');
      expect(body.includes('YSA-2024-03')).toBe(isAttested);
    }
    expect(world.simulator.counts.methods).toBe(1);
  });

  test('and by a row without object id, the person is asked about by the one of the directory', async () => {
    world = await openWorld();
    world.happen('nullTargetId', { user: adele() });
    await world.pass(4);
    const asked = world.simulator.requests.filter(({ path }) => path.endsWith('/fido2Methods'));
    expect(asked.map(({ path }) => path)).toEqual([
      `/v1.0/users/${adele()}/authentication/fido2Methods`,
    ]);
  });

  test.each(['consentMissing', '404', '429', '503', 'hang'] as const)(
    'and where Graph does not tell more (%s), the mail says what the row says, on time',
    async (kind) => {
      // How long an answer may take is tested where it is asked for; here it need not be waited for.
      world = await openWorld({}, kind === 'hang' ? { patienceMs: 500 } : {});
      world.simulator.faults.set('methods', { kind });
      world.happen('userRegistersPasskey', { user: adele() });
      await world.pass(4);
      const [[text = '', html = ''] = [], ...more] = await bodies();
      expect(more).toEqual([]);
      for (const body of [text, html]) {
        expect(body).toContain('Identifies itself as');
        expect(body).not.toContain('Name given to it');
      }
      expect(world.simulator.counts.methods).toBe(1);
      const [row] = await world.notifications();
      expect(row).toMatchObject({ state: 'sent', attempts: 1, deferrals: 0 });
    },
  );

  test('without the permission, mail after mail goes out, and Graph is asked once an hour', async () => {
    world = await openWorld();
    world.simulator.faults.set('methods', { kind: 'consentMissing' });
    for (const minutes of [3, 3, 60, 3]) {
      world.happen('userRegistersPasskey', { user: adele() });
      await world.pass(minutes);
    }
    expect(world.mails).toHaveLength(4);
    expect(world.simulator.counts.methods).toBe(2);
    const denied = world.events.filter(({ event }) => event === 'passkeys.denied');
    expect(denied).toEqual(
      Array(2).fill({
        level: 'info',
        event: 'passkeys.denied',
        status: 403,
        code: 'accessDenied',
      }),
    );
  });

  test('and gone again before the mail: it is sent without what is no longer known', async () => {
    world = await openWorld();
    world.happen('userRegistersPasskey', { user: adele() });
    world.simulator.passkeys.removeNewest(adele());
    await world.pass(4);
    const [[text = ''] = []] = await bodies();
    expect(text).toContain('Identifies itself as');
    expect(text).not.toContain('Name given to it');
  });

  test('under a hostile name, which stays a quoted name', async () => {
    world = await openWorld();
    world.happen('userRegistersPasskey', { user: adele() });
    const passkey = world.simulator.passkeys.removeNewest(adele());
    if (!passkey) throw new Error('no passkey');
    const displayName = '<b onmouseover=alert(1)>”\r\nBcc: x@evil.example';
    world.simulator.passkeys.add(adele(), { ...passkey, displayName });
    await world.pass(4);
    const [[text = '', html = ''] = []] = await bodies();
    expect(text).toContain('“<b onmouseover=alert(1)>’ Bcc: x@evil.example”');
    expect(html).not.toContain('<b onmouseover');
    expect(world.mails[0]?.recipients.bcc).toEqual([]);
  });
});

describe('a passkey that is not what it says', () => {
  const soc = 'soc@contoso.example';
  const settings = { SECURITY_COPY: soc, COPY_MANAGER: 'risky' };
  const register = (kind: PasskeyKind) =>
    world.simulator.perform({ person: adele(), script: userRegistersOne(kind) });

  test.each([
    ['a key that is synced', claimedYubiKey, 'contradiction', 'only claims to be one'],
    ['a program made for tests', emulator, 'program', 'program made for tests'],
  ] as const)(
    '%s: manager and security team have a copy, log and ledger say so',
    async (_, kind, warning, words) => {
      world = await openWorld(settings);
      register(kind);
      await world.pass(4);
      const [mail, ...more] = world.mails;
      expect(more).toEqual([]);
      expect(mail?.recipients.cc).toEqual(expect.arrayContaining([soc]));
      expect(mail?.recipients.cc).toHaveLength(2);
      const [[text = ''] = []] = await bodies();
      expect(text).toContain(words);
      expect(text).not.toContain('YSA-2024-03');
      const [row] = await world.notifications();
      expect(row).toMatchObject({ state: 'sent', authenticatorWarning: warning });
      const sent = world.events.filter(({ event }) => event === 'mail.sent');
      expect(sent).toMatchObject([{ authenticator: warning }]);
    },
  );

  test('an honest one is nothing of the sort: nobody else is told', async () => {
    world = await openWorld(settings);
    register(withoutModel);
    await world.pass(4);
    expect(world.mails[0]?.recipients.cc).toEqual([]);
    const [[text = ''] = []] = await bodies();
    expect(text).toContain('Does not say which model it is');
    const [row] = await world.notifications();
    expect(row).not.toHaveProperty('authenticatorWarning');
    const sent = world.events.filter(({ event }) => event === 'mail.sent');
    expect(sent[0]?.['authenticator']).toBeUndefined();
  });
});

test.each([
  'userDeletesPasskey',
  'adminIssuesTemporaryAccessPass',
  'userRegistersPhone',
  'userRegistersAuthenticator',
] as const)('%s needs no call about passkeys', async (name) => {
  world = await openWorld();
  world.happen(name);
  await world.pass(4);
  expect(world.mails).toHaveLength(1);
  expect(world.simulator.counts.methods).toBe(0);
});
