import type { AuditRecord } from './auditRecord.ts';
import { type CatalogueEntry, catalogue, noiseVerbs, openServices } from './catalogue.ts';
import type { Action, ChangeDetails, Method, SecurityInfoChange } from './change.ts';
import { detail, detailsOf, maskDigits, methodOf, methodsRemoved } from './details.ts';
import { defined, initiatorOf, targetOf } from './initiator.ts';
import { normalise } from './normalise.ts';

/**
 * What an audit record means. `why` says how the verdict came about, in words for operators.
 * A `suppressed` row looked like a change but is not told; a `noise` row never did.
 */
export type Verdict =
  | {
      readonly kind: 'change';
      readonly changes: readonly SecurityInfoChange[];
      readonly why: string;
      /** A fuller row of the same change is to be expected. */
      readonly companion: boolean;
    }
  | { readonly kind: 'suppressed' | 'noise'; readonly why: string };

const exact = new Map<string, CatalogueEntry>();
const prefixes: [string, CatalogueEntry][] = [];
for (const entry of catalogue) {
  if (entry.activity.endsWith('*')) prefixes.push([entry.activity.slice(0, -1), entry]);
  else exact.set(entry.activity, entry);
}

/** Recognises one record. `muted` holds normalised activity names. Never throws. */
export function recognise(record: AuditRecord, muted: ReadonlySet<string>): Verdict {
  const activity = normalise(record.activityDisplayName);
  if (normalise(record.result) !== 'success') {
    return { kind: 'noise', why: `result is ${record.result ?? 'missing'}` };
  }
  const entry =
    exact.get(activity) ?? prefixes.find(([prefix]) => activity.startsWith(prefix))?.[1];
  if (entry && 'noise' in entry) return { kind: 'noise', why: entry.noise };
  if (!entry && !isOpen(record)) return { kind: 'noise', why: 'activity is not in the catalogue' };

  const reason = normalise(record.resultReason);
  const verb = noiseVerbs.find((word) => reason.split(' ').includes(word));
  if (verb) return { kind: 'noise', why: `reason says ${verb}` };
  if (muted.has(activity)) return { kind: 'suppressed', why: 'muted by MUTED_ACTIVITIES' };

  const target = targetOf(record);
  if (!target) return { kind: 'suppressed', why: 'no target user with an id or a UPN' };

  const named = entry?.method
    ? { ...methodOf(record), method: entry.method, source: 'activity' as const }
    : methodOf(record);
  if (named.method === 'unknown' && activity === 'user registered security info') {
    if (reason === '' || reason === activity) {
      // Written by Microsoft's backend on silent renewals too, without any change.
      return { kind: 'suppressed', why: 'names no method: a silent renewal writes the same row' };
    }
  }
  const action = actionOf(reason, entry?.action);
  const change = (method: Method, details: ChangeDetails): SecurityInfoChange => ({
    auditId: record.id,
    time: record.activityDateTime,
    action,
    method,
    target,
    initiator: initiatorOf(record, target),
    ...defined({
      ipAddress: record.initiatedBy?.user?.ipAddress?.slice(0, 100),
      userAgent: detail(record, 'User-Agent')?.slice(0, 300),
      correlationId: record.correlationId?.slice(0, 100),
    }),
    details,
  });
  if (reason.includes('re-registration')) {
    const removed = methodsRemoved(record);
    const changes = removed.map((method) => change(method, {}));
    if (changes.length > 0)
      return { kind: 'change', changes, why: 're-registration required', companion: false };
  }
  const details = { ...detailsOf(record, named), ...wording(record, named.method, action) };
  return {
    kind: 'change',
    changes: [change(named.method, details)],
    why: `${entry ? 'catalogue' : 'unknown activity'}: method from ${named.source}`,
    companion: entry?.companion === true,
  };
}

/** An activity nobody has listed yet, of a service that changes people's methods. */
function isOpen(record: AuditRecord): boolean {
  const usual = !record.category || normalise(record.category) === 'usermanagement';
  return usual && openServices.some((one) => normalise(one) === normalise(record.loggedByService));
}

function actionOf(reason: string, usual: Action | undefined): Action {
  if (reason.includes('changed the default')) return 'defaultChanged';
  const words = reason.split(' ');
  if (words.includes('deleted')) return 'deleted';
  if (words.includes('registered')) return 'registered';
  if (words.includes('changed') || words.includes('updated')) return 'updated';
  return usual ?? 'updated';
}

/** The row's own words, where they say more than we can: never logged, digits masked. */
function wording(record: AuditRecord, method: Method, action: Action): { text?: string } {
  const reason = record.resultReason || record.activityDisplayName;
  const words = action === 'defaultChanged' ? /\bfor (.+)$/i.exec(reason)?.[1] : reason;
  if (!words || (action !== 'defaultChanged' && method !== 'unknown')) return {};
  return { text: maskDigits(words.slice(0, 200)) };
}
