import { UsageError } from '../command.ts';
import { type SettingsSource, withSettings } from '../operator.ts';
import { commandOf, filled } from '../program.ts';

/** What is to be rehearsed, and how it is told. */
export interface RehearseOptions extends SettingsSource {
  readonly since: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly withNames?: boolean;
  readonly wave?: boolean;
}

/** The command line of `npm run rehearse`. */
export const program = withSettings(
  commandOf({
    script: 'rehearse',
    does:
      "Reads the tenant's audit log and directory, and prints who would have been told what, had the " +
      'app run. Sends nothing, writes nothing to the tenant, and touches no storage.',
    example: '--since 7d --html rehearsal.html',
    found: 'something deserves a look before the app is switched on',
  })
    .option('--since <when>', '24h, 7d, 30d or a time such as 2026-11-20T08:00Z', '7d')
    .option(
      '--html <file>',
      'write the report and every mail to one page. It holds personal data',
      filled('the file to write'),
    )
    .option(
      '--wave',
      'how many have phones only, and what mailboxes it takes when they all must register a passkey',
    )
    .option('--with-names', 'name people, addresses and references, one line for each mail'),
);

/** Entra keeps 30 days at most; a minute more, for who reckons 30 days back to the second. */
const longestMs = 30 * 24 * 3_600_000 + 60_000;
const units = { h: 3_600_000, d: 24 * 3_600_000 } as const;

/** The moment that `--since` names. Throws `UsageError`. */
export function readSince(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,6})([hd])$/.exec(text) ?? [];
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const time = unit
    ? now.getTime() - Number(count) * units[unit as keyof typeof units]
    : isTime
      ? Date.parse(text)
      : Number.NaN;
  const given = `--since ${JSON.stringify(text)}`;
  if (Number.isNaN(time)) {
    throw new UsageError(`${given} is no time. Give 24h, 7d, 30d, or 2026-11-20T08:00Z`);
  }
  if (time >= now.getTime()) throw new UsageError(`${given} is not in the past`);
  if (time < now.getTime() - longestMs) {
    throw new UsageError(`${given} is too long ago: Entra keeps 30 days at most (30d)`);
  }
  return new Date(time);
}
