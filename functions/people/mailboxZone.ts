import * as z from 'zod/mini';
import { type Graph, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import { canonicalZone } from '../intl.ts';
import type { Clock } from '../log.ts';
import table from './windowsZones.json' with { type: 'json' };

/** The zone that a person's mailbox is set to: IANA name, or undefined where it isn't known. */
export type MailboxZone = (userId: string) => Promise<string | undefined>;

/** The zone alone: the other settings hold what people write while they are away. */
export const mailboxZonePath = (userId: string): string =>
  `${userPath(userId)}/mailboxSettings/timeZone`;

const answer = z.object({ value: z.string() });

const forbiddenMs = 3_600_000;

/**
 * Needs `MailboxSettings.Read`, which is optional: whether it is granted is found out once an hour, not
 * for each person. No more than a help, asked once: whatever fails, no zone is known. Never throws
 * `GraphFailure`. Source: Graph docs, "Get user mailbox settings".
 */
export function mailboxZone(graph: Graph, now: Clock): MailboxZone {
  let forbiddenUntil = 0;
  return async (userId) => {
    if (now().getTime() < forbiddenUntil) return undefined;
    try {
      const path = mailboxZonePath(userId);
      const parsed = answer.safeParse(await graph.get(path, { tries: 1, timeoutMs: 5_000 }));
      return parsed.success ? zoneOf(parsed.data.value) : undefined;
    } catch (failure) {
      if (!(failure instanceof GraphFailure)) throw failure;
      if (failure.kind === 'denied') forbiddenUntil = now().getTime() + forbiddenMs;
      return undefined;
    }
  };
}

const windowsZones: ReadonlyMap<string, string> = new Map(
  Object.entries(table.zones).map(([windows, zone]) => [windows.toLowerCase(), zone]),
);

/**
 * A mailbox names its zone as Windows does (`W. Europe Standard Time`) or as IANA does; one that
 * somebody made themselves (`tzone://Microsoft/Custom`) is nobody else's.
 */
function zoneOf(name: string): string | undefined {
  const known = windowsZones.get(name.trim().toLowerCase());
  // What a mailbox may have that nobody set; and it stands beside every time.
  if (known === 'Etc/UTC') return undefined;
  if (known) return known;
  // An offset is no zone: its clock would be wrong for half of the year.
  if (!/^[a-z]+(\/[a-z_-]+){1,2}$/i.test(name)) return undefined;
  try {
    return canonicalZone(name);
  } catch {
    return undefined;
  }
}
