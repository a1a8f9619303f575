import { describe, expect, test } from 'vitest';
import { claimOf, warningAbout } from '../../functions/passkeys/claim.ts';
import { change } from '../mail/cases.ts';

const yubiKey = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
const emulator = '4e49442d-4155-5448-2d33-313431353932';
const zeros = '00000000-0000-0000-0000-000000000000';
const strange = '12345678-1234-1234-1234-123456789abc';
const manager = 'bada5566-a7aa-401f-bd96-45619a55120d';

describe('a claim', () => {
  test('keeps apart what is said, what is proved, and how the passkey is bound', () => {
    expect(claimOf({})).toEqual({ proof: 'unknown', binding: 'unknown' });
    expect(
      claimOf({ aaguid: yubiKey, attestation: 'attested', type: 'deviceBound' }),
    ).toMatchObject({
      name: 'YubiKey 5 Series with NFC',
      proof: 'attested',
      binding: 'deviceBound',
    });
    expect(claimOf({ aaguid: yubiKey, attestation: 'notAttested' })).not.toHaveProperty('warning');
  });

  test.each([
    ['a key that is synced', yubiKey, 'notAttested', 'synced', 'contradiction'],
    ['… and nobody knows whether it is attested', yubiKey, undefined, 'synced', 'contradiction'],
    ['… but attested, which proves the model', yubiKey, 'attested', 'synced', undefined],
    ['a key that is bound', yubiKey, 'notAttested', 'deviceBound', undefined],
    [
      'Windows Hello that is synced',
      '08987058-cadc-4b81-b6e1-30de50dcbe96',
      'notAttested',
      'synced',
      'contradiction',
    ],
    [
      'Windows Hello without a chip',
      '6028b017-b1d4-4c02-b4b3-afcdafc96bb2',
      undefined,
      'synced',
      'contradiction',
    ],
    [
      'Microsoft Authenticator',
      'de1e552d-db1d-4423-a619-566b625cdc84',
      'notAttested',
      'synced',
      'contradiction',
    ],
    ['an app on a phone', '59f85fe7-faa5-4c92-9f52-697b9d4d5473', undefined, 'synced', undefined],
    ['a browser', 'adce0002-35bc-c60a-648b-0b25f1f05503', undefined, 'synced', undefined],
    ['a password manager that is synced', manager, 'notAttested', 'synced', undefined],
    ['a program, however it is bound', emulator, 'notAttested', 'deviceBound', 'program'],
    ['a program that proves it', emulator, 'attested', 'synced', 'program'],
    ['zeros', zeros, 'notAttested', 'synced', undefined],
    ['what no list knows', strange, 'notAttested', 'synced', undefined],
  ] as const)('has a warning or not: %s', (_, aaguid, attestation, type, warning) => {
    const facts = { aaguid, type, ...(attestation && { attestation }) };
    expect(claimOf(facts).warning).toBe(warning);
  });

  test('has the name that the operator gives, which hides neither a program nor a warning', () => {
    const own = {
      [strange]: 'Our badge',
      [yubiKey]: 'Our key',
      [emulator]: 'YubiKey',
      [zeros]: 'YubiKey',
    };
    expect(claimOf({ aaguid: strange }, own).name).toBe('Our badge');
    expect(claimOf({ aaguid: yubiKey, type: 'synced' }, own)).toMatchObject({
      name: 'Our key',
      warning: 'contradiction',
      authenticator: { advisories: [{ id: 'YSA-2024-03' }] },
    });
    expect(claimOf({ aaguid: emulator }, own)).toMatchObject({ warning: 'program' });
    for (const aaguid of [emulator, zeros]) {
      expect(claimOf({ aaguid }, own)).not.toHaveProperty('name');
    }
  });
});

test('the gravest warning about several changes counts, and none about what is gone', () => {
  const made = (aaguid: string, action: 'registered' | 'deleted' = 'registered') =>
    change({ action, details: { passkey: { aaguid, type: 'synced' } } });
  expect(warningAbout([made(yubiKey), made(emulator), made(manager)])).toBe('program');
  expect(warningAbout([made(manager), made(yubiKey)])).toBe('contradiction');
  expect(warningAbout([made(zeros), made(strange), change({ method: 'phone' })])).toBeUndefined();
  expect(warningAbout([made(emulator, 'deleted'), made(yubiKey, 'deleted')])).toBeUndefined();
});
