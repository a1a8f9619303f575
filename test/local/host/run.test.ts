import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test, vi } from 'vitest';
import { startAzurite } from '../../../local/azurite.ts';
import type { LogLine } from '../../../local/host/host.ts';
import { Tap } from '../../lab/faults/tap.ts';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a script of the fixtures and reads its stdout, which must be JSON, line by line. */
function start(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
  });
  children.push(child);
  const lines: LogLine[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(JSON.parse(line)));
  const read = once(reader, 'close');
  const ended = once(child, 'exit').then(async ([code]) => {
    await read;
    return code as number | null;
  });
  const event = (name: string) =>
    vi.waitFor(() => expect(lines.map((line) => line.event)).toContain(name), { timeout: 10_000 });
  return { child, lines, read, ended, event };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s stops the host with exit code 0',
  async (signal) => {
    const { child, lines, ended, event } = start('runFixture.ts', 'noisy.ts');
    await event('counted');
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(lines.map((line) => line.event ?? line.message)).toEqual([
      'host.started',
      'plain text',
      'counted',
      'host.stopped',
    ]);
    expect(lines[2]).toMatchObject({ level: 'warn', function: 'noisy', count: 3 });
  },
  20_000,
);

test('broken settings are one line and exit code 1', async () => {
  const { child, lines, ended } = start('runFixture.ts', 'broken.ts');
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  expect(await ended).toBe(1);
  expect(lines).toEqual([
    {
      time: expect.any(String),
      level: 'error',
      event: 'host.failed',
      error: 'ConfigError',
      message: 'SENDER_MAILBOXES is missing\nGRAPH_BASE_URL is not a URL',
    },
  ]);
  expect(errors).toBe('');
}, 20_000);

test('what nobody caught is one line and exit code 1', async () => {
  const { lines, ended } = start('runFixture.ts', 'stray.ts');
  expect(await ended).toBe(1);
  expect(lines.at(-1)).toMatchObject({ event: 'host.failed', message: 'nobody caught this' });
}, 20_000);

test('storage that refuses ends the process: one line says which role on which queue', async () => {
  const azurite = await startAzurite();
  const tap = await Tap.open(azurite.queuePort);
  tap.rule = ({ path }) =>
    path.includes('work-poison')
      ? { status: 403, headers: { 'x-ms-error-code': 'AuthorizationPermissionMismatch' } }
      : 'pass';
  const storage = azurite.connectionString.replace(
    /(QueueEndpoint=)http:\/\/[^/]+/,
    `$1${tap.url}`,
  );
  vi.stubEnv('AzureWebJobsStorage', storage);
  try {
    const { lines, ended } = start('runFixture.ts', 'queues.ts');
    expect(await ended).toBe(1);
    const failures = lines.filter(({ event }) => event === 'host.failed');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toMatch(
      /queue work-poison \(403 .*Storage Queue Data Contributor/,
    );
  } finally {
    vi.unstubAllEnvs();
    await tap.close();
    await azurite.stop();
  }
}, 20_000);

test('LOCAL_EVENTS_PORT opens a door for events, which closes with the host', async () => {
  vi.stubEnv('LOCAL_EVENTS_PORT', 'any');
  vi.stubEnv('FIXTURE_HUB', 'audit-logs');
  const { child, lines, ended, event } = start('runFixture.ts', 'hubs.ts');
  vi.unstubAllEnvs();
  await event('host.listening');
  const port = lines.find((line) => line.event === 'host.listening')?.['port'];
  const { status } = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{}' });
  expect(status).toBe(204);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}, 20_000);

test('without a function that reads events the door is a mistake, which ends the host', async () => {
  vi.stubEnv('LOCAL_EVENTS_PORT', 'any');
  const { lines, ended } = start('runFixture.ts', 'timers.ts');
  vi.unstubAllEnvs();
  expect(await ended).toBe(1);
  expect(lines.at(-1)?.message).toContain('set AUDIT_EVENT_HUB');
}, 20_000);

test('the host ends with its parent', async () => {
  const { child, lines, read, event } = start('orphan.ts');
  await event('host.started');
  child.kill('SIGKILL');
  await read; // the host holds stdout open for as long as it lives
  expect(lines.at(-1)?.event).toBe('host.stopped');
}, 20_000);

test('and comes to the end of what it handles first, however often it sees that the parent is gone', async () => {
  const { child, lines, read, event } = start('orphan.ts', 'slow.ts');
  await event('begun');
  child.kill('SIGKILL');
  await read;
  expect(lines.slice(-2).map((line) => line.event)).toEqual(['done', 'host.stopped']);
}, 20_000);

test('whoever asks it to stop twice does not wait for what it handles', async () => {
  const { child, lines, ended, event } = start('runFixture.ts', 'slow.ts');
  await event('begun');
  child.kill('SIGTERM');
  // Two different ones: two of the same may arrive as one.
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(lines.map((line) => line.event)).not.toContain('done');
}, 20_000);
