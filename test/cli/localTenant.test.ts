import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  announceLocalTenant,
  type LocalTenant,
  localTenants,
  withdrawLocalTenant,
} from '../../cli/localTenant.ts';
import { operatorSettings } from '../../cli/operator.ts';

let folder: string;
const pages: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenants-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const page of pages.splice(0)) page.close();
});

/** A page that answers; its port. */
const openPage = () =>
  new Promise<number>((resolve) => {
    const page = createServer().listen(0, '127.0.0.1', () => {
      const address = page.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
    pages.push(page);
  });

const tenant = async (mailbox: string): Promise<LocalTenant> => {
  const port = await openPage();
  const told = { port, settings: { SENDER_MAILBOXES: mailbox } };
  await announceLocalTenant({ ...told, settings: { ...told.settings, PASSWORD: 'x' } }, folder);
  return told;
};
const fileOf = (port: number) => join(folder, `${port}.json`);

describe('local tenants', () => {
  test('a second one takes nothing away from the first, neither by starting nor by ending', async () => {
    const [first, second] = [await tenant('one@contoso.example'), await tenant('two@x.example')];
    expect(await localTenants(folder)).toHaveLength(2);
    expect(await localTenants(folder)).toEqual(expect.arrayContaining([first, second]));
    withdrawLocalTenant(second.port, folder);
    expect(await localTenants(folder)).toEqual([first]);
    withdrawLocalTenant(first.port, folder);
    expect(await localTenants(folder)).toEqual([]);
  });

  test('one that was killed is forgotten, by its process and by its page', async () => {
    const [first, second] = [await tenant('one@x.example'), await tenant('two@x.example')];
    const { pid } = spawnSync(process.execPath, ['--version']);
    const said = JSON.parse(readFileSync(fileOf(first.port), 'utf8'));
    writeFileSync(fileOf(first.port), JSON.stringify({ ...said, pid }));
    await new Promise((resolve) => pages[1]?.close(resolve));
    writeFileSync(join(folder, 'notes.txt'), 'not a tenant');
    writeFileSync(fileOf(1), '{"pid":');
    expect(await localTenants(folder)).toEqual([]);
    expect([first.port, second.port, 1].map((port) => existsSync(fileOf(port)))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("another one's file is left alone", async () => {
    const { port } = await tenant('one@contoso.example');
    const said = JSON.parse(readFileSync(fileOf(port), 'utf8'));
    writeFileSync(fileOf(port), JSON.stringify({ ...said, pid: process.ppid }));
    withdrawLocalTenant(port, folder);
    expect(existsSync(fileOf(port))).toBe(true);
  });

  test('where there is no folder, there is no tenant', async () => {
    expect(await localTenants(join(folder, 'none'))).toEqual([]);
  });
});

describe('--local', () => {
  const one = { port: 7071, settings: { SENDER_MAILBOXES: 'one' } };
  const two = { port: 7072, settings: { SENDER_MAILBOXES: 'two' } };
  const chosen = (running: readonly LocalTenant[], localPort?: number) =>
    operatorSettings({ local: true, localPort }, {}, async () => running);

  test('takes the one that runs, or the one whose page is at the port', async () => {
    expect(await chosen([one])).toEqual(one.settings);
    expect(await chosen([one, two], 7072)).toEqual(two.settings);
    const byPortAlone = operatorSettings({ localPort: 7071 }, {}, async () => [one, two]);
    expect(await byPortAlone).toEqual(one.settings);
  });

  test.each([
    [[], undefined, 'The local tenant is not running. Start it with "npm start"'],
    [[], 7071, 'The local tenant is not running. Start it with "npm start"'],
    [
      [one, two],
      undefined,
      '2 local tenants run. Say which: --local-port 7071 or --local-port 7072',
    ],
    [[one], 8080, 'No local tenant has its page at port 8080. Give --local-port 7071'],
  ])('of %j at %j: says how to choose', async (running, port, said) => {
    await expect(chosen(running, port)).rejects.toThrow(said);
  });
});
