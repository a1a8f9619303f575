import { parseArgs } from 'node:util';
import { UsageError } from '../command.ts';
import { operatorOptions, operatorUsage, type SettingsSource } from '../operator.ts';

/** What is to be rehearsed, and how it is told. */
export interface RehearseOptions extends SettingsSource {
  readonly since: Date;
  readonly html?: string;
  readonly json: boolean;
  readonly withNames: boolean;
}

export const usage = `npm run rehearse -- [--since 7d] [--html FILE] [--json] [--with-names]

Reads the tenant's audit log and directory, and prints who would have been told what, had the app
run. Sends nothing, writes nothing to the tenant, and touches no storage.

  --since WHEN     24h, 7d, 30d or a time such as 2026-11-20T08:00Z. Without it, 7d
  --html FILE      write the report and every mail to one page. It holds personal data
  --with-names     name people, addresses and references, one line for each mail
${operatorUsage}

Exit code: 0 all is well; 1 something deserves a look before the app is switched on (the report says
what); 2 it could not be done.`;

/** Entra keeps 30 days at most; a minute more, for who reckons 30 days back to the second. */
const longestMs = 30 * 24 * 3_600_000 + 60_000;
const units = { h: 3_600_000, d: 24 * 3_600_000 } as const;

/** Reads the command line. Throws `UsageError`, and parseArgs' own errors. */
export function readOptions(args: readonly string[], now: Date): RehearseOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...operatorOptions,
      since: { type: 'string' },
      html: { type: 'string' },
      'with-names': { type: 'boolean' },
    },
  });
  const { settings, local, since = '7d', html, json = false } = values;
  if (html?.trim() === '') throw new UsageError('--html is empty. Give the file to write');
  return {
    settings,
    local,
    since: readSince(since, now),
    ...(html !== undefined && { html }),
    json,
    withNames: values['with-names'] ?? false,
  };
}

function readSince(text: string, now: Date): Date {
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
