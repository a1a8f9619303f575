import type { TokenCredential } from '@azure/identity';
import { auditPacer, besideLookUps } from './audit/pacer.ts';
import { checkedConfig } from './checkedConfig.ts';
import { SharedClock } from './clock.ts';
import { type Config, copySettings, type Environment } from './config/config.ts';
import { connectGraph, type Graph } from './graph/client.ts';
import { type Credentials, credentialsOf } from './graph/credential.ts';
import type { ReadingRoom } from './intake/catchUp.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type NotificationQueue, openQueue } from './ledger/queue.ts';
import { openLedger } from './ledger/tableStore.ts';
import { type Clock, consoleLog, type Wait } from './log.ts';
import { lookUpReserver } from './pacing/lookUps.ts';
import { foreignLookUp } from './permissions/serviceOwners.ts';
import { syncLookUp } from './permissions/syncIdentities.ts';
import { normalise } from './recognise/normalise.ts';
import { wait } from './wait.ts';

/** What every function works with. */
export interface Rooms {
  readonly config: Config;
  readonly graph: Graph;
  readonly ledger: Ledger;
  readonly queue: NotificationQueue;
  readonly now: Clock;
  readonly wait: Wait;
}

/** The process's own: what one answer of storage tells of the time, all functions know. */
const clock = new SharedClock();
const { now } = clock;

let shared: Credentials | undefined;

/** The process's own: all of its functions have one source of tokens. */
export function appCredentials(config: Config): Credentials {
  shared ??= credentialsOf(config, { now, log: consoleLog });
  return shared;
}

/**
 * Opens the rooms against the environment's settings. No call is made yet. `signedIn` stands in for
 * the app's own credentials, where a person runs a command. Throws `ConfigError`.
 */
export function openRooms(
  environment: Environment = process.env,
  signedIn?: TokenCredential,
): Rooms {
  const config = checkedConfig(environment);
  const isApp = environment === process.env && !signedIn;
  const { graph, storage } = isApp
    ? appCredentials(config)
    : credentialsOf(config, { now, log: consoleLog }, signedIn);
  return {
    config,
    graph: connectGraph({
      origin: config.GRAPH_BASE_URL,
      now,
      wait,
      ...(graph && { credential: graph }),
    }),
    ledger: openLedger(config.storage, storage, false, clock),
    queue: openQueue(config.storage, storage, now),
    now,
    wait,
  };
}

/** Longest run of a timer, in milliseconds: well within host.json's functionTimeout. */
const budgetMs = 4 * 60_000;

/**
 * The room in which the log is read and recorded. One for each process: it paces requests, `requests` of
 * them in ten seconds where it is to leave some for polls, and takes those of look-ups then.
 */
export function readingRoom(
  { config, ...rooms }: Rooms,
  requests?: number,
): Omit<ReadingRoom, 'log'> {
  return {
    ...rooms,
    pace: auditPacer(rooms.now, rooms.wait, requests, {
      besides: requests === undefined ? besideLookUps : 0,
      reserve: lookUpReserver(rooms.ledger, rooms.now, requests === undefined),
    }),
    group: { settleSeconds: config.SETTLE_SECONDS, maxAgeHours: config.MAX_NOTIFY_AGE_HOURS },
    rules: {
      muted: new Set(config.MUTED_ACTIVITIES.map(normalise)),
      extra: new Set(config.EXTRA_ACTIVITIES.map(normalise)),
    },
    sync: syncLookUp(rooms.graph, config.SYNC_IDENTITIES, rooms.now),
    foreign: foreignLookUp(rooms.graph, rooms.now),
    notesAddresses: config.NOTIFY_OTHER_MAILS !== 'never',
    extraActivities: config.EXTRA_ACTIVITIES,
    watchUpdateUser: config.WATCH_UPDATE_USER,
    eventHub: config.AUDIT_EVENT_HUB !== '',
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
  extra: config.EXTRA_ACTIVITIES,
  memory: ledger,
  now,
});
