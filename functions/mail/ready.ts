import type { Ledger } from '../ledger/ledger.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Clock } from '../log.ts';
import { takeCopy } from '../people/copyAllowance.ts';
import type { Found } from './lookUp.ts';
import { type Prepared, type PrepareSettings, prepare } from './prepare.ts';
import { prepareSummary } from './summary.ts';

/** What making a mail ready needs. */
export interface ReadyRoom {
  readonly ledger: Ledger;
  readonly settings: PrepareSettings;
  readonly dryRun: boolean;
  readonly now: Clock;
}

/** Prepares what was looked up, within what the manager gets of copies in a day. */
export async function makeReady(
  row: Notification,
  found: Extract<Found, { kind: 'known' | 'summary' }>,
  { ledger, settings, dryRun, now }: ReadyRoom,
): Promise<Prepared> {
  if (found.kind === 'summary') return prepareSummary(row, found.summary, settings);
  const at = now();
  const prepared = prepare(found.row, found.person, settings, at);
  if (prepared.kind === 'nobody' || !prepared.manager || dryRun) return prepared;
  const counting = { ledger, limit: settings.MANAGER_COPIES_PER_DAY, now: at };
  const allowance = await takeCopy(prepared.manager.address, row, counting);
  if (allowance === 'open') return prepared;
  return prepare(found.row, found.person, settings, at, allowance);
}
