import type { CatalogueEntry } from './catalogueEntry.ts';
import type { Action, ChangeDetails, Initiator, Method, SecurityInfoChange } from './change.ts';
import {
  detail,
  detailsOf,
  maskDigits,
  methodOf,
  methodsRemoved,
  type NamedMethod,
} from './details.ts';
import { defined, initiatorOf, targetOf } from './initiator.ts';
import { lookUpActivity, mayBeNew } from './lookUpActivity.ts';
import { noiseVerbs } from './methodWords.ts';
import { normalise } from './normalise.ts';
import { type PropertyChange, propertyChanges } from './properties.ts';
import type { AuditRecord } from './record.ts';

/** Activities, normalised, that operators told us to leave out, or to tell as well. */
export interface RecognitionRules {
  readonly muted: ReadonlySet<string>;
  readonly extra: ReadonlySet<string>;
}

/**
 * What an audit record means, and in `why` how that came about, in words for operators.
 *
 * - `change`: to be told
 * - `muted`: a change that is not told; rows of the same change aren't either
 * - `suppressed`: looks like a change, and nobody can be told of it
 * - `noise`: no change
 * - `unrelated`: no change, and not worth remembering
 */
export type Verdict =
  | {
      readonly kind: 'change' | 'muted';
      readonly changes: readonly SecurityInfoChange[];
      readonly why: string;
      /** A fuller row of the same change is to be expected. */
      readonly companion: boolean;
    }
  | { readonly kind: 'suppressed' | 'noise' | 'unrelated'; readonly why: string };

const selfServiceReset = 'reset password (self-service)';

/** Recognises one record. Pure. Never throws. */
export function recognise(record: AuditRecord, rules: RecognitionRules): Verdict {
  const activity = normalise(record.activityDisplayName);
  const entry = lookUpActivity(activity);
  const quiet = entry?.telling === 'ifChanged' ? 'unrelated' : 'noise';
  if (normalise(record.result) !== 'success') {
    return { kind: quiet, why: `result is ${record.result ?? 'missing'}` };
  }
  const wanted = rules.extra.has(activity);
  if (entry?.telling === 'never' && !wanted) return { kind: 'noise', why: entry.why };
  if (entry?.telling === 'optional' && !wanted) {
    return { kind: 'noise', why: `not in EXTRA_ACTIVITIES: ${entry.why}` };
  }
  if (!entry && !wanted && !mayBeNew(record, activity)) {
    return { kind: 'noise', why: 'activity is not in the catalogue' };
  }
  const reason = normalise(record.resultReason);
  const verb = noiseVerbs.find((word) => reason.split(' ').includes(word));
  if (verb) return { kind: quiet, why: `reason says ${verb}` };

  const differences = entry?.telling === 'ifChanged' ? propertyChanges(record) : undefined;
  if (differences?.length === 0) return { kind: 'unrelated', why: 'no property shows a change' };
  const target = targetOf(record);
  if (!target) return { kind: 'suppressed', why: 'no target user with an id or a UPN' };

  const initiator = initiatorOf(record, target);
  const build = changeBuilder(record, target, initiator);
  const found = differences
    ? { changes: differences.map(build), why: 'property shows a change' }
    : readRow(record, reason, activity, ownEntry(entry, initiator), build);
  const kind = isMuted(activity, initiator, rules) ? 'muted' : 'change';
  return {
    kind,
    changes: found.changes,
    why: kind === 'muted' ? 'muted by MUTED_ACTIVITIES' : found.why,
    companion: entry?.telling === 'companion' || entry?.telling === 'ifChanged',
  };
}

/** The entry as it applies to who acted. */
function ownEntry(entry: CatalogueEntry | undefined, initiator: Initiator) {
  const own = initiator.kind === 'self' ? entry?.ownAction : undefined;
  return entry && own ? { ...entry, action: own } : entry;
}

type Build = (change: PropertyChange & { readonly held?: true }) => SecurityInfoChange;

const changeBuilder =
  (record: AuditRecord, target: SecurityInfoChange['target'], initiator: Initiator): Build =>
  ({ action, method, details, alternatives, held }) => ({
    auditId: record.id,
    time: record.activityDateTime,
    action,
    method,
    target,
    initiator,
    ...defined({
      ipAddress: record.initiatedBy?.user?.ipAddress?.slice(0, 100),
      userAgent: detail(record, 'User-Agent')?.slice(0, 300),
      correlationId: record.correlationId?.slice(0, 100),
    }),
    details,
    ...(alternatives && { alternatives }),
    ...(held && { held }),
  });

/** Reads a row that says in words what changed. */
function readRow(
  record: AuditRecord,
  reason: string,
  activity: string,
  entry: CatalogueEntry | undefined,
  build: Build,
): { changes: SecurityInfoChange[]; why: string } {
  if (reason.includes('re-registration')) {
    const removed = methodsRemoved(record);
    const changes = removed.map((method) => build({ action: 'deleted', method, details: {} }));
    if (changes.length > 0) return { changes, why: 're-registration required' };
  }
  const named: NamedMethod = entry?.method
    ? { ...methodOf(record), method: entry.method, source: 'activity' }
    : methodOf(record);
  const action = actionOf(reason, entry);
  const { method } = named;
  const details = { ...detailsOf(record, named), ...wording(record, method, action) };
  // Microsoft's backend writes the same row on silent renewals, without any change.
  const silent = reason === '' || reason === activity;
  if (method === 'unknown' && silent && activity === 'user registered security info') {
    const why = 'names no method: held for a row that does, or for a look';
    return { changes: [build({ action, method, details: {}, held: true })], why };
  }
  const why = `${entry ? 'catalogue' : 'unknown activity'}: method from ${named.source}`;
  return { changes: [build({ action, method, details })], why };
}

/** Of rows that are about security info in general, the reason's verb knows best. */
function actionOf(reason: string, entry: CatalogueEntry | undefined): Action {
  if (entry?.method && entry.action) return entry.action;
  if (reason.includes('changed the default')) return 'defaultChanged';
  const words = reason.split(' ');
  if (words.includes('deleted')) return 'deleted';
  if (words.includes('registered')) return 'registered';
  if (words.includes('changed') || words.includes('updated')) return 'updated';
  return entry?.action ?? 'updated';
}

/** Self-service resets have a twin in the directory's own words, which is muted with them. */
function isMuted(activity: string, initiator: Initiator, { muted }: RecognitionRules): boolean {
  if (muted.has(activity)) return true;
  const twin = activity === 'reset user password' || activity === 'reset password';
  const own = initiator.kind === 'self' || initiator.kind === 'system';
  return twin && own && muted.has(selfServiceReset);
}

/** The row's own words, where they say more than we can: never logged, digits masked. */
function wording(record: AuditRecord, method: Method, action: Action): Pick<ChangeDetails, 'text'> {
  // Bounded: the pattern below takes the square of its time.
  const reason = (record.resultReason || record.activityDisplayName).slice(0, 1000);
  const words = action === 'defaultChanged' ? /\bfor (.+)$/i.exec(reason)?.[1] : reason;
  if (!words || (action !== 'defaultChanged' && method !== 'unknown')) return {};
  return { text: maskDigits(words.slice(0, 200)) };
}
