import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { localTenants } from '../../../cli/localTenant.ts';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

const script = join(import.meta.dirname, '..', '..', '..', 'local', 'start.ts');

function start(args: readonly string[], settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const url = () =>
    vi.waitFor(
      () => {
        const found = /http:\/\/localhost:(\d+)/.exec(said.out);
        if (!found) throw new Error(`no address yet: ${said.out}${said.err}`);
        return found[0];
      },
      { timeout: 20_000 },
    );
  return { child, said, ended, url };
}

const childrenOf = (pid: number | undefined) =>
  execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);

const hostRuns = (url: string) =>
  vi.waitFor(
    async () => {
      const state = (await (await fetch(`${url}/api/state`)).json()) as { pulse: { host: string } };
      expect(state.pulse.host).toBe('running');
    },
    { timeout: 20_000, interval: 200 },
  );

test('the wanted port is taken: the next one is served, and said', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { child, said, ended, url } = start(['--port', String(port)]);
  const address = await url();
  expect(address).not.toBe(`http://localhost:${port}`);
  expect(said.out).toContain(`${address}  (port ${port} was taken)`);
  const announced = async () => (await localTenants()).map((one) => one.port);
  expect(await announced()).toContain(Number(new URL(address).port));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await announced()).not.toContain(Number(new URL(address).port));
  other.close();
}, 40_000);

test('the port for Graph is taken: it says so and what helps', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { said, ended } = start(['--port', '0', '--graph', String(port)]);
  expect(await ended).toBe(1);
  expect(said.err).toBe(`Port ${port} is taken. Give another --graph. The local tenant stops.\n`);
  other.close();
}, 20_000);

test('a setting that the functions refuse ends it with the reason', async () => {
  const { said, ended } = start(['--port', '0'], { POLL_SCHEDULE: 'now and then' });
  expect(await ended).toBe(1);
  expect(said.err).toContain('The functions host has ended with exit code 1');
  expect(said.err).toContain('POLL_SCHEDULE: is "now and then"');
}, 40_000);

test('the first screen holds nothing to worry about', async () => {
  const { child, said, ended, url } = start(['--port', '0']);
  const address = await url();
  await hostRuns(address);
  const state = async () =>
    (await (await fetch(`${address}/api/state`)).json()) as {
      pulse: { lastPollAt: string | null };
      log: { level: string }[];
    };
  // The page asks as often as it is looked at: the tenant must not run into Graph's limits by itself.
  await vi.waitFor(async () => expect((await state()).pulse.lastPollAt).not.toBeNull(), {
    timeout: 20_000,
    interval: 100,
  });
  expect((await state()).log.filter(({ level }) => level !== 'info')).toEqual([]);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(said.err).toBe('');
}, 60_000);

test('the host dies: it says so and stops', async () => {
  const { child, said, ended, url } = start(['--port', '0']);
  await hostRuns(await url());
  const [host = 0] = childrenOf(child.pid);
  process.kill(host, 'SIGKILL');
  expect(await ended).toBe(1);
  expect(said.err).toBe('The functions host has ended with SIGKILL. The local tenant stops.\n');
}, 40_000);

test('killed, it leaves no host behind', async () => {
  const { child, ended, url } = start(['--port', '0']);
  await hostRuns(await url());
  const [host = 0] = childrenOf(child.pid);
  child.kill('SIGKILL');
  await ended; // the host holds no pipe of ours, so this is the parent's end alone
  await vi.waitFor(() => expect(() => process.kill(host, 0)).toThrow('ESRCH'), {
    timeout: 25_000,
  });
}, 60_000);

test('a port that is none is refused', async () => {
  const { said, ended } = start(['--port', '99999']);
  expect(await ended).toBe(2);
  expect(said.err).toContain('Give a whole number from 0 to 65535');
}, 20_000);

test('with --graph it serves Graph and the page for functions elsewhere, and runs none', async () => {
  const { child, said, ended, url } = start(['--port', '0', '--graph', '0']);
  expect((await fetch(await url())).status).toBe(200);
  const graph = /GRAPH_BASE_URL=(\S+)/.exec(said.out)?.[1];
  const top = '$top=1';
  const { status } = await fetch(`${graph}/v1.0/auditLogs/directoryAudits?${top}`);
  expect(status).toBe(200);
  expect(() => childrenOf(child.pid)).toThrow(); // pgrep found none
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(said.err).toBe('');
}, 40_000);
