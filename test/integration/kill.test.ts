import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import { type Simulator, startSimulator } from '../../local/graph/simulator.ts';

const main = join(import.meta.dirname, '..', '..', 'local', 'host', 'main.ts');
let child: ChildProcess | undefined;

afterEach(() => child?.kill('SIGKILL'));

async function until(condition: () => boolean, what: string, seconds = 100): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s for ${what}`);
    await pause(5);
  }
}

function startHost(simulator: Simulator, storage: string): ChildProcess {
  child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      AzureWebJobsStorage: storage,
      GRAPH_BASE_URL: simulator.url,
      SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example',
      POLL_SCHEDULE: '*/3 * * * * *',
      SWEEP_SCHEDULE: '*/5 * * * * *',
      SETTLE_SECONDS: '1',
      CLAIM_LEASE_SECONDS: '5',
      SEND_RATE_PER_MINUTE: '600',
    },
  });
  return child;
}

async function killHard(host: ChildProcess): Promise<void> {
  host.kill('SIGKILL');
  await once(host, 'exit');
}

test('a host killed while reading, sending and settling loses nothing and repeats nothing', async () => {
  const azurite = await startAzurite();
  const simulator = await startSimulator({ seed: Date.now(), sendLatencyMs: 200 });
  const { counts, mailboxes } = simulator;
  let host = startHost(simulator, azurite.connectionString);
  await until(() => counts.audit > 0, 'the first poll');

  const expected = [
    ...(['AdeleV', 'AlexW', 'DiegoS', 'LeeG', 'MeganB', 'MiriamG'] as const).flatMap((user) =>
      (['userRegistersPasskey', 'adminIssuesTemporaryAccessPass'] as const).map((name) => {
        simulator.happen(name, { user: `${user}@contoso.example` });
        return `${user} ${name}`;
      }),
    ),
  ];
  const atStart = counts.audit;
  // Between reading and recording: the answer with rows has just been given.
  await until(() => counts.audit >= atStart + 2, 'a poll that finds rows');
  await killHard(host);

  host = startHost(simulator, azurite.connectionString);
  // Between the send and its settling: the mail is accepted, the answer is on its way.
  await until(() => mailboxes.mails.length > 0, 'the first mail');
  await killHard(host);

  host = startHost(simulator, azurite.connectionString);
  const sends = counts.sendMail;
  // Between the claim and the send's acceptance.
  await until(() => counts.sendMail > sends, 'another send');
  await killHard(host);

  host = startHost(simulator, azurite.connectionString);
  await until(() => mailboxes.mails.length >= expected.length, 'all mails');
  // Whatever was in doubt has been decided once the hold on its message and its lease are over.
  await until(() => counts.sentItems > 0 || mailboxes.mails.length > expected.length, 'a look');
  host.kill('SIGTERM');
  expect((await once(host, 'exit'))[0]).toBe(0);

  const told = mailboxes.mails.map(({ recipients, subject }) => `${recipients.to} ${subject}`);
  expect(told).toHaveLength(expected.length);
  expect(new Set(told).size).toBe(expected.length);
  expect(simulator.sawAuthorization).toBe(false);
  await simulator.close();
  await azurite.stop();
}, 240_000);
