import type { SeenAudit } from '../ledger/entity.ts';
import { auditRef, notificationRef, type RowRef } from '../ledger/keys.ts';
import type { StoredNotification } from '../ledger/notification.ts';
import type { Untold } from '../ledger/reason.ts';
import type { Recording } from '../ledger/recording.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { samePerson } from '../recognise/initiator.ts';
import type { Verdict } from '../recognise/recognise.ts';
import type { AuditRecord } from '../recognise/record.ts';
import {
  type Draft,
  hasten,
  isMuted,
  isOpen,
  noteLate,
  rewrite,
  start,
  withdraw,
} from './draft.ts';
import { Drafts, type Existing } from './drafts.ts';
import { correlatedMs, distanceMs, type MergeReason } from './merge.ts';
import { asChange, current, isToldBy, parted, without } from './parting.ts';
import { enrich, isRiskier, isUrgent, riskOf } from './sameChange.ts';
import { Whereabouts } from './whereabouts.ts';

/** An audit record that is not in the ledger yet, with what it means. */
export interface NewRecord {
  readonly record: AuditRecord;
  readonly ref: RowRef;
  readonly verdict: Verdict;
}

/** A record, and where the ledger will have it. */
export const keyed = (record: AuditRecord): Omit<NewRecord, 'verdict'> => ({
  record,
  ref: auditRef(record.activityDateTime, record.id),
});

/** Settings that decide what is told, and when. */
export interface GroupSettings {
  readonly settleSeconds: number;
  readonly maxAgeHours: number;
  /** Changes before this are not told. */
  readonly startedAt: string;
}

/** How far around a page the ledger must be read, in ms, to find what its rows may belong to. */
export const groupingMarginMs = ({ settleSeconds }: Pick<GroupSettings, 'settleSeconds'>): number =>
  2 * settleSeconds * 1000 + correlatedMs;

/**
 * What a page adds to the ledger, before senders are assigned to `inserts`. Its rows may belong to what is
 * `existing`, of which each is asked for only where a row leaves open whom it is about. Pure.
 */
export function groupChanges(
  news: readonly NewRecord[],
  existing: Existing & { readonly each: () => Iterable<StoredNotification> },
  settings: GroupSettings,
  now: Date,
): Recording {
  const drafts = new Drafts(existing);
  const people = new Whereabouts(news, () => existing.each());
  const audits: SeenAudit[] = [];
  const oldestFirst = [...news].sort((one, other) => {
    const [first, second] = [one.record, other.record];
    return (
      Date.parse(first.activityDateTime) - Date.parse(second.activityDateTime) ||
      (first.id < second.id ? -1 : 1)
    );
  });
  for (const { record, ref, verdict } of oldestFirst) {
    const seen = {
      ...ref,
      auditId: record.id,
      activity: record.activityDisplayName,
      service: record.loggedByService ?? '',
      why: verdict.why,
    };
    // Rows that are not even worth remembering are read, and found to be so, again.
    if (verdict.kind === 'unrelated') continue;
    if (!('changes' in verdict)) {
      audits.push({ ...seen, verdict: verdict.kind });
      continue;
    }
    const changes = verdict.changes.flatMap((change) => people.complete(change) ?? []);
    if (changes.length === 0) {
      const noTarget = { changes: verdict.changes.length, at: now.toISOString() };
      audits.push({ ...seen, verdict: 'suppressed', noTarget });
      continue;
    }
    const placed = changes.map((change) => {
      const settled = settledAt(change, verdict.companion, settings, now);
      const muted = verdict.kind === 'muted' ? ({ reason: 'muted' } as const) : undefined;
      return place({ change, settled, muted }, drafts, settings, now);
    });
    const { day, key } = placed[0]?.draft.notification ?? seen;
    const merged = placed.every((one) => one.merged);
    const whyMerged = placed[0]?.merged;
    const spread = placed.some(({ draft }) => draft.notification.key !== key);
    audits.push({
      ...seen,
      verdict: merged ? 'merged' : 'change',
      notification: { day, key },
      ...(merged && whyMerged && { merged: whyMerged }),
      ...(spread && { spread }),
    });
  }
  return {
    inserts: drafts.all.flatMap(({ notification, etag }) =>
      etag === undefined ? notification : [],
    ),
    updates: drafts.all.flatMap(({ notification, etag, touched }) =>
      etag !== undefined && touched ? { notification, etag } : [],
    ),
    audits,
  };
}

/** A change to be placed. */
interface Arrival {
  readonly change: SecurityInfoChange;
  /** When nothing more is to be expected of other rows. */
  readonly settled: Date;
  /** Why it is not told, and what it belongs to is not told either. */
  readonly muted: Untold | undefined;
  /** It came from a change that is muted: by itself it is not told. */
  readonly inherited?: Untold | undefined;
}

/** Finds the notification that a change belongs to, or starts one. */
function place(
  { change, settled, muted, inherited: came }: Arrival,
  drafts: Drafts,
  settings: GroupSettings,
  now: Date,
): { draft: Draft; merged?: MergeReason } {
  const found = drafts.place(change, muted !== undefined || came !== undefined);
  if (found) {
    const { draft, index, why, out } = found;
    const { changes, notBefore } = draft.notification;
    const inherited = mutedIn(draft) ?? came;
    const known = changes[index];
    const own = out && known && isToldBy(known, out) ? asChange(current(known), out) : undefined;
    const elsewhere = own && drafts.place(own, inherited !== undefined, known);
    // A row that belongs to yet another change goes there: to stay would make it one more.
    if (out && known && own && (!elsewhere || elsewhere.out)) {
      const { kept, gained } = parted(current(known), out, change);
      if (isOpen(draft)) rewrite(draft, changes.with(index, kept));
      // What was told was told.
      else noteLate(draft, index, { ...current(known), evidence: [out] });
      return begin({ change: gained, settled, muted, inherited }, drafts, settings, now);
    }
    const whole = enriched(draft, index, change);
    const fuller = out ? without(whole, out) : whole;
    const moved = out && asChange(whole, out);
    // What makes place is placed anew, once this one has its place.
    const settle = () => {
      if (!moved) return;
      place({ change: moved, settled, muted: undefined, inherited }, drafts, settings, now);
    };
    if (!isOpen(draft)) {
      addLate(drafts, found, fuller, settled, now);
      settle();
      return { draft, merged: why };
    }
    if (muted) return { draft: withdraw(draft, index, muted, now), merged: why };
    rewrite(draft, changes.with(index, fuller));
    drafts.renew(draft);
    // The fuller row that it waited for. What has a slot already keeps it, unless it is urgent.
    const free = draft.etag === undefined || draft.notification.urgent;
    if (free && settled < new Date(notBefore)) hasten(draft, settled);
    settle();
    return { draft, merged: why };
  }
  return begin({ change, settled, muted, inherited: came }, drafts, settings, now);
}

/**
 * What a setting mutes stays so, whatever its rows turn out to belong to. Of other reasons each change has its own:
 * one before the first run may have had a row of one that came after it.
 */
const mutedIn = (draft: Draft): Untold | undefined =>
  isMuted(draft) ? { reason: 'muted' } : undefined;

/** Starts a notification for a change, or lets it share one that waits. */
function begin(
  { change, settled, muted, inherited }: Arrival,
  drafts: Drafts,
  settings: GroupSettings,
  now: Date,
): { draft: Draft } {
  const suppressed = muted ?? inherited ?? suppression(change, settings, now);
  const shared = suppressed
    ? undefined
    : drafts.near(change).find((draft) => mayShare(draft, change, settings, now));
  if (shared && rewrite(shared, [...shared.notification.changes, change])) {
    drafts.renew(shared);
    return { draft: shared };
  }
  const draft = {
    notification: {
      ...drafts.freeRef(change),
      ...start(change, suppressed, settled, now),
    },
    etag: undefined,
    touched: true,
  };
  drafts.add(draft);
  return { draft };
}

/**
 * What a row says after the mail: it is noted, and where it makes the change riskier than what was told,
 * another mail follows.
 */
function addLate(
  drafts: Drafts,
  { draft, index }: { readonly draft: Draft; readonly index: number },
  change: SecurityInfoChange,
  settled: Date,
  now: Date,
) {
  const told = draft.notification.changes[index];
  const { state } = draft.notification;
  const riskier = told && state !== 'suppressed' && isRiskier(change, current(told));
  noteLate(draft, index, change);
  drafts.renew(draft);
  if (!riskier) return;
  // While the mail is being sent nothing can be noted with it: the key says what was told of already.
  const ref = notificationRef(
    change.time,
    `late ${draft.notification.key} ${index} ${riskOf(change)}`,
  );
  if (drafts.has(ref)) return;
  const { late: _, ...of } = change;
  const notification = {
    ...ref,
    ...start(of, undefined, settled, now),
    urgent: true,
    followUp: 'late' as const,
  };
  drafts.add({ notification, etag: undefined, touched: true });
}

/**
 * Until when other rows may still add what the reader should know. A row that does not say all waits
 * for the fuller one from now on, half as long again, so that another poll comes before; rows of a change that
 * says all were written seconds after it, so that counts from the change itself.
 */
function settledAt(
  change: SecurityInfoChange,
  companion: boolean,
  { settleSeconds }: GroupSettings,
  now: Date,
): Date {
  const settleMs = settleSeconds * 1000;
  if (companion || change.method === 'unknown') return new Date(now.getTime() + 1.5 * settleMs);
  if (isUrgent(change)) return now;
  const latest = now.getTime() + settleMs;
  const settled = Date.parse(change.time) + settleMs;
  return new Date(Math.min(latest, Math.max(settled, now.getTime())));
}

const enriched = ({ notification }: Draft, index: number, change: SecurityInfoChange) => {
  const known = notification.changes[index];
  return known ? enrich(current(known), change) : change;
};

/**
 * Changes of one person made within twice the settle time share a mail while it waits; an urgent one only
 * with those found together with it, and one that is held only with its kind: the others wait for no look.
 */
function mayShare(
  draft: Draft,
  change: SecurityInfoChange,
  { settleSeconds }: GroupSettings,
  now: Date,
): boolean {
  const { target, urgent, bulk, notBefore, changes } = draft.notification;
  const [first] = changes;
  const waits = draft.etag === undefined || (!urgent && new Date(notBefore) > now);
  return (
    isOpen(draft) &&
    waits &&
    !bulk &&
    urgent === isUrgent(change) &&
    samePerson(target, change.target) === true &&
    first !== undefined &&
    first.held === change.held &&
    distanceMs(first, change) <= 2 * settleSeconds * 1000
  );
}

function suppression(
  change: SecurityInfoChange,
  { startedAt, maxAgeHours }: GroupSettings,
  now: Date,
): Untold | undefined {
  const time = Date.parse(change.time);
  if (time < Date.parse(startedAt)) return { reason: 'beforeFirstRun' };
  if (time < now.getTime() - maxAgeHours * 3_600_000) return { reason: 'tooOld' };
  return undefined;
}
