import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { authenticatorOf, readAaguid } from '../../functions/passkeys/authenticator.ts';
import { mergeAuthenticators } from '../../tools/authenticators.ts';
import { changeOf } from '../fixtures/recognised.ts';

const file = new URL('../../functions/passkeys/authenticators.json', import.meta.url);
const text = await readFile(file, 'utf8');
const data = JSON.parse(text) as Record<'names' | 'ysa202403' | 'software', object>;
const key = '2fc0579f-8113-47ea-b116-bb5a8db9202a';

describe('the list of authenticators', () => {
  test('holds 348 models, 17 of which YSA-2024-03 affects, and two that only test tools present', () => {
    const { names, ysa202403, software } = data;
    expect([names, ysa202403, software].map((one) => Object.keys(one).length)).toEqual([
      348, 17, 2,
    ]);
    for (const id of Object.keys({ ...ysa202403, ...software })) expect(names).toHaveProperty(id);
  });

  test('has one id a line, each in its one spelling, in order', () => {
    const ids = text.match(/^ {4}"[0-9a-f-]{36}"/gm);
    expect(ids).toHaveLength(348 + 17 + 2);
    for (const section of Object.values(data).filter((one) => !Array.isArray(one))) {
      const keys = Object.keys(section);
      expect(keys.map(readAaguid)).toEqual(keys);
      expect(keys).toEqual(keys.toSorted());
    }
  });

  const sources = process.env['AAGUID_SOURCES'] ?? '';
  test.skipIf(sources === '')('is what its sources give', async () => {
    expect(await mergeAuthenticators(sources)).toBe(text);
  });
});

describe('an AAGUID', () => {
  test.each([key, key.toUpperCase(), key.replaceAll('-', ''), ` {${key}}\n`])(
    'is known in any spelling: %j',
    (aaguid) => {
      expect(authenticatorOf(aaguid)).toEqual({
        aaguid: key,
        name: 'YubiKey 5 Series with NFC',
        advisory: 'YSA-2024-03',
        isSoftware: false,
      });
    },
  );

  test.each([
    undefined,
    null,
    '',
    'constructor',
    key.slice(1),
    `${key}0`,
    '00000000-0000-0000-0000-000000000000',
    '0'.repeat(32),
  ])('is not read in %j', (aaguid) => {
    expect(authenticatorOf(aaguid)).toBeUndefined();
  });

  test('without a known model is only itself', () => {
    const aaguid = '12345678-1234-1234-1234-123456789abc';
    expect(authenticatorOf(aaguid)).toEqual({ aaguid, isSoftware: false });
  });

  test('of a row is found at any place and in any case', () => {
    const details = { WebAuthnInfo: '{}', aaGUID: key.toUpperCase() };
    const spec = {
      service: 'Device Registration Service',
      activity: 'Add Passkey (device-bound)',
      reason: null,
    };
    for (const one of [details, Object.fromEntries(Object.entries(details).reverse())]) {
      const { passkey } = changeOf({ ...spec, details: one }).details;
      expect(authenticatorOf(passkey?.aaguid)?.aaguid).toBe(key);
    }
  });
});

describe('YSA-2024-03', () => {
  test('is told of 17 models, all of Yubico, with firmware below 5.7', () => {
    const affected = Object.keys(data.names).filter((id) => authenticatorOf(id)?.advisory);
    expect(affected).toEqual(Object.keys(data.ysa202403));
    for (const id of affected) expect(authenticatorOf(id)?.name).toMatch(/YubiKey|Yubico/);
    for (const versions of Object.values(data.ysa202403)) {
      expect(versions).toMatch(/^5\.[1-6](, 5\.[1-6])*$/);
    }
  });

  test('is not told of the same series with firmware 5.7', () => {
    const [old, current] = [key, 'a25342c0-3cdc-4414-8e46-f4807fca511c'].map(authenticatorOf);
    expect(current?.name).toBe(old?.name);
    expect(current?.advisory).toBeUndefined();
  });
});

test('software authenticators are those of test tools, not the ones that people use', () => {
  expect(authenticatorOf('01020304-0506-0708-0102-030405060708')?.isSoftware).toBe(true);
  const used = [
    'b5397666-4885-aa6b-cebf-e52262a439a2',
    'adce0002-35bc-c60a-648b-0b25f1f05503',
    '6028b017-b1d4-4c02-b4b3-afcdafc96bb2',
  ];
  for (const id of used) expect(authenticatorOf(id)).toMatchObject({ isSoftware: false });
});
