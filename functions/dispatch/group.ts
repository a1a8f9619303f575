import type { AuditRecord } from '../audit/auditRecord.ts';
import type { SecurityInfoChange } from '../audit/change.ts';
import { samePerson } from '../audit/initiator.ts';
import type { Verdict } from '../audit/recognise.ts';
import type { SeenAudit } from '../ledger/entity.ts';
import { auditRef, notificationRef, type RowRef } from '../ledger/keys.ts';
import type { StoredNotification } from '../ledger/notification.ts';
import type { Recording } from '../ledger/recording.ts';
import { type Draft, hasten, isOpen, rewrite, start, withdraw } from './draft.ts';
import { distanceMs, enrich, isSameChange, isUrgent, sameChangeMs } from './sameChange.ts';

/** An audit record that is not in the ledger yet, with what it means. */
export interface NewRecord {
  readonly record: AuditRecord;
  readonly verdict: Verdict;
}

/** Settings that decide what is told, and when. */
export interface GroupSettings {
  readonly settleSeconds: number;
  readonly maxAgeHours: number;
  /** Changes before this are not told. */
  readonly startedAt: string;
}

/** How far around a page the ledger must be read, in ms, to find what its rows may belong to. */
export const groupingMarginMs = ({ settleSeconds }: Pick<GroupSettings, 'settleSeconds'>): number =>
  settleSeconds * 1000 + sameChangeMs;

/** What a page adds to the ledger, before senders are assigned to `inserts`. Pure. */
export function groupChanges(
  news: readonly NewRecord[],
  existing: readonly StoredNotification[],
  settings: GroupSettings,
  now: Date,
): Recording {
  const drafts: Draft[] = existing.map(({ notification, etag }) => ({
    notification,
    etag,
    touched: false,
  }));
  const audits: SeenAudit[] = [];
  const oldestFirst = [...news].sort((one, other) => {
    const [first, second] = [one.record, other.record];
    return (
      Date.parse(first.activityDateTime) - Date.parse(second.activityDateTime) ||
      (first.id < second.id ? -1 : 1)
    );
  });
  for (const { record, verdict } of oldestFirst) {
    const seen = {
      ...auditRef(record.activityDateTime, record.id),
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
    const placed = verdict.changes.map((change) => {
      const waiting = waits(change, verdict.companion);
      const muted = verdict.kind === 'muted' ? verdict.why : undefined;
      return place({ change, waiting, muted }, drafts, settings, now);
    });
    const { day, key } = placed[0]?.draft.notification ?? seen;
    const merged = placed.every((one) => one.merged);
    const spread = placed.some(({ draft }) => draft.notification.key !== key);
    audits.push({
      ...seen,
      verdict: merged ? 'merged' : 'change',
      notification: { day, key },
      ...(spread && { spread }),
    });
  }
  return {
    inserts: drafts.flatMap(({ notification, etag }) => (etag === undefined ? notification : [])),
    updates: drafts.flatMap(({ notification, etag, touched }) =>
      etag !== undefined && touched ? { notification, etag } : [],
    ),
    audits,
  };
}

/** A change to be placed. `muted` says why it is not told. */
interface Arrival {
  readonly change: SecurityInfoChange;
  readonly waiting: boolean;
  readonly muted: string | undefined;
}

/** Finds the notification that a change belongs to, or starts one. */
function place(
  { change, waiting, muted }: Arrival,
  drafts: Draft[],
  settings: GroupSettings,
  now: Date,
): { draft: Draft; merged: boolean } {
  const sibling = nearestSibling(change, drafts);
  if (sibling) {
    const { draft, index } = sibling;
    // Once it is being sent, what a late row adds comes too late: it is recorded, and that is all.
    if (!isOpen(draft)) return { draft, merged: true };
    if (muted) return { draft: withdraw(draft, index, muted, now), merged: true };
    const { changes, notBefore } = draft.notification;
    rewrite(draft, changes.with(index, enriched(draft, index, change)));
    // The fuller row that an urgent one waited for.
    const { urgent } = draft.notification;
    if (urgent && !waiting && new Date(notBefore) > now) hasten(draft, now);
    return { draft, merged: true };
  }
  const suppressed = muted ?? suppression(change, settings, now);
  const shared = suppressed
    ? undefined
    : drafts.find((draft) => mayShare(draft, change, settings, now));
  if (shared && rewrite(shared, [...shared.notification.changes, change])) {
    return { draft: shared, merged: false };
  }
  const draft = {
    notification: {
      ...start(change, suppressed, waiting, settings.settleSeconds, now),
      ...freeRef(change, drafts),
    },
    etag: undefined,
    touched: true,
  };
  drafts.push(draft);
  return { draft, merged: false };
}

/** A record that tells of several changes may start several notifications: each has its own key. */
function freeRef({ time, auditId }: SecurityInfoChange, drafts: readonly Draft[]): RowRef {
  for (let number = 1; ; number += 1) {
    const ref = notificationRef(time, number === 1 ? auditId : `${auditId} ${number}`);
    if (!drafts.some(({ notification }) => notification.key === ref.key)) return ref;
  }
}

/** The row of the same change that is nearest in time. */
function nearestSibling(change: SecurityInfoChange, drafts: readonly Draft[]) {
  let nearest: { draft: Draft; index: number } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const draft of drafts) {
    for (const [index, one] of draft.notification.changes.entries()) {
      if (!isSameChange(one, change)) continue;
      const distance = distanceMs(one, change);
      if (distance < least) nearest = { draft, index };
      least = Math.min(least, distance);
    }
  }
  return nearest;
}

/** Whether other rows may still add what the reader should know. */
const waits = (change: SecurityInfoChange, companion: boolean) =>
  companion || !isUrgent(change) || change.method === 'unknown';

const enriched = ({ notification }: Draft, index: number, change: SecurityInfoChange) => {
  const known = notification.changes[index];
  return known ? enrich(known, change) : change;
};

/**
 * Changes of one person made within the settle time share a mail while it waits; an urgent one only
 * with those found together with it.
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
    distanceMs(first, change) <= settleSeconds * 1000
  );
}

function suppression(
  change: SecurityInfoChange,
  { startedAt, maxAgeHours }: GroupSettings,
  now: Date,
): string | undefined {
  const time = Date.parse(change.time);
  if (time < Date.parse(startedAt)) return 'before the first run';
  if (time < now.getTime() - maxAgeHours * 3_600_000) return 'older than MAX_NOTIFY_AGE_HOURS';
  return undefined;
}
