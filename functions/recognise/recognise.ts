import type { CatalogueEntry } from './catalogueEntry.ts';
import type {
  Action,
  ChangeDetails,
  Evidence,
  Initiator,
  Method,
  SecurityInfoChange,
} from './change.ts';
import type { PropertyChange } from './compareProperty.ts';
import {
  detail,
  detailsOf,
  maskDigits,
  methodOf,
  methodsRemoved,
  type NamedMethod,
} from './details.ts';
import { evidenceOf, propertyEvidence } from './evidence.ts';
import { defined, onlyRecords } from './initiator.ts';
import { isMuted, isOwnDoing, type RecognitionRules } from './leftOut.ts';
import { lookUpActivity, mayBeNew } from './lookUpActivity.ts';
import { makerOf } from './maker.ts';
import { noiseVerbs } from './methodWords.ts';
import { normalise } from './normalise.ts';
import { differencesIn } from './properties.ts';
import type { AuditRecord } from './record.ts';
import { actorOf, detailedTarget, targetOf } from './target.ts';

export type { RecognitionRules };

/**
 * What an audit record means, and in `why` how that came about, in words for operators.
 *
 * - `change`: to be told
 * - `muted`: a change that is not told; rows of the same change aren't either
 * - `nobody`: a change, and the row does not say whose
 * - `noise`: no change
 * - `unrelated`: no change, and not worth remembering
 */
export type Verdict =
  | {
      readonly kind: 'change' | 'muted' | 'nobody';
      readonly changes: readonly SecurityInfoChange[];
      readonly why: string;
      /** A fuller row of the same change is to be expected. */
      readonly companion: boolean;
      /** The catalogue has the activity. */
      readonly listed: boolean;
      /** Properties that could show a change and can't be read. */
      readonly unread?: readonly string[];
    }
  | {
      readonly kind: 'noise' | 'unrelated';
      readonly why: string;
      /** EXTRA_ACTIVITIES could have it told. */
      readonly leftOut?: true;
      readonly unread?: readonly string[];
    };

/**
 * Results that do not say that it failed. Graph's metadata lets a result be absent, or of a kind that
 * clients of today don't know.
 */
const done: ReadonlySet<string> = new Set(['success', '', 'unknownfuturevalue']);

/** Recognises one record. Pure. Never throws. */
export function recognise(record: AuditRecord, rules: RecognitionRules): Verdict {
  const activity = normalise(record.activityDisplayName);
  const entry = lookUpActivity(activity);
  const quiet = entry?.telling === 'ifChanged' ? 'unrelated' : 'noise';
  if (!done.has(normalise(record.result))) {
    return { kind: quiet, why: `result is ${record.result}` };
  }
  const wanted = rules.extra.has(activity);
  if (entry?.telling === 'never' && !wanted) return { kind: 'noise', why: entry.why };
  if (entry?.telling === 'optional' && !wanted) {
    return { kind: 'noise', why: `not in EXTRA_ACTIVITIES: ${entry.why}`, leftOut: true };
  }
  if (!entry && !wanted && !mayBeNew(record, activity)) {
    return { kind: 'noise', why: 'activity is not in the catalogue', leftOut: true };
  }
  const reason = normalise(record.resultReason);
  const words = reason.split(' ');
  const verb = noiseVerbs.find((word) => words.includes(word));
  if (verb) return { kind: quiet, why: `reason says ${verb}` };

  const { changes: differences, unread = [] } =
    entry?.telling === 'ifChanged' ? differencesIn(record) : {};
  const unreadable = unread.length > 0 && { unread };
  const untold = (why: string): Verdict =>
    unreadable
      ? { kind: 'noise', why: `${why}, and one can’t be read`, ...unreadable }
      : { kind: 'unrelated', why };
  if (differences?.length === 0) return untold('no property shows a change');
  const target = targetOf(record) ?? detailedTarget(record) ?? ownerOf(record, entry);
  if (!target && entry?.mayBeNobodys) return { kind: 'noise', why: 'names no user: nobody’s' };

  const initiator = makerOf(record, target ?? {}, rules);
  const told = differences?.filter((one) => !isOwnDoing(one, record, target ?? {}, initiator));
  if (told?.length === 0) return untold('no property shows more than a guest’s own redemption');
  const build = changeBuilder(record, target ?? {}, initiator);
  const found = told
    ? {
        changes: told.map((one) =>
          build(one, propertyEvidence(record, entry, one.properties ?? [], one.marks ?? [])),
        ),
        why: 'property shows a change',
      }
    : readRow(record, reason, activity, ownEntry(entry, initiator), build);
  const muted = isMuted(activity, entry, record, rules);
  return {
    kind: !target ? 'nobody' : muted ? 'muted' : 'change',
    changes: found.changes,
    why: !target
      ? 'no target user with an id or a UPN'
      : muted
        ? 'muted by MUTED_ACTIVITIES'
        : found.why,
    companion: entry?.telling === 'companion' || entry?.telling === 'ifChanged',
    listed: entry !== undefined,
    ...unreadable,
  };
}

/**
 * Whose change it is where the row names nobody: theirs who acted, of activities that people do for themselves
 * alone. A pass is issued by others, under a name that says User all the same.
 */
const ownerOf = (record: AuditRecord, entry: CatalogueEntry | undefined) =>
  entry?.selfOnly && methodOf(record).method !== 'temporaryAccessPass'
    ? actorOf(record)
    : undefined;

/** The entry as it applies to who acted. */
function ownEntry(entry: CatalogueEntry | undefined, initiator: Initiator) {
  const own = initiator.kind === 'self' ? entry?.ownAction : undefined;
  return entry && own ? { ...entry, action: own } : entry;
}

type Build = (
  change: PropertyChange & Pick<SecurityInfoChange, 'held' | 'vague'>,
  evidence: readonly Evidence[],
) => SecurityInfoChange;

const changeBuilder =
  (record: AuditRecord, target: SecurityInfoChange['target'], initiator: Initiator): Build =>
  ({ action, method, details, alternatives, held, vague }, evidence) => ({
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
    ...(vague && { vague }),
    evidence: onlyRecords(initiator)
      ? evidence.map((one) => ({ ...one, recorder: true as const }))
      : evidence,
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
    const changes = removed.map((method) =>
      build({ action: 'deleted', method, details: {} }, evidenceOf(record, entry, method, false)),
    );
    if (changes.length > 0) return { changes, why: 're-registration required' };
  }
  const named: NamedMethod = entry?.method
    ? { ...methodOf(record), method: entry.method, source: 'activity' }
    : methodOf(record);
  const action = actionOf(reason, activity, entry);
  const { method } = named;
  const details = { ...detailsOf(record, named), ...wording(record, method, action) };
  // Microsoft's backend writes the same row on silent renewals, without any change.
  const silent = reason === '' || reason === activity;
  if (method === 'unknown' && silent && activity === 'user registered security info') {
    const why = 'names no method: held for a row that does, or for a look';
    const evidence = evidenceOf(record, entry, method, true);
    return { changes: [build({ action, method, details: {}, held: true }, evidence)], why };
  }
  const vague = entry?.vague ?? (entry && method === 'unknown' && silent ? 'method' : undefined);
  const why = `${entry ? 'catalogue' : 'unknown activity'}: method from ${named.source}`;
  const evidence = evidenceOf(record, entry, method, false);
  const change = { action, method, details, ...(vague && { vague }) };
  return { changes: [build(change, evidence)], why };
}

const verbs: readonly (readonly [Action, ReadonlySet<string>])[] = [
  ['deleted', new Set(['deleted', 'removed'])],
  ['registered', new Set(['registered', 'generated', 'created', 'added', 'issued'])],
  ['updated', new Set(['changed', 'updated', 'replaced'])],
];

/** Of rows that are about security info in general, the reason's verb knows best. */
function actionOf(reason: string, activity: string, entry: CatalogueEntry | undefined): Action {
  if (entry?.method && entry.action) return entry.action;
  if (reason.includes('changed the default')) return 'defaultChanged';
  const words = (text: string) => {
    const all = text.split(' ');
    return verbs.find(([, names]) => all.some((word) => names.has(word)))?.[0];
  };
  return (
    words(reason) ?? entry?.action ?? words(activity) ?? orders.get(verbIn(activity)) ?? 'updated'
  );
}

const verbIn = (activity: string) => activity.split(' ', 1)[0] ?? '';

/** With what the names of other services begin. */
const orders: ReadonlyMap<string, Action> = new Map([
  ['add', 'registered'],
  ['register', 'registered'],
  ['create', 'registered'],
  ['assign', 'registered'],
  ['delete', 'deleted'],
  ['remove', 'deleted'],
  ['unregister', 'deleted'],
  ['unassign', 'deleted'],
]);

/** The row's own words, where they say more than we can: never logged, digits masked. */
function wording(record: AuditRecord, method: Method, action: Action): Pick<ChangeDetails, 'text'> {
  // Bounded: the pattern below takes the square of its time.
  const reason = (record.resultReason || record.activityDisplayName).slice(0, 1000);
  const words = action === 'defaultChanged' ? /\bfor (.+)$/i.exec(reason)?.[1] : reason;
  if (!words || (action !== 'defaultChanged' && method !== 'unknown')) return {};
  return { text: maskDigits(words.slice(0, 200)) };
}
