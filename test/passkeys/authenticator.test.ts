import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  type Authenticators,
  authenticatorOf,
  entriesOf,
  hiddenAaguid,
  readAaguid,
} from '../../functions/passkeys/authenticator.ts';
import { mergeAuthenticators, written } from '../../tools/authenticators/merge.ts';
import { changeOf } from '../fixtures/recognised.ts';
import { words } from '../fixtures/words.ts';

const file = new URL('../../functions/passkeys/authenticators.json', import.meta.url);
const text = await readFile(file, 'utf8');
const data = JSON.parse(text) as Authenticators;
const all = [...entriesOf(data).values()];
const of = (...kinds: string[]) => all.filter(({ kind }) => kinds.includes(kind));
const key = '2fc0579f-8113-47ea-b116-bb5a8db9202a';

describe('the list of authenticators', () => {
  test('holds 417 models, one of them a test record, and eleven programs made for tests', () => {
    expect(of('model')).toHaveLength(416);
    expect(of('testRecord').map(({ name }) => name)).toEqual(['TEST (DUMMY RECORD)']);
    expect(of('program')).toHaveLength(11);
    expect(of('hidden', 'unlisted')).toEqual([]);
  });

  test('has each id once, in its one spelling, with a name and the source of it', () => {
    const ids = text.match(/"[0-9a-f-]{36}": /g) ?? [];
    expect(ids).toHaveLength(all.length);
    for (const { aaguid, name, source = '', kind } of all) {
      expect(readAaguid(aaguid)).toBe(aaguid);
      expect(name).toMatch(/\S/);
      expect(kind === 'program' || source in data.sources, aaguid).toBe(true);
    }
  });

  test('tells of nine models in ten where they keep passkeys', () => {
    const told = of('model').filter(({ place }) => place);
    expect(told.length / of('model').length).toBeGreaterThan(0.9);
  });

  const sources = process.env['AAGUID_SOURCES'] ?? '';
  test.skipIf(sources === '')('is what its sources give', async () => {
    expect(written(await mergeAuthenticators(sources))).toBe(text);
  });
});

describe('an AAGUID', () => {
  test.each([key, key.toUpperCase(), key.replaceAll('-', ''), ` {${key}}\n`])(
    'is known in any spelling: %j',
    (aaguid) => {
      expect(authenticatorOf(aaguid)).toMatchObject({
        aaguid: key,
        kind: 'model',
        name: 'YubiKey 5 Series with NFC',
        source: 'mds',
        place: 'securityKey',
        advisories: [{ id: 'YSA-2024-03', since: '2024-09-03' }],
      });
    },
  );

  test.each([undefined, null, '', 'constructor', key.slice(1), `${key}0`])(
    'is not read in %j',
    (aaguid) => {
      expect(authenticatorOf(aaguid)).toBeUndefined();
    },
  );

  test('of zeros names nothing, and one that no list has only itself', () => {
    for (const aaguid of [hiddenAaguid, '0'.repeat(32)]) {
      const hidden = { aaguid: hiddenAaguid, kind: 'hidden', advisories: [] };
      expect(authenticatorOf(aaguid)).toEqual(hidden);
    }
    const aaguid = '12345678-1234-1234-1234-123456789abc';
    expect(authenticatorOf(aaguid)).toEqual({ aaguid, kind: 'unlisted', advisories: [] });
  });

  const spec = { service: 'Device Registration Service', reason: null };
  const passkeyOf = (activity: string, details: Record<string, string>) =>
    changeOf({ ...spec, activity, details }).details.passkey;

  test('of a row is found at any place and in any case', () => {
    const details = { WebAuthnInfo: '{}', aaGUID: key.toUpperCase() };
    for (const one of [details, Object.fromEntries(Object.entries(details).reverse())]) {
      expect(passkeyOf('Add Passkey (device-bound)', one)).toEqual({ aaguid: key });
    }
  });

  test('of a row may be zeros, which is not the same as none; and the row may say that it is synced', () => {
    expect(passkeyOf('Add Passkey (device-bound)', { AAGuid: hiddenAaguid })).toEqual({
      aaguid: hiddenAaguid,
    });
    expect(passkeyOf('Add Passkey (device-bound)', { AAGuid: '' })).toBeUndefined();
    expect(passkeyOf('Add Passkey (synced)', { AAGuid: key })).toEqual({
      aaguid: key,
      type: 'synced',
    });
  });
});

describe('an advisory', () => {
  const affected = (advisory: string) =>
    all.filter(({ advisories }) => advisories.some(({ id }) => id === advisory));

  test('YSA-2024-03 is told of 17 models, all of Yubico', () => {
    expect(affected('YSA-2024-03')).toHaveLength(17);
    for (const { name } of affected('YSA-2024-03')) expect(name).toMatch(/YubiKey|Yubico/);
  });

  test('is by id: eleven names stand for models that it is about and for others', () => {
    const names = new Set(affected('YSA-2024-03').map(({ name }) => name));
    const others = all.filter(({ name, advisories }) => advisories.length === 0 && names.has(name));
    expect(new Set(others.map(({ name }) => name)).size).toBe(11);
    const [old, current] = [key, 'a25342c0-3cdc-4414-8e46-f4807fca511c'].map(authenticatorOf);
    expect(current?.name).toBe(old?.name);
    expect(current?.advisories).toEqual([]);
  });

  test('the revoked model is told apart from its twin of the same name', () => {
    const [revoked, ...more] = affected('MDS-REVOKED-2023-12-20');
    expect(more).toEqual([]);
    expect(revoked?.aaguid).toBe('ba86dc56-635f-4141-aef6-00227b1b9af6');
    const twin = authenticatorOf('95e4d58c-056e-4a65-866d-f5a69659e880');
    expect([twin?.name, twin?.place]).toEqual([revoked?.name, revoked?.place]);
    expect(twin?.advisories).toEqual([]);
  });

  test('has words of its own in every language', async () => {
    for (const { words: key } of data.advisories) {
      for (const [language, { passkeys }] of Object.entries(words)) {
        const told: Record<string, object> = passkeys.advisories;
        expect(Object.keys(told[key] ?? {}), `${language} ${key}`).toEqual([
          'what',
          'risk',
          'advice',
        ]);
      }
    }
  });
});

test('the hunting query looks for every program made for tests', async () => {
  const guide = await readFile(new URL('../../docs/operate.md', import.meta.url), 'utf8');
  for (const { aaguid } of of('program')) expect(guide).toContain(`"${aaguid}"`);
});

test('programs made for tests are none that people keep passkeys with', () => {
  expect(authenticatorOf('01020304-0506-0708-0102-030405060708')?.kind).toBe('program');
  const used = {
    'b5397666-4885-aa6b-cebf-e52262a439a2': 'device',
    'adce0002-35bc-c60a-648b-0b25f1f05503': 'device',
    '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'windowsHelloSoftware',
    '08987058-cadc-4b81-b6e1-30de50dcbe96': 'windowsHello',
    '2cd2f727-f6ca-44da-8f48-5c2e5da000a2': 'securityKey',
    '50726f74-6f6e-5061-7373-50726f746f6e': 'passwordManager',
    '53414d53-554e-4700-0000-000000000000': 'passwordManager',
    '820d89ed-d65a-409e-85cb-f73f0578f82a': 'phoneApp',
    '0076631b-d4a0-427f-5773-0ec71c9e0279': undefined,
  };
  for (const [id, place] of Object.entries(used)) {
    expect(authenticatorOf(id)).toMatchObject({ kind: 'model', ...(place && { place }) });
    expect(authenticatorOf(id)?.place).toBe(place);
  }
});
