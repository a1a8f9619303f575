import type { SecurityInfoChange } from '../recognise/change.ts';
import { claimedService, type SyncIdentities } from '../recognise/initiator.ts';
import { type RecognitionRules, recognise } from '../recognise/recognise.ts';
import type { AuditRecord } from '../recognise/record.ts';
import type { NewRecord } from './group.ts';

/** What decides what rows mean, and who tells what the rows leave open. */
export interface UnderstandingRoom {
  readonly rules: RecognitionRules;
  /** What on-premises directories are synchronised with. Asked where somebody else acted. */
  readonly sync?: () => Promise<SyncIdentities>;
  /** Which of these service principals are not Microsoft's. Asked where a name alone says that one is. */
  readonly foreign?: (ids: Iterable<string>) => Promise<ReadonlySet<string>>;
}

/** The rules, with who of these records only bears the name of a service of Microsoft's. */
export async function rulesFor(
  records: readonly AuditRecord[],
  { rules, foreign }: UnderstandingRoom,
): Promise<RecognitionRules> {
  const claimed = records.flatMap((record) => claimedService(record) ?? []);
  return foreign && claimed.length > 0 ? { ...rules, foreign: await foreign(claimed) } : rules;
}

/** What records mean. Who synchronises is asked only where it matters. */
export async function understand(
  records: readonly Omit<NewRecord, 'verdict'>[],
  room: UnderstandingRoom,
): Promise<NewRecord[]> {
  const understood = (rules: RecognitionRules) =>
    records.map((one) => ({ ...one, verdict: recognise(one.record, rules) }));
  const rules = await rulesFor(
    records.map(({ record }) => record),
    room,
  );
  const news = understood(rules);
  const isByOthers = news.some(
    ({ verdict }) => 'changes' in verdict && verdict.changes.some(byOthers),
  );
  return room.sync && isByOthers ? understood({ ...rules, sync: await room.sync() }) : news;
}

const byOthers = ({ initiator: { kind, id } }: SecurityInfoChange) =>
  id !== undefined && (kind === 'administrator' || kind === 'application' || kind === 'unknown');
