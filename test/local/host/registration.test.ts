import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startHost } from '../../../local/host/host.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function start(fixture: string) {
  const entries = [join(import.meta.dirname, 'fixtures', fixture)];
  const host = await startHost({ entries, storage: '', log: () => {}, mode: 'manual' });
  await host.stop();
  return host.functions;
}

test('a schedule is filled in from the environment', async () => {
  vi.stubEnv('FIXTURE_SCHEDULE', '0 */5 * * * mon-fri');
  expect(await start('settings.ts')).toEqual([
    { name: 'configured', kind: 'timer', schedule: '0 */5 * * * mon-fri' },
  ]);
});

test('a missing setting is named', async () => {
  await expect(start('settings.ts')).rejects.toThrow(
    'Function "configured" takes its schedule from the setting FIXTURE_SCHEDULE, which is missing.',
  );
});

describe('a schedule that Azure would refuse is refused, with its function', () => {
  test.each([
    '0 0 0 L * *',
    '0 0 0 * * 1#2',
    '0 0 0 ? * *',
    '@hourly',
    '0 0 0 15W * *',
    '0 61 * * * *',
    '00:05:00',
    '* * * *',
  ])('%s', async (schedule) => {
    vi.stubEnv('FIXTURE_SCHEDULE', schedule);
    await expect(start('settings.ts')).rejects.toThrow(
      `Function "configured" has the schedule "${schedule}", which is not an NCRONTAB expression`,
    );
  });
});

test('bindings besides the trigger are refused', async () => {
  await expect(start('output.ts')).rejects.toThrow('Function "writes" has 2 bindings');
});

test('queues need a storage account', async () => {
  await expect(start('queues.ts')).rejects.toThrow('AzureWebJobsStorage is missing');
});

test('what a broken module throws is passed on', async () => {
  await expect(start('broken.ts')).rejects.toMatchObject({ name: 'ConfigError' });
});
