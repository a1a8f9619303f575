import type { TokenCredential } from '@azure/identity';
import { auditPacer } from './audit/pacer.ts';
import { SharedClock } from './clock.ts';
import { type Config, copySettings, type Environment, readConfig } from './config/config.ts';
import { connectGraph, type Graph } from './graph/client.ts';
import { credentialFor, storageCredential } from './graph/credential.ts';
import type { ReadingRoom } from './intake/catchUp.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type NotificationQueue, openQueue } from './ledger/queue.ts';
import { openLedger, telling } from './ledger/tableStore.ts';
import type { Clock, Wait } from './log.ts';
import { normalise } from './recognise/normalise.ts';

/** What every function works with. */
export interface Rooms {
  readonly config: Config;
  readonly graph: Graph;
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly wait: Wait;
}

/**
 * Opens the rooms against the environment's settings. No call is made yet. `signedIn` stands in for
 * the app's own credentials, where a person runs a command. Throws `ConfigError`.
 */
export function openRooms(
  environment: Environment = process.env,
  signedIn?: TokenCredential,
): Rooms {
  const config = readConfig(environment);
  const clock = new SharedClock();
  const { now } = clock;
  const wait: Wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const credential = credentialFor(config, signedIn);
  const keyless = storageCredential(config, signedIn);
  return {
    config,
    graph: connectGraph({
      origin: config.GRAPH_BASE_URL,
      now,
      wait,
      ...(credential && { credential }),
    }),
    ledger: openLedger(config.storage, keyless, false, telling(clock)),
    queue: openQueue(config.storage, keyless, now),
    now,
    wait,
  };
}

/** Longest run of a timer, in milliseconds: well within host.json's functionTimeout. */
const budgetMs = 4 * 60_000;

/**
 * The room in which the log is read and recorded. One for each process: it paces requests, `requests` of
 * them in ten seconds where it is to leave some for others.
 */
export function readingRoom(
  { config, ...rooms }: Rooms,
  requests?: number,
): Omit<ReadingRoom, 'log'> {
  return {
    ...rooms,
    pace: auditPacer(rooms.now, rooms.wait, requests),
    group: { settleSeconds: config.SETTLE_SECONDS, maxAgeHours: config.MAX_NOTIFY_AGE_HOURS },
    rules: {
      muted: new Set(config.MUTED_ACTIVITIES.map(normalise)),
      extra: new Set(config.EXTRA_ACTIVITIES.map(normalise)),
    },
    extraActivities: config.EXTRA_ACTIVITIES,
    watchUpdateUser: config.WATCH_UPDATE_USER,
    senders: config.SENDER_MAILBOXES,
    ratePerMinute: config.SEND_RATE_PER_MINUTE,
    copies: copySettings(config),
    bulkLimit: config.BULK_LIMIT,
    overlapMinutes: config.OVERLAP_MINUTES,
    initialLookbackMinutes: config.INITIAL_LOOKBACK_MINUTES,
    budgetMs,
  };
}

/** What the app's permissions are checked with. */
export const examinedRoom = ({ config, graph, ledger, now }: Rooms) => ({
  graph,
  senders: config.SENDER_MAILBOXES,
  clientId: config.identity.clientId,
  memory: ledger,
  now,
});
