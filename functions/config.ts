import * as z from 'zod';
import { type Storage, storageSettings } from './storageSettings.ts';

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

/** How requests to Graph are authorised. `none` is for a loopback stand-in only. */
export type Identity =
  | { readonly kind: 'managed'; readonly clientId: string }
  | { readonly kind: 'environment' }
  | { readonly kind: 'none' };

/** A setting given as text: absent and blank both mean the default. */
const setting = <T>(fallback: string | undefined, parse: (text: string) => T | Wrong) =>
  z
    .string()
    .optional()
    .transform((given, context): T => {
      const text = given?.trim() || fallback;
      const parsed = text === undefined ? new Wrong('is missing') : parse(text);
      if (!(parsed instanceof Wrong)) return parsed;
      context.addIssue({ code: 'custom', message: parsed.because });
      return z.NEVER;
    });

class Wrong {
  readonly because: string;
  constructor(because: string) {
    this.because = because;
  }
}

const quoted = (text: string) => JSON.stringify(text.slice(0, 80));

const text = (fallback: string) => setting(fallback, (value) => value);

const whole = (fallback: number, least: number, most: number) =>
  setting(String(fallback), (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return new Wrong(`is ${quoted(value)}. Set it to a whole number from ${least} to ${most}`);
  });

const oneOf = <T extends string>(fallback: T, ...allowed: readonly T[]) =>
  setting(fallback, (value) => {
    const found = allowed.find((one) => one === value.toLowerCase());
    return found ?? new Wrong(`is ${quoted(value)}. Set it to one of ${allowed.join(', ')}`);
  });

const yesNo = (fallback: boolean) =>
  oneOf(fallback ? 'true' : 'false', 'true', 'false').transform((value) => value === 'true');

const list = (fallback: string) =>
  setting(fallback, (value) => value.split(',').flatMap((part) => part.trim() || []));

const mailbox = z.email().max(254);

const mailboxes = setting(undefined, (value) => {
  const all = value.split(',').flatMap((part) => part.trim().toLowerCase() || []);
  const bad = all.find((one) => !mailbox.safeParse(one).success);
  if (bad === undefined && all.length > 0) return [...new Set(all)] as [string, ...string[]];
  return new Wrong(`holds ${quoted(bad ?? value)}. Give mail addresses, separated by commas`);
});

const schedule = (fallback: string) =>
  setting(fallback, (value) => {
    if (value.split(/\s+/).length === 6) return value;
    return new Wrong(`is ${quoted(value)}. Give the six fields of NCRONTAB, such as "${fallback}"`);
  });

const httpsUrl = (value: string) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' && !url.username && !url.password) return url.href;
  return new Wrong(`is ${quoted(value)}. Give an address that begins with https://`);
};

/** True for addresses that never leave the machine. */
export const isLoopback = (url: URL): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);

const graphOrigin = setting('https://graph.microsoft.com', (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const path = url?.pathname.replace(/\/(v1\.0\/?)?$/, '');
  const fits = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (url && fits && path === '' && !url.search && !url.username) return url;
  return new Wrong(
    `is ${quoted(value)}. Give the origin of a Graph cloud, such as https://graph.microsoft.com; ` +
      'plain http is for loopback addresses only',
  );
});

const timeZone = setting('UTC', (value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return new Wrong(`is ${quoted(value)}. Give an IANA time zone, such as Europe/Amsterdam`);
  }
});

const language = setting('en', (value) => {
  try {
    return Intl.getCanonicalLocales(value)[0] ?? 'en';
  } catch {
    return new Wrong(`is ${quoted(value)}. Give a BCP 47 language tag, such as en or pt-BR`);
  }
});

const color = setting('#1f4e79', (value) =>
  /^#[0-9a-f]{6}$/i.test(value)
    ? value.toLowerCase()
    : new Wrong(`is ${quoted(value)}. Give a colour as six hex digits, such as #1f4e79`),
);

/** Every setting, by the name of its environment variable. The README's table follows this order. */
export const settings = {
  SENDER_MAILBOXES: mailboxes,
  GRAPH_BASE_URL: graphOrigin,
  ORGANIZATION_NAME: text('your organization'),
  SUPPORT_CONTACT: text('your IT support desk'),
  SUPPORT_URL: setting('', (value) => (value ? httpsUrl(value) : undefined)),
  SECURITY_INFO_URL: setting('https://aka.ms/mysecurityinfo', httpsUrl),
  BRAND_COLOR: color,
  POLL_SCHEDULE: schedule('0 * * * * *'),
  SWEEP_SCHEDULE: schedule('0 */10 * * * *'),
  OVERLAP_MINUTES: whole(60, 1, 4320),
  INITIAL_LOOKBACK_MINUTES: whole(0, 0, 5_256_000),
  MAX_NOTIFY_AGE_HOURS: whole(720, 1, 87_600),
  SETTLE_SECONDS: whole(30, 0, 3600),
  SEND_RATE_PER_MINUTE: whole(28, 1, 10_000),
  CLAIM_LEASE_SECONDS: whole(300, 1, 3600),
  MAX_ATTEMPTS: whole(8, 1, 100),
  COPY_MANAGER: oneOf('always', 'always', 'risky', 'never'),
  NOTIFY_OTHER_MAILS: yesNo(false),
  NOTIFY_GUESTS: yesNo(true),
  MUTED_ACTIVITIES: list('Reset password (self-service)'),
  EXTRA_ACTIVITIES: list(''),
  WATCH_UPDATE_USER: yesNo(true),
  DEFAULT_LANGUAGE: language,
  DEFAULT_TIME_ZONE: timeZone,
  // Longer than the log itself reaches back: a row forgotten could be told again.
  RETENTION_DAYS: whole(90, 35, 3650),
  DRY_RUN: yesNo(false),
} as const;

const schema = z.object(settings);

/** The parsed settings, with where things are stored and how Graph is reached. */
export interface Config extends z.output<typeof schema> {
  readonly storage: Storage;
  readonly identity: Identity;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment's settings. Throws `ConfigError`, which names every setting that is
 * missing or wrong together with the fix.
 */
export function readConfig(environment: Environment): Config {
  const parsed = schema.safeParse(environment);
  const problems: SettingProblem[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => ({
        setting: String(issue.path[0]),
        problem: explain(String(issue.path[0]), issue.message),
      }));
  const storage = storageSettings(environment);
  if ('problem' in storage) problems.push(storage);
  const identity = identityOf(environment);
  if ('problem' in identity) problems.push(identity);
  if (problems.length > 0 || !parsed.success || 'problem' in storage || 'problem' in identity) {
    throw new ConfigError(problems);
  }
  return { ...parsed.data, storage, identity };
}

const explain = (name: string, message: string) =>
  name === 'SENDER_MAILBOXES' && message === 'is missing'
    ? 'is missing. Give the mailboxes to send from, separated by commas'
    : message;

/** In Azure the user-assigned managed identity, elsewhere the environment, for loopback nothing. */
function identityOf(environment: Environment): Identity | SettingProblem {
  const base = environment['GRAPH_BASE_URL']?.trim() ?? '';
  if (URL.canParse(base) && isLoopback(new URL(base))) return { kind: 'none' };
  const clientId = environment['AZURE_CLIENT_ID']?.trim();
  if (!clientId) {
    const fix = 'Give the client id of the managed identity (in Azure) or app registration';
    return { setting: 'AZURE_CLIENT_ID', problem: `is missing. ${fix}` };
  }
  const inAzure = environment['IDENTITY_ENDPOINT'] !== undefined;
  return inAzure ? { kind: 'managed', clientId } : { kind: 'environment' };
}
