import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { advisoryLines, authenticatorLines } from '../../functions/mail/authenticator.ts';
import { wordsFor } from '../../functions/mail/words.ts';
import type { PasskeyFacts } from '../../functions/recognise/change.ts';
import { change } from '../mail/cases.ts';

const folder = join(import.meta.dirname, 'lines');
const words = join(import.meta.dirname, '..', '..', 'templates', 'words');
const languages = readdirSync(words).map((file) => file.replace('.json', ''));

const unattested = { attestation: 'notAttested', type: 'deviceBound' } as const;
const synced = { attestation: 'notAttested', type: 'synced' } as const;
const yubiKey = '2fc0579f-8113-47ea-b116-bb5a8db9202a';

/** What somebody reads through who has just bought that key, and somebody who hasn't. */
const cases: Readonly<Record<string, PasskeyFacts>> = {
  'a key, attested': { aaguid: yubiKey, attestation: 'attested', type: 'deviceBound' },
  'a key, not attested': { aaguid: 'a25342c0-3cdc-4414-8e46-f4807fca511c', ...unattested },
  'a key, of which only the audit log tells': { aaguid: '24083bcb-3034-4867-99de-a3b52e1d426a' },
  'a key that is synced: an emulator with its id': { aaguid: yubiKey, ...synced },
  'Windows Hello in a chip': { aaguid: '08987058-cadc-4b81-b6e1-30de50dcbe96' },
  'Windows Hello in a protected area': { aaguid: '9ddd1817-af5a-4672-a2b9-3e3dd95000a9' },
  'Windows Hello in software': { aaguid: '6028b017-b1d4-4c02-b4b3-afcdafc96bb2' },
  'Microsoft Authenticator': { aaguid: '90a3ccdf-635c-4729-a248-9b709135078f', ...unattested },
  'an app on a phone; the lists disagree': { aaguid: '820d89ed-d65a-409e-85cb-f73f0578f82a' },
  'a browser': { aaguid: 'adce0002-35bc-c60a-648b-0b25f1f05503' },
  'a password manager': { aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d', ...synced },
  'a password manager; the lists disagree': { aaguid: 'e8b7f4a2-c3d5-e6f7-890a-b1c2d3e4f567' },
  'the lists disagree: IDmelon': { aaguid: '39a5647e-1853-446c-a1f6-a79bae9f5bc7' },
  'the lists disagree: GoTrust': { aaguid: 'c611b55c-77b2-4527-8082-590e931b2f08' },
  'the lists disagree: GoTrust, another': { aaguid: '3b1adb99-0dfe-46fd-90b8-7f7614a4de2a' },
  'the lists disagree: GoTrust, a card': { aaguid: '9f0d8150-baa5-4c00-9299-ad62c8bb4e87' },
  'the lists disagree: IDEX': { aaguid: '49a15c1c-3f63-3f51-23a7-b9e00096edd1' },
  'a model of which the lists don’t tell more': { aaguid: '0076631b-d4a0-427f-5773-0ec71c9e0279' },
  'a revoked model': { aaguid: 'ba86dc56-635f-4141-aef6-00227b1b9af6' },
  'its twin, which is not': { aaguid: '95e4d58c-056e-4a65-866d-f5a69659e880' },
  'a test record of a maker': { aaguid: 'ab32f0c6-2239-afbb-c470-d2ef4e254db6' },
  zeros: { aaguid: '00000000-0000-0000-0000-000000000000', ...unattested },
  'an id that no list has': { aaguid: '12345678-1234-1234-1234-123456789abc', ...unattested },
  '… which Graph has a name for': {
    aaguid: '12345678-1234-1234-1234-123456789abc',
    model: 'New Key',
    ...unattested,
  },
  ...Object.fromEntries(
    [
      '01020304-0506-0708-0102-030405060708',
      '68e100a5-0b47-9104-b854-97a9ba510638',
      '4e49442d-4155-5448-2d33-313431353932',
      '756c5af5-eca6-01a3-2fc6-d30ce2f201c5',
      '4e3738b5-a1b2-7e8e-ed48-3740586cc97e',
      '0fb9bcbc-a0d4-4042-bbb0-559bc1631e28',
      '736f6674-2d66-6964-6f32-2d7669727475',
      '6f158274-aab6-443d-9bcf-8a3f69297c88',
      '76697274-7561-6c2d-6175-74686e2d7631',
      'f1d0f1d0-f1d0-f1d0-f1d0-f1d0f1d0f1d0',
      'c9cadfc9-89a9-489e-a25a-c7e86a4d5f15',
    ].map((aaguid) => [`a program: ${aaguid}`, { aaguid }]),
  ),
};

test.each(languages)('the lines about an authenticator are as last reviewed: %s', async (tag) => {
  const own = wordsFor(tag);
  const told = Object.entries(cases).map(([title, passkey]) => {
    const made = change({ details: { passkey } });
    const lines = [...authenticatorLines(made, own), ...advisoryLines(made, own)];
    return `=== ${title}\n${lines.map((line) => `${line}\n`).join('')}`;
  });
  await expect(told.join('\n')).toMatchFileSnapshot(join(folder, `${tag}.txt`));
});

test('no file is left of a language that there is no more', () => {
  const expected = languages.map((tag) => `${tag}.txt`).sort();
  expect(readdirSync(folder).sort()).toEqual(expected);
});
