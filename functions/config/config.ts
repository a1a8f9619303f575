import { eventHub, eventHubProblem, withEventHubDefaults } from './eventHub.ts';
import { type Identity, identityOf } from './identity.ts';
import { logo } from './logo.ts';
import {
  address,
  authenticatorNames,
  color,
  graphOrigin,
  groups,
  httpsUrl,
  identities,
  language,
  list,
  mailboxes,
  oneOf,
  otherMails,
  phone,
  reportTarget,
  senders,
  setting,
  text,
  timeZone,
  users,
  Wrong,
  whole,
  yesNo,
} from './parsers.ts';
import { schedule } from './schedule.ts';
import { type Storage, storageSettings } from './storage.ts';

/** One thing wrong with the settings, said so that the reader can mend it. */
export interface SettingProblem {
  readonly setting: string;
  readonly problem: string;
}

/** Thrown when settings are missing or wrong; names every one of them. Not worth a retry. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly retry = false;
  readonly problems: readonly SettingProblem[];
  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting}: ${problem}`);
    super(`${problems.length} setting(s) need attention:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Every setting, by the name of its environment variable. docs/settings.md follows this order, and says what each means: tools/settings.ts. */
export const settings = {
  SENDER_MAILBOXES: senders,
  GRAPH_BASE_URL: graphOrigin,
  // Where these are not set, each language has words of its own.
  ORGANIZATION_NAME: text(''),
  SUPPORT_PHONE: phone,
  SUPPORT_EMAIL: address,
  SUPPORT_CONTACT: text(''),
  SUPPORT_URL: setting('', (value) => (value ? httpsUrl(value) : undefined)),
  REPORT_URL: reportTarget,
  SECURITY_INFO_URL: setting('https://aka.ms/mysecurityinfo', httpsUrl),
  BRAND_COLOR: color,
  LOGO_URL: logo,
  AUTHENTICATOR_NAMES: authenticatorNames,
  POLL_SCHEDULE: schedule('*/15 * * * * *'),
  SWEEP_SCHEDULE: schedule('0 */10 * * * *'),
  COVERAGE_CHECK: yesNo(true),
  // Beside the sweeps.
  COVERAGE_SCHEDULE: schedule('30 5-55/10 * * * *'),
  COVERAGE_HOURS: whole(24, 0, 168),
  AUDIT_EVENT_HUB: eventHub,
  OVERLAP_MINUTES: whole(60, 1, 4320),
  INITIAL_LOOKBACK_MINUTES: whole(0, 0, 5_256_000),
  MAX_NOTIFY_AGE_HOURS: whole(720, 1, 87_600),
  SETTLE_SECONDS: whole(15, 0, 3600),
  SEND_RATE_PER_MINUTE: whole(30, 1, 10_000),
  // With the clocks of the host (docs/guarantees.md) a killed sender's mails are out within three minutes.
  CLAIM_LEASE_SECONDS: whole(90, 1, 3600),
  COPY_MANAGER: oneOf('always', 'always', 'risky', 'never'),
  // Each is kept by its hash, and a row of the table holds no more.
  MANAGER_COPIES_PER_DAY: whole(20, 1, 1000),
  SECURITY_COPY: mailboxes,
  SECURITY_COPY_AS: oneOf('cc', 'cc', 'bcc'),
  BULK_LIMIT: whole(50, 1, 100_000),
  NOTIFY_OTHER_MAILS: otherMails,
  NOTIFY_GUESTS: yesNo(true),
  INCLUDED_USERS: users,
  INCLUDED_GROUPS: groups,
  EXCLUDED_USERS: users,
  EXCLUDED_GROUPS: groups,
  WATCHED_GROUPS: groups,
  SYNC_IDENTITIES: identities,
  MUTED_ACTIVITIES: list('Reset password (self-service)'),
  MUTE_METHOD_CHANGES: yesNo(false),
  EXTRA_ACTIVITIES: list(''),
  WATCH_UPDATE_USER: yesNo(true),
  DEFAULT_LANGUAGE: language,
  ENGLISH_BELOW: yesNo(true),
  SUBJECT_ACCOUNT: oneOf('short', 'short', 'whole'),
  DEFAULT_TIME_ZONE: timeZone,
  // Longer than the log itself reaches back: a row forgotten could be told again.
  RETENTION_DAYS: whole(90, 35, 3650),
  DRY_RUN: yesNo(false),
} as const;

type Name = keyof typeof settings;
type Parsed = { readonly [N in Name]: Exclude<ReturnType<(typeof settings)[N]>, Wrong> };

/** The parsed settings, with where things are stored and how Graph is reached. */
export interface Config extends Parsed {
  readonly storage: Storage;
  readonly identity: Identity;
}

/** Graph checks this many groups in one request. Source: Graph docs, checkMemberGroups. */
const mostGroups = 20;

/** Every group that a setting names, once. */
export const groupsOf = (
  config: Pick<Config, 'INCLUDED_GROUPS' | 'EXCLUDED_GROUPS' | 'WATCHED_GROUPS'>,
): string[] => [
  ...new Set([...config.INCLUDED_GROUPS, ...config.EXCLUDED_GROUPS, ...config.WATCHED_GROUPS]),
];

/** What the settings say about copies, for planning. */
export const copySettings = (config: Pick<Config, 'COPY_MANAGER' | 'SECURITY_COPY'>) => ({
  copyManager: config.COPY_MANAGER,
  securityCopies: config.SECURITY_COPY.length,
});

/** Settings as they are given. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment's settings. Throws `ConfigError`, which names every setting that is
 * missing or wrong together with the fix.
 */
export function readConfig(environment: Environment): Config {
  const given = withEventHubDefaults(environment);
  const read = Object.entries(settings).map(([name, parse]) => [name, parse(given[name])] as const);
  const problems: SettingProblem[] = read.flatMap(([setting, value]) =>
    value instanceof Wrong ? { setting, problem: explain(setting, value.because) } : [],
  );
  const parsed = Object.fromEntries(read) as unknown as Parsed;
  if (problems.length === 0 && groupsOf(parsed).length > mostGroups) {
    const problem = `makes more than ${mostGroups} groups with INCLUDED_GROUPS and EXCLUDED_GROUPS`;
    const fix = 'Put groups into one group: members of its groups count too';
    problems.push({ setting: 'WATCHED_GROUPS', problem: `${problem}. ${fix}` });
  }
  const storage = storageSettings(environment);
  if ('problem' in storage) problems.push(storage);
  const identity = identityOf(environment);
  if ('problem' in identity) problems.push(identity);
  const unreachable = eventHubProblem(environment);
  if (unreachable) problems.push(unreachable);
  if (problems.length > 0 || 'problem' in storage || 'problem' in identity) {
    throw new ConfigError(problems);
  }
  return { ...parsed, storage, identity };
}

const explain = (name: string, message: string) =>
  name === 'SENDER_MAILBOXES' && message === 'is missing'
    ? 'is missing. Give the mailboxes to send from, separated by commas'
    : message;
