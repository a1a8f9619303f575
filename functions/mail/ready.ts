import type { Notification } from '../ledger/notification.ts';
import type { Clock } from '../log.ts';
import type { CopyCounts, CountedCopy } from '../people/copyAllowance.ts';
import type { Found } from './lookUp.ts';
import { type Prepared, type PrepareSettings, prepare } from './prepare.ts';
import { prepareSummary } from './summary.ts';

/** What making a mail ready needs. */
export interface ReadyRoom {
  readonly counts: CopyCounts;
  readonly settings: PrepareSettings;
  readonly dryRun: boolean;
  readonly now: Clock;
}

/** A mail that is ready, with the manager's copy that is to be counted when it is claimed. */
export type Ready = Prepared & { readonly count?: CountedCopy };

/** Prepares what was looked up, within what the manager gets of copies in a day. */
export async function makeReady(
  row: Notification,
  found: Extract<Found, { kind: 'known' | 'summary' }>,
  { counts, settings, dryRun, now }: ReadyRoom,
): Promise<Ready> {
  if (found.kind === 'summary') return prepareSummary(row, found.summary, settings);
  const at = now();
  const prepared = prepare(found.row, found.person, settings, at);
  if (prepared.kind === 'nobody' || !prepared.manager || dryRun) return prepared;
  const { allowance, count } = await counts.allow(prepared.manager.address, row, at);
  const allowed =
    allowance === 'open' ? prepared : prepare(found.row, found.person, settings, at, allowance);
  return { ...allowed, ...(count && { count }) };
}
