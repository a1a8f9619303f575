import type { TokenCredential } from '@azure/identity';
import {
  type Config,
  ConfigError,
  type Environment,
  readConfig,
} from '../../functions/config/config.ts';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { examine } from '../../functions/permissions/examine.ts';
import { grantedRoles } from '../../functions/permissions/granted.ts';
import { reportIn } from '../../functions/permissions/watch.ts';
import { examinedRoom, openRooms, type Rooms } from '../../functions/rooms.ts';
import { settingsHint } from '../command.ts';
import { checkApp } from './appChecks.ts';
import { type Finding, look, well, wrong } from './finding.ts';
import { reportedBy, whoActs } from './identity.ts';
import { permissionFindings } from './permissionChecks.ts';
import { checkSchedules } from './scheduleChecks.ts';
import { checkStorage } from './storageChecks.ts';
import { checkAuditLog, checkClock } from './tenantChecks.ts';
import { sendTest } from './testMail.ts';

export interface ExaminationOptions {
  readonly credential: TokenCredential;
  /** Somebody's user principal name, to send a test mail to. */
  readonly sendTest?: string | undefined;
}

/** Checks everything that can be checked, in the order in which one thing needs the other. */
export async function runDoctor(
  environment: Environment,
  { credential, sendTest: to }: ExaminationOptions,
): Promise<Finding[]> {
  try {
    readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(({ setting, problem }) => {
      const [says = '', ...fix] = problem.split('. ');
      return wrong(setting, says, fix.join('. '));
    });
    return [...problems, look('settings', 'incomplete: nothing else was checked', settingsHint)];
  }
  const rooms = openRooms(environment, credential);
  const { config, graph, now } = rooms;
  const settings = config.DRY_RUN
    ? look('settings', 'complete; DRY_RUN is on', 'Nothing is sent until it is off')
    : well('settings', 'complete');
  const acting = await whoActs(config, credential);
  const clock = await checkClock(config.GRAPH_BASE_URL, now);
  const storage = await checkStorage(config, credential);
  const hasStorage = storage.every(({ verdict }) => verdict !== 'wrong');
  const findings = [
    settings,
    ...checkLeftover(environment, config),
    ...checkSchedules(config, now()),
    acting.finding,
    clock.finding,
    ...storage,
  ];
  if (acting.finding.verdict === 'wrong' || !clock.reached) return findings;
  findings.push(...(await checkAuditLog(graph, now)));
  findings.push(...(await checkPermissions(rooms, acting.asApp, hasStorage)));
  if (!hasStorage) return findings;
  findings.push(...checkApp(await rooms.ledger.readState(), now()));
  if (to !== undefined) findings.push(await sendTest(to, rooms));
  return findings;
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
