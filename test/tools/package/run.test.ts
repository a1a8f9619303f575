import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostProcess } from '../../lab/faults/hostProcess.ts';
import { makePackage, root, type TestPackage } from './unpacked.ts';

let made: TestPackage;
beforeAll(async () => {
  made = await makePackage();
});
afterAll(() => made.remove());

describe('the unpacked zip, outside the repository,', () => {
  test('tells a user of a Temporary Access Pass by one mail, with the manager in copy', async () => {
    const folder = made.unpack();
    // Whatever it needs, it brings.
    expect(() => createRequire(join(folder, 'main.js')).resolve('zod')).toThrow('Cannot find');
    const host = await HostProcess.open({ args: ['--package', folder] });
    try {
      await host.start();
      host.simulator.happen('adminIssuesTemporaryAccessPass', { user: 'AdeleV@contoso.example' });
      await host.quiet();
      const mails = host.simulator.mailboxes.mails.map(({ subject, recipients: { to, cc } }) => {
        return { subject, to, cc };
      });
      expect(mails).toEqual([
        {
          subject: 'Temporary Access Pass created: AdeleV – security info',
          to: ['AdeleV@contoso.example'],
          cc: ['MiriamG@contoso.example'],
        },
      ]);
    } finally {
      await host.close();
    }
  }, 240_000);

  test('is run by its own package.json', () => {
    const folder = made.unpack();
    rmSync(join(folder, 'main.js'));
    expect(failureOf(folder)).toContain(`${folder} has none of the files in "main"`);
  });

  test('is run by its own host.json', () => {
    const folder = made.unpack();
    const file = join(folder, 'host.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"00:00:30"', '"half a minute"'));
    expect(failureOf(folder)).toContain('host.json has "half a minute"');
  });

  test('keeps the names of functions, and lines, for stack traces', () => {
    expect(failureOf(made.unpack())).toContain('SENDER_MAILBOXES: is missing');
    const code = readFileSync(join(made.folder, 'main.js'), 'utf8');
    expect(code).toMatch(/^async function sendNotification\(/m);
  });
});

/** What the host says when it can't start the package's functions. */
function failureOf(folder: string): string {
  const main = join(root, 'local', 'host', 'main.ts');
  const { status, stdout } = spawnSync(process.execPath, [main, '--package', folder], {
    env: { PATH: process.env['PATH'], AzureWebJobsStorage: 'UseDevelopmentStorage=true' },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  return (JSON.parse(stdout) as { message: string }).message;
}
