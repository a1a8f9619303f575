import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { cell, passkeysCsv, peopleCsv } from '../../cli/inventory/csv.ts';
import { inventoryPage, mostOnPage } from '../../cli/inventory/page.ts';
import { listed, namedLines, printed } from '../../cli/inventory/printed.ts';
import { totalsOf } from '../../cli/inventory/totals.ts';
import { extraPerson, ids } from '../../local/graph/contoso.ts';
import { emulator, makePasskey } from '../../local/graph/passkeyMethods.ts';
import { seededRandom } from '../../local/graph/random.ts';
import { askedTenant } from './inventoried.ts';

const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hostile = '"><script>alert(1)</script>';

async function hostileTenant() {
  const tenant = await askedTenant();
  const { directory, passkeys } = tenant.simulator;
  directory.patch('AdeleV@contoso.example', { displayName: hostile });
  directory.patch('AlexW@contoso.example', { displayName: '=HYPERLINK("//evil.example","x")' });
  directory.patch('LeeG@contoso.example', { displayName: 'Lee\u001b[31m\nred\u202e' });
  const key = { ...emulator, displayName: `@SUM(1+1)*cmd|' /C calc'!A0${hostile}` };
  passkeys.add(ids.adele, makePasskey(seededRandom(5), tenant.now(), key));
  return tenant;
}

/** As RFC 4180 has it. */
const parseCsv = (text: string): string[][] =>
  text
    .replace(/^\uFEFF/, '')
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, one = '']) =>
        one.replaceAll('""', '"'),
      ),
    );

describe('the CSV', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1 555', "'+1 555"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'=1"],
    ['\r\n@x', "'@x"],
    ['\u200b=1', "'=1"],
    ['＝1', "'＝1"],
    ['a=b', 'a=b'],
    ['say "no", then go', 'say "no", then go'],
    ['two\nlines', 'two lines'],
  ])('takes %j for no formula', (text, shown) => {
    expect(cell(text)).toBe(`"${shown.replaceAll('"', '""')}"`);
  });

  test('has a line for each person and each passkey, whatever they are called', async () => {
    const { people } = await (await hostileTenant()).take();
    const lines = parseCsv([...peopleCsv(people)].join(''));
    expect(lines).toHaveLength(13);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([14]));
    const names = lines.map(([, , name]) => name);
    expect(names).toContain(hostile);
    expect(names).toContain('\'=HYPERLINK("//evil.example","x")');
    const keys = parseCsv([...passkeysCsv(people)].join(''));
    expect(keys).toHaveLength(4);
    expect(new Set(keys.map((line) => line.length))).toEqual(new Set([15]));
    expect(keys.flat().filter((one) => /^[=+\-@]/.test(one))).toEqual([]);
    expect(keys.find(([id]) => id === ids.adele)?.[5]).toMatch(/^'@SUM/);
  });
});

describe('the result', () => {
  test('names nobody, unless it is asked for', async () => {
    const inventory = await (await hostileTenant()).take();
    const totals = totalsOf(inventory);
    for (const text of [JSON.stringify(totals), printed(totals)]) {
      expect(text).not.toMatch(/@|Adele|Alex|Isaiah|c0a70500/);
    }
    expect(namedLines(inventory.people)).toContain('AlexW@contoso.example');
    expect(listed(inventory.people)).toHaveLength(12);
  });

  test('lets no name steer a terminal', async () => {
    const inventory = await (await hostileTenant()).take();
    const text = [printed(totalsOf(inventory)), namedLines(inventory.people)].join('\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('is a page on which every text is escaped, and which loads nothing', async () => {
    const inventory = await (await hostileTenant()).take();
    const page = inventoryPage(inventory, totalsOf(inventory));
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toContain('alert(1)</script>');
    expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/<(img|script|link|iframe)[^>]* (src|href)="(?!data:)/);
    expect(page).toContain(`content="default-src &#39;none&#39;;`);
    expect(page).toContain('1 of 1 administrator');
  });

  test('is a page of the first thousand, which says so', async () => {
    const tenant = await askedTenant();
    for (let number = 1; number <= mostOnPage; number += 1) {
      tenant.simulator.directory.add(extraPerson(number));
    }
    const inventory = await tenant.take({ details: 'none' });
    const page = inventoryPage(inventory, totalsOf(inventory));
    expect(page.match(/<p class="who">/g)).toHaveLength(mostOnPage);
    expect(page).toContain(`The first ${mostOnPage} of ${mostOnPage + 12} are here`);
    expect(page).toContain('Isaiah Langer');
  });

  test('has a shape that other programs may rely on', async () => {
    const totals = totalsOf(await (await askedTenant()).take());
    expect(Object.keys(totals)).toEqual([
      'version',
      'period',
      'report',
      'people',
      'standing',
      'kinds',
      'concerns',
      'looks',
      'passkeys',
    ]);
    expect(totals.standing).toEqual({
      all: { resistant: 3, strong: 5, phone: 3, other: 0, none: 1 },
      administrators: { resistant: 1, strong: 0, phone: 0, other: 0, none: 0 },
      members: { resistant: 2, strong: 4, phone: 3, other: 0, none: 1 },
      guests: { resistant: 0, strong: 1, phone: 0, other: 0, none: 0 },
    });
    expect(totals.looks).toEqual({ report: 10, found: 2, denied: 0, gone: 0, failed: 0 });
  });
});

const run = promisify(execFile);
const main = join(import.meta.dirname, '..', '..', 'cli', 'inventory', 'main.ts');

async function command(args: readonly string[], settings: Record<string, string>) {
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...args], { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

describe('the command', () => {
  test('needs no storage and no sender, and writes for its owner alone', async () => {
    const { simulator } = await askedTenant();
    const settings = { GRAPH_BASE_URL: simulator.url };
    const [html, csv, keys] = ['page.html', 'people.csv', 'keys.csv'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const files = ['--html', html, '--csv', csv, '--passkeys-csv', keys];
    const text = await command(files, settings);
    expect(text).toMatchObject({ code: 1, stdout: expect.stringContaining('12 people') });
    expect(text.stderr).toContain('2 people have passkeys: a request each');
    expect(text.stderr).toContain('Personal data');
    for (const file of [html, csv, keys]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(csv, 'utf8').split('\r\n')).toHaveLength(14);
    const one = ['--user', 'MiriamG@contoso.example', '--json', '--with-names'];
    const json = await command(one, settings);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      list: [{ name: 'Miriam Graham' }],
    });
  }, 60_000);

  test('ends with 2 where it could not be done, before it has begun', async () => {
    const { simulator } = await askedTenant();
    const settings = { GRAPH_BASE_URL: simulator.url };
    const where = await command(['--csv', folder], settings);
    expect(where).toMatchObject({ code: 2, stderr: expect.stringContaining('another --csv') });
    const what = await command(['--details', 'none', '--last-used'], settings);
    expect(what).toMatchObject({ code: 2, stderr: expect.stringContaining('needs --details') });
    expect(simulator.counts.total).toBe(0);
    const signedOut = await command([], {});
    expect(signedOut).toMatchObject({ code: 2, stderr: expect.stringContaining('az login') });
  }, 60_000);
});
