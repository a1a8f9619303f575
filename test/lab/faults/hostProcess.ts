import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { QueueClient } from '@azure/storage-queue';
import type { Ledger } from '../../../functions/ledger/ledger.ts';
import { queueName } from '../../../functions/ledger/message.ts';
import { isFinal } from '../../../functions/ledger/notification.ts';
import { openLedger } from '../../../functions/ledger/tableStore.ts';
import { type Azurite, startAzurite } from '../../../local/azurite.ts';
import { type Simulator, startSimulator } from '../../../local/graph/simulator.ts';
import { build, isStale } from '../../../local/host/entries.ts';
import { tapped } from './stage.ts';
import { type Passage, Tap } from './tap.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const none = { approximateMessagesCount: 0 };

/** A schedule for timers that are not to run: New Year's. */
const never = '0 0 0 1 1 *';

const main = join(root, 'local', 'host', 'main.ts');

/** Waits in real time: another process is at work. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  longestMs = 150_000,
) {
  const end = Date.now() + longestMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(20);
  }
}

/** How a host is run, and what becomes of what it had in hand when it is killed. */
export interface HostOptions {
  /** Options of `npm run host`. */
  readonly args?: readonly string[];
  /** By the clocks of Azure, and not by comfortable ones. */
  readonly asInAzure?: boolean;
  /** The messages stay held for longer than anybody waits. */
  readonly keepsHold?: boolean;
  /** How long Exchange takes for a mail. */
  readonly sendLatencyMs?: number;
}

/** The real host in a process of its own, with taps between it, storage and Graph. */
export class HostProcess {
  readonly simulator: Simulator;
  readonly taps: { readonly table: Tap; readonly queue: Tap; readonly graph: Tap };
  readonly ledger: Ledger;
  readonly queue: QueueClient;
  /** How often the running process has logged an event. */
  readonly logged = new Map<string, number>();
  readonly #azurite: Azurite;
  readonly #held = new Map<string, string>();
  readonly #options: HostOptions;
  #child: ChildProcess | undefined;
  readonly #others: ChildProcess[] = [];

  private constructor(
    simulator: Simulator,
    azurite: Azurite,
    taps: HostProcess['taps'],
    options: HostOptions,
  ) {
    this.simulator = simulator;
    this.#options = options;
    this.taps = taps;
    this.#azurite = azurite;
    const { connectionString } = azurite;
    this.ledger = openLedger({ connectionString }, undefined);
    this.queue = new QueueClient(connectionString, queueName);
    taps.queue.onAnswer = (passage, body) => this.#noteReceipts(passage, body);
  }

  static async open(options: HostOptions = {}): Promise<HostProcess> {
    if (isStale(root)) build(root);
    const azurite = await startAzurite();
    const simulator = await startSimulator({
      ingestion: 'prompt',
      sendLatencyMs: options.sendLatencyMs ?? 0,
    });
    for (const { id } of simulator.directory.all()) {
      simulator.directory.patch(id, { preferredLanguage: 'en-GB' });
    }
    const taps = {
      table: await Tap.open(azurite.tablePort),
      queue: await Tap.open(azurite.queuePort),
      graph: await Tap.open(Number(new URL(simulator.url).port)),
    };
    return new HostProcess(simulator, azurite, taps, options);
  }

  /** Of its storage, without a tap. */
  get connectionString(): string {
    return this.#azurite.connectionString;
  }

  /** Starts the host, and waits until it has polled once. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    this.logged.clear();
    this.#child = this.#spawn(settings);
    await until(() => this.count('poll.finished') > 0, 'the first poll');
  }

  /** Starts one more process of the same app, which only sends. Does not wait for it. */
  addSender(settings: Readonly<Record<string, string>>): void {
    this.#others.push(this.#spawn({ ...settings, POLL_SCHEDULE: never, SWEEP_SCHEDULE: never }));
  }

  #spawn(settings: Readonly<Record<string, string>>): ChildProcess {
    const child = spawn(
      process.execPath,
      [main, ...(this.#options.asInAzure ? [] : ['--comfortable']), ...(this.#options.args ?? [])],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          AzureWebJobsStorage: tapped(this.#azurite, this.taps.table, this.taps.queue),
          GRAPH_BASE_URL: this.taps.graph.url,
          SENDER_MAILBOXES: 'security@contoso.example,security2@contoso.example',
          POLL_SCHEDULE: '*/3 * * * * *',
          SWEEP_SCHEDULE: '*/5 * * * * *',
          SETTLE_SECONDS: '0',
          CLAIM_LEASE_SECONDS: '3',
          SEND_RATE_PER_MINUTE: '600',
          WATCH_UPDATE_USER: 'false',
          ...settings,
        },
      },
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event } = JSON.parse(line) as { event?: string };
      this.logged.set(event ?? '', this.count(event ?? '') + 1);
    });
    return child;
  }

  count(event: string): number {
    return this.logged.get(event) ?? 0;
  }

  /** SIGKILL: no chance to clean up. What it held is released as if the hold were over, or stays held. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    for (const [id, receipt] of this.#options.keepsHold ? [] : this.#held) {
      // Those that were deleted before are gone, and that is fine.
      await this.queue.updateMessage(id, receipt, undefined, 0).catch(() => {});
    }
    this.#held.clear();
  }

  /** Until every notification has ended, every message is spent, and one more poll found nothing. */
  async quiet(): Promise<void> {
    await until(async () => (await this.#isStill()) && this.#isQueueEmpty(), 'quiet');
    const polls = this.count('poll.finished');
    await until(() => this.count('poll.finished') > polls, 'another poll');
    await until(async () => (await this.#isStill()) && this.#isQueueEmpty(), 'quiet');
  }

  async #isStill(): Promise<boolean> {
    const { notifications } = await this.ledger.readRange('2020-01-01', '2100-01-01');
    const all = notifications.map(({ notification }) => notification);
    return all.length > 0 && all.every(({ state }) => isFinal(state));
  }

  async #isQueueEmpty(): Promise<boolean> {
    // What stays held is still there, and nobody's any more.
    if (this.#options.keepsHold) return true;
    return (await this.queueLength()) === 0;
  }

  /** Messages on the queue, due or not; none before there is a queue. */
  async queueLength(): Promise<number> {
    const { approximateMessagesCount = 0 } = await this.queue.getProperties().catch(() => none);
    return approximateMessagesCount;
  }

  #noteReceipts({ method, path }: Passage, body: string): void {
    if (method !== 'GET' || !path.includes(`${queueName}/messages`)) return;
    const message = /<MessageId>([^<]+)<.*?<PopReceipt>([^<]+)</gs;
    for (const [, id = '', receipt = ''] of body.matchAll(message)) this.#held.set(id, receipt);
  }

  async close(): Promise<void> {
    for (const child of this.#others) child.kill('SIGKILL');
    await this.kill();
    await Promise.all(Object.values(this.taps).map((tap) => tap.close()));
    await this.simulator.close();
    await this.#azurite.stop();
  }
}
