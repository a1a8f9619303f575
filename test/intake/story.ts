import { groupChanges } from '../../functions/intake/group.ts';
import { auditRef } from '../../functions/ledger/keys.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { settle } from '../../functions/ledger/transitions.ts';
import { recognise } from '../../functions/recognise/recognise.ts';
import { isUnparsable, parseAuditRecord } from '../../functions/recognise/record.ts';

const settings = { settleSeconds: 30, maxAgeHours: 720, startedAt: '2026-01-01T00:00:00Z' };
const rules = { muted: new Set(['reset password (self-service)']), extra: new Set<string>() };

/**
 * What the pages of a log lead to, in memory: each page is recorded as a poll would, a poll each
 * `pollSeconds`, and what is due is sent in between. One line for each change that is told.
 */
export function tell(pages: readonly (readonly unknown[])[], pollSeconds: number): string[] {
  const seen = new Set<string>();
  const rows = new Map<string, Notification>();
  let now = new Date('2026-11-24T12:00:00.000Z');
  for (const page of pages) {
    const news = page.flatMap((row) => {
      const record = parseAuditRecord(row);
      if (isUnparsable(record)) return [];
      const { key } = auditRef(record.activityDateTime, record.id);
      if (seen.has(key)) return [];
      seen.add(key);
      return { record, verdict: recognise(record, rules) };
    });
    const existing = [...rows.values()].map((notification) => ({ notification, etag: 'e' }));
    const { inserts, updates } = groupChanges(news, existing, settings, now);
    for (const row of [...inserts, ...updates.map(({ notification }) => notification)]) {
      rows.set(row.key, row);
    }
    now = new Date(now.getTime() + pollSeconds * 1000);
    for (const row of rows.values()) {
      if (row.state === 'pending' && new Date(row.notBefore) <= now) {
        const sending = { ...row, state: 'sending', attempts: 1 } as const;
        rows.set(row.key, settle(sending, { kind: 'sent', outcome: 'told' }, now));
      }
    }
  }
  return [...rows.values()]
    .filter(({ state }) => state !== 'suppressed')
    .flatMap(({ changes }) => changes.filter(({ held }) => !held))
    .map(({ target, action, method, initiator }) => {
      const who = (target.userPrincipalName ?? target.id ?? '').toLowerCase();
      return `${who} ${action} ${method} ${initiator.kind}`;
    })
    .sort();
}
