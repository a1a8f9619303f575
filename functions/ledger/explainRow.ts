import { type Explanation, explain } from '../recognise/explain.ts';
import type { RecognitionRules } from '../recognise/recognise.ts';
import type { SeenAudit } from './entity.ts';
import { auditRef, reference } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { inWords, type SaidNotification } from './sentence.ts';

/** What became of a row: how it was understood, with which others, and who was told. */
interface RowStory {
  readonly explanation: Explanation;
  /** As the ledger has it; undefined where it was never recorded. */
  readonly seen?: SeenAudit;
  readonly notification?: Pick<SaidNotification, 'state' | 'outcome' | 'reason' | 'steps'> & {
    readonly reference: string;
    /** Ids of the audit records of the same notification. */
    readonly group: readonly string[];
  };
}

/** The whole reasoning about one row: what it says, and what the ledger made of it. */
export async function explainRow(
  row: unknown,
  rules: RecognitionRules,
  ledger: Ledger,
): Promise<RowStory> {
  const explanation = explain(row, rules);
  if (!explanation.parsed) return { explanation };
  const { activityDateTime, id } = row as { activityDateTime: string; id: string };
  const seen = await ledger.findAudit(auditRef(activityDateTime.replace('+00:00', 'Z'), id));
  if (!seen?.notification) return { explanation, ...(seen && { seen }) };
  const stored = await ledger.get(seen.notification);
  if (!stored) return { explanation, seen };
  const group = (await ledger.auditsOf(seen.notification)).map(({ auditId }) => auditId);
  const { state, outcome, reason, steps } = inWords(stored.notification);
  const notification = {
    reference: reference(seen.notification),
    state,
    outcome,
    reason,
    steps,
    group,
  };
  return { explanation, seen, notification };
}
