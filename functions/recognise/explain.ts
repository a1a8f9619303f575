import type { Action, ChangeTarget, Initiator, Method } from './change.ts';
import { maskDigits, methodOf, type NamedMethod } from './details.ts';
import { lookUpActivity } from './lookUpActivity.ts';
import { makerOf } from './maker.ts';
import { normalise } from './normalise.ts';
import { differencesIn } from './properties.ts';
import { type RecognitionRules, recognise, type Verdict } from './recognise.ts';
import { isUnparsable, parseAuditRecord } from './record.ts';
import { targetOf } from './target.ts';

/** The whole reasoning about one row of the audit log, for people who ask why. */
export type Explanation =
  | { readonly parsed: false; readonly reason: string }
  | {
      readonly parsed: true;
      /** Names as they are compared. Digits of a number are masked. */
      readonly activity: string;
      readonly reason: string;
      readonly service: string;
      readonly result: string;
      /** The catalogue's row, and when it is told. */
      readonly listed?: {
        readonly activity: string;
        readonly telling: string;
        readonly why: string;
      };
      /** What the modifiedProperties show to be different. */
      readonly differences: readonly { readonly action: Action; readonly method: Method }[];
      /** The method that the row's words name, and where. */
      readonly named: NamedMethod;
      readonly target?: ChangeTarget;
      readonly initiator?: Initiator;
      readonly verdict: Verdict['kind'];
      readonly why: string;
      readonly changes: readonly { readonly action: Action; readonly method: Method }[];
    };

/** Explains a row as Graph gave it. Pure. Never throws. */
export function explain(row: unknown, rules: RecognitionRules): Explanation {
  const record = parseAuditRecord(row);
  if (isUnparsable(record)) return { parsed: false, reason: record.reason };
  const activity = normalise(record.activityDisplayName);
  const entry = lookUpActivity(activity);
  const verdict = recognise(record, rules);
  const [change] = 'changes' in verdict ? verdict.changes : [];
  // Whom a row leaves out, recognising may find elsewhere in it.
  const target = verdict.kind === 'nobody' ? undefined : (change?.target ?? targetOf(record));
  return {
    parsed: true,
    activity,
    reason: maskDigits(normalise(record.resultReason)),
    service: record.loggedByService ?? '',
    result: record.result ?? '',
    ...(entry && {
      listed: { activity: entry.activity, telling: entry.telling, why: entry.why },
    }),
    differences: differencesIn(record).changes.map(({ action, method }) => ({ action, method })),
    named: methodOf(record),
    ...(target && { target, initiator: change?.initiator ?? makerOf(record, target, rules) }),
    verdict: verdict.kind,
    why: verdict.why,
    changes:
      'changes' in verdict ? verdict.changes.map(({ action, method }) => ({ action, method })) : [],
  };
}
