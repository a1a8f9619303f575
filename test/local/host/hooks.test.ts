import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type LogLine, startHost } from '../../../local/host/host.ts';
import { behaviour, calls, forget } from './fixtures/seen.ts';

const lines: LogLine[] = [];
beforeEach(() => {
  forget();
  lines.length = 0;
});

const start = () =>
  startHost({
    entries: [join(import.meta.dirname, 'fixtures', 'hooked.ts')],
    storage: '',
    log: (line) => lines.push(line),
    mode: 'manual',
  });

test('the app is told when it starts, before anything runs, and when its process is to go', async () => {
  const host = await start();
  await host.runTimer('minutely');
  await host.stop();
  const inputs = calls.map(({ input }) => (typeof input === 'string' ? input : 'run'));
  expect(inputs).toEqual(['appStart', 'run', 'appTerminate']);
  expect(lines.at(-1)?.event).toBe('host.stopped');
});

test('an app whose start fails does not start; at the end nobody is left to care', async () => {
  behaviour.act = ({ input }) => {
    if (input === 'appStart') throw new Error('not today');
  };
  await expect(start()).rejects.toThrow('not today');
  behaviour.act = ({ input }) => {
    if (input === 'appTerminate') throw new Error('too late');
  };
  const host = await start();
  await host.stop();
  expect(lines.find(({ event }) => event === 'host.hook')?.message).toBe('too late');
});
