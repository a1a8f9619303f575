import type { TokenCredential } from '@azure/identity';
import { checkedConfig } from '../../functions/checkedConfig.ts';
import { type Config, ConfigError, type Environment } from '../../functions/config/config.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { examine } from '../../functions/permissions/examine.ts';
import { grantedRoles } from '../../functions/permissions/granted.ts';
import { reportIn } from '../../functions/permissions/watch.ts';
import { examinedRoom, openRooms, type Rooms } from '../../functions/rooms.ts';
import { supportOf } from '../../functions/send/room.ts';
import { settingsHint } from '../command.ts';
import { switchedOff } from '../grant/azure.ts';
import { checkApp } from './appChecks.ts';
import { type Finding, look, unclear, well, wrong } from './finding.ts';
import { reportedBy, whoActs } from './identity.ts';
import { permissionFindings } from './permissionChecks.ts';
import { checkSchedules } from './scheduleChecks.ts';
import { checkStorage } from './storageChecks.ts';
import { checkSync } from './syncChecks.ts';
import { checkAuditLog, checkClock } from './tenantChecks.ts';
import { sendTest } from './testMail.ts';
import { checkEarlier, checkUnknown } from './unknownSettings.ts';

interface ExaminationOptions {
  readonly credential: TokenCredential;
  /** Somebody's user principal name, to send a test mail to. */
  readonly sendTest?: string | undefined;
  /** Told of each check that others are waiting for. */
  readonly waits?: (check: string) => void;
}

/** All checks together take no longer than both, in ms, but for a test mail on its way. */
const longestMs = 28_000;
/** Of which waits that Graph may ask for, for its five requests in ten seconds. */
const throttledMs = 22_000;

/**
 * Checks everything that can be checked, in the order in which one thing needs the other, and gives each finding as
 * it is made.
 */
export async function* examination(
  environment: Environment,
  { credential, sendTest: to, waits = () => {} }: ExaminationOptions,
): AsyncGenerator<Finding> {
  try {
    checkedConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield* error.problems.map(({ setting, problem }) => {
      const [says = '', ...fix] = problem.split('. ');
      return wrong(setting, says, fix.join('. '));
    });
    yield* checkUnknown(environment);
    yield look('settings', 'incomplete: nothing else was checked', settingsHint);
    return;
  }
  const rooms = openRooms(environment, credential);
  const { config, graph, now } = rooms;
  yield config.DRY_RUN
    ? look('settings', 'complete; DRY_RUN is on', 'Nothing is sent until it is off')
    : well('settings', 'complete');
  yield* checkLeftover(environment, config);
  yield* checkContact(config);
  yield* checkSwitchedOff(environment);
  yield* checkUnknown(environment);
  yield* checkEarlier(environment, config);
  yield* checkSchedules(config, now());
  let end = Date.now() + longestMs;
  const within = <T>(check: string, work: Promise<T>): Promise<T | Finding> => {
    waits(check);
    return orUnclear(check, work, Math.max(1000, end - Date.now()));
  };
  const acting = await within('identity', whoActs(config, credential));
  const clock = await within('clock', checkClock(config.GRAPH_BASE_URL, now));
  const isSignedIn = 'asApp' in acting && acting.finding.verdict !== 'wrong';
  yield 'finding' in acting ? acting.finding : acting;
  yield 'finding' in clock ? clock.finding : clock;
  const storage = listed(await within('storage', checkStorage(config, credential)));
  yield* storage;
  const hasStorage = storage.every(({ verdict }) => verdict === 'well' || verdict === 'look');
  if (!isSignedIn || !('reached' in clock) || !clock.reached) return;
  // Whoever asked before may have used up Graph's ten seconds, and these checks take more than is left.
  end += throttledMs;
  yield* listed(await within('audit log', checkAuditLog(graph, now, config.EXTRA_ACTIVITIES)));
  const permissions = checkPermissions(rooms, acting.asApp, hasStorage);
  yield* listed(await within('permissions', permissions));
  yield* listed(await within('synchronisation', checkSync(graph, config)));
  if (!hasStorage) return;
  yield* checkApp(await rooms.ledger.readState(), config, now());
  if (to === undefined) return;
  waits('test mail');
  yield await sendTest(to, rooms);
}

const listed = (found: Finding | readonly Finding[]): Finding[] => [found].flat();

/** What a check gives, or that it took too long. */
function orUnclear<T>(check: string, work: Promise<T>, milliseconds: number): Promise<T | Finding> {
  const says = `no answer within ${Math.round(milliseconds / 1000)} s`;
  const late = unclear(check, says, 'See the network between, and run this again');
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const timer = setTimeout(() => resolve(late), milliseconds);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/** One sentence for every language, quoted as it is; a number and an address are taken apart. */
export function checkContact(config: Parameters<typeof supportOf>[0]): Finding[] {
  if (!supportOf(config).words) return [];
  const says = 'is a sentence, which mails of every language quote as it is';
  const fix = 'Give SUPPORT_PHONE and SUPPORT_EMAIL: each language joins them in its own words';
  return [look('SUPPORT_CONTACT', says, fix)];
}

/** Functions that the host does not run: a template with a package deploys all of them so, until they are granted. */
function checkSwitchedOff(environment: Environment): Finding[] {
  const off = Object.entries(environment)
    .filter(([, value]) => /^(true|1)$/i.test(value?.trim() ?? ''))
    .flatMap(([name]) => switchedOff.exec(name)?.[1] ?? [])
    .sort();
  if (off.length === 0) return [];
  const fix = 'npm run grant starts what was deployed so; else delete AzureWebJobs.NAME.Disabled';
  return [wrong('functions', `switched off: ${off.join(', ')}`, fix)];
}

/** A connection string beside the identity: the app passes it over, and the Functions host need not. */
export function checkLeftover(
  { AzureWebJobsStorage }: Environment,
  { storage }: Pick<Config, 'storage'>,
): Finding[] {
  if (!AzureWebJobsStorage?.trim() || 'connectionString' in storage) return [];
  const says = 'holds a connection string beside the identity, which the app does not use';
  return [
    look('AzureWebJobsStorage', says, 'Delete the setting: the Functions host may still use it'),
  ];
}

/**
 * As the app, by using them. As somebody else, by what is granted, and by what the app itself has
 * found when it last looked: what this person may do says nothing of what it may.
 */
async function checkPermissions(
  rooms: Rooms,
  asApp: boolean,
  hasStorage: boolean,
): Promise<Finding[]> {
  const { config, graph, ledger } = rooms;
  if (asApp) {
    return permissionFindings(await examine(examinedRoom(rooms)), config.SENDER_MAILBOXES);
  }
  const known = hasStorage ? reportIn(await ledger.readPermissions()) : undefined;
  const { clientId = '' } = config.identity;
  const granted = await grantedRoles(graph, clientId).catch((failure: unknown) => {
    if (failure instanceof GraphFailure) return undefined;
    throw failure;
  });
  const other = { send: 'unclear', look: 'unclear' } as const;
  const report = known?.report ?? { uses: {}, senders: [], other };
  return [
    reportedBy(known?.at),
    ...permissionFindings({ ...report, ...(granted && { granted }) }, config.SENDER_MAILBOXES),
  ];
}
