import type { AuditRecord } from '../audit/auditRecord.ts';
import type { SecurityInfoChange } from '../audit/change.ts';
import { samePerson } from '../audit/initiator.ts';
import type { Verdict } from '../audit/recognise.ts';
import type { SeenAudit } from '../ledger/entity.ts';
import { auditRef, notificationRef } from '../ledger/keys.ts';
import type { Notification, State, StoredNotification } from '../ledger/notification.ts';
import type { Recording } from '../ledger/recording.ts';
import { enrich, isSameChange, isUrgent, sameChangeMs } from './sameChange.ts';

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

/** Changes of one person this far apart may share a mail. */
const oneMailMs = 10 * 60_000;

/** How far around a page the ledger must be read to find what its rows may belong to. */
export const groupingMarginMs = oneMailMs + sameChangeMs;

/** Bounds a mail, and its row in the table: a string holds 32 K characters. */
const mostChanges = 12;
const mostCharacters = 30_000;

interface Draft {
  notification: Notification;
  readonly etag: string | undefined;
  touched: boolean;
}

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
    if (verdict.kind !== 'change') {
      audits.push({ ...seen, verdict: verdict.kind });
      continue;
    }
    const placed = verdict.changes.map((change) =>
      place(change, waits(change, verdict.companion), drafts, settings, now),
    );
    const { day, key } = placed[0]?.draft.notification ?? seen;
    const merged = placed.every((one) => one.merged);
    const notification = { day, key };
    audits.push({ ...seen, verdict: merged ? 'merged' : 'change', notification });
  }
  return {
    inserts: drafts.flatMap(({ notification, etag }) => (etag === undefined ? notification : [])),
    updates: drafts.flatMap(({ notification, etag, touched }) =>
      etag !== undefined && touched ? { notification, etag } : [],
    ),
    audits,
  };
}

/** Finds the notification that a change belongs to, or starts one. */
function place(
  change: SecurityInfoChange,
  waiting: boolean,
  drafts: Draft[],
  settings: GroupSettings,
  now: Date,
): { draft: Draft; merged: boolean } {
  for (const draft of drafts) {
    const index = draft.notification.changes.findIndex((one) => isSameChange(one, change));
    if (index < 0) continue;
    // Once it is being sent, what a late row adds comes too late: it is recorded, and that is all.
    if (isOpen(draft)) {
      const { changes, urgent, notBefore } = draft.notification;
      rewrite(draft, changes.with(index, enriched(draft, index, change)));
      // The fuller row that an urgent one waited for.
      if (urgent && !waiting && new Date(notBefore) > now) hasten(draft, now);
    }
    return { draft, merged: true };
  }
  const suppressed = suppression(change, settings, now);
  const shared = suppressed ? undefined : drafts.find((draft) => mayShare(draft, change, now));
  if (shared && rewrite(shared, [...shared.notification.changes, change])) {
    return { draft: shared, merged: false };
  }
  const draft = {
    notification: start(change, suppressed, waiting, settings, now),
    etag: undefined,
    touched: true,
  };
  drafts.push(draft);
  return { draft, merged: false };
}

/** Whether other rows may still add what the reader should know. */
const waits = (change: SecurityInfoChange, companion: boolean) =>
  companion || !isUrgent(change) || change.method === 'unknown';

function hasten(draft: Draft, now: Date) {
  draft.notification = { ...draft.notification, notBefore: now.toISOString() };
  draft.touched = true;
}

const enriched = ({ notification }: Draft, index: number, change: SecurityInfoChange) => {
  const known = notification.changes[index];
  return known ? enrich(known, change) : change;
};

const isOpen = ({ notification }: Draft) =>
  notification.state === 'pending' && notification.attempts === 0;

/** Gives a draft its changes, oldest first; false where they would not fit. */
function rewrite(draft: Draft, changes: readonly SecurityInfoChange[]): boolean {
  const before = JSON.stringify(draft.notification.changes);
  const sorted = [...changes].sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
  const after = JSON.stringify(sorted);
  if (after === before) return true;
  if (sorted.length > mostChanges || after.length > mostCharacters) return false;
  draft.notification = { ...draft.notification, changes: sorted };
  draft.touched = true;
  return true;
}

/** Changes of one person share a mail while it waits; an urgent one only with those found with it. */
function mayShare(draft: Draft, change: SecurityInfoChange, now: Date): boolean {
  const { target, urgent, notBefore, changes } = draft.notification;
  const [first] = changes;
  const waits = draft.etag === undefined || (!urgent && new Date(notBefore) > now);
  return (
    isOpen(draft) &&
    waits &&
    urgent === isUrgent(change) &&
    samePerson(target, change.target) === true &&
    first !== undefined &&
    Math.abs(Date.parse(first.time) - Date.parse(change.time)) <= oneMailMs
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

function start(
  change: SecurityInfoChange,
  suppressed: string | undefined,
  waiting: boolean,
  { settleSeconds }: GroupSettings,
  now: Date,
): Notification {
  const urgent = isUrgent(change);
  const notBefore = new Date(now.getTime() + (waiting ? settleSeconds * 1000 : 0)).toISOString();
  const at = now.toISOString();
  const state: State = suppressed ? 'suppressed' : 'pending';
  return {
    ...notificationRef(change.time, change.auditId),
    state,
    urgent,
    target: change.target,
    changes: [change],
    sender: '',
    recordedAt: at,
    notBefore,
    attempts: 0,
    unknownOutcomes: 0,
    deferrals: 0,
    ...(suppressed && { outcome: suppressed }),
    steps: [{ at, state, ...(suppressed && { note: suppressed }) }],
  };
}
