import { groupChanges, keyed } from '../../functions/intake/group.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { NotificationsByTime } from '../../functions/ledger/notificationsByTime.ts';
import { settle } from '../../functions/ledger/transitions.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';
import { type RecognitionRules, recognise } from '../../functions/recognise/recognise.ts';
import {
  type AuditRecord,
  isUnparsable,
  parseAuditRecord,
} from '../../functions/recognise/record.ts';

export const defaultRules: RecognitionRules = {
  muted: new Set(['reset password (self-service)']),
  extra: new Set<string>(),
};

/** How a story is played. */
interface Play {
  readonly pollSeconds?: number;
  readonly rules?: RecognitionRules;
  /** When the app ran first. */
  readonly startedAt?: string;
  /** What a row that names no method turns out to be; undefined where nothing confirms it. */
  readonly confirm?: (change: SecurityInfoChange) => SecurityInfoChange['method'] | undefined;
}

/** Rows as Graph gives them, parsed. */
export const parsed = (rows: readonly unknown[]): AuditRecord[] =>
  rows.flatMap((row) => {
    const record = parseAuditRecord(row);
    return isUnparsable(record) ? [] : record;
  });

/**
 * The notifications that the pages of a log lead to, in memory: each page is recorded as a poll would,
 * a poll each `pollSeconds`, and what is due is sent in between.
 */
export function notify(
  pages: readonly (readonly AuditRecord[])[],
  {
    pollSeconds = 60,
    rules = defaultRules,
    startedAt = '2026-01-01T00:00:00Z',
    confirm = () => undefined,
  }: Play = {},
): Notification[] {
  const settings = { settleSeconds: 30, maxAgeHours: 720, startedAt };
  const seen = new Set<string>();
  const rows = new Map<string, Notification>();
  let now = new Date('2026-11-24T12:00:00.000Z');
  const send = (row: Notification): Notification => {
    const changes = row.changes.flatMap((change): SecurityInfoChange[] => {
      if (!change.held) return [change];
      const method = confirm(change);
      const { held: _, ...known } = change;
      return method ? [{ ...known, method, confirmed: true }] : [];
    });
    const sending = { ...row, state: 'sending', attempts: 1 } as const;
    if (changes.length === 0) return { ...row, state: 'suppressed' };
    return settle(
      { ...sending, changes },
      { kind: 'ended', ending: { state: 'sent', reason: 'userTold' } },
      now,
    );
  };
  for (const page of [...pages, [], []]) {
    const news = page.flatMap((record) => {
      const one = keyed(record);
      if (seen.has(one.ref.key)) return [];
      seen.add(one.ref.key);
      return { ...one, verdict: recognise(record, rules) };
    });
    const known = [...rows.values()].map((notification) => ({ notification, etag: 'e' }));
    const existing = new NotificationsByTime(known);
    const { inserts, updates } = groupChanges(news, existing, settings, now);
    for (const row of [...inserts, ...updates.map(({ notification }) => notification)]) {
      rows.set(row.key, row);
    }
    now = new Date(now.getTime() + pollSeconds * 1000);
    for (const row of rows.values()) {
      if (row.state === 'pending' && new Date(row.notBefore) <= now) rows.set(row.key, send(row));
    }
  }
  return [...rows.values()];
}

/** One line for each change that is told, as it is known in the end. */
export const linesOf = (rows: readonly Notification[]): string[] =>
  rows
    .filter(({ state, followUp }) => state !== 'suppressed' && !followUp)
    .flatMap(({ changes }) => changes.filter(({ held }) => !held))
    .map((change) => {
      const { target, action, method, initiator } = { ...change, ...change.late };
      const who = (target.userPrincipalName ?? target.id ?? '').toLowerCase();
      return `${who} ${action} ${method} ${initiator.kind}`;
    })
    .sort();

/** One line for each change that is told of pages of rows. */
export const tell = (pages: readonly (readonly unknown[])[], pollSeconds: number): string[] =>
  linesOf(notify(pages.map(parsed), { pollSeconds }));
