import { sayMerged } from '../../functions/intake/merge.ts';
import { keyTime, type RowRef, reference } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { inWords, type SaidNotification } from '../../functions/ledger/sentence.ts';
import { type Explanation, explain } from '../../functions/recognise/explain.ts';
import { messageIdOf } from '../../functions/send/sentItems.ts';
import type { AuditRecord } from '../graph/auditRecord.ts';
import type { ReceivedMail } from '../graph/mailboxes.ts';
import type { Simulator } from '../graph/simulator.ts';

/** An audit record behind a mail, and what it was taken for. */
interface AuditChapter {
  readonly auditId: string;
  readonly time: string;
  readonly activity: string;
  readonly service: string;
  readonly reason: string | null;
  readonly verdict: 'change' | 'merged' | 'suppressed' | 'noise';
  readonly why: string;
  /** As Graph gave it; null where the log no longer has it. */
  readonly record: AuditRecord | null;
  /** How it was understood. */
  readonly explanation: Explanation | null;
}

/** Why a mail was sent: its row of the ledger, and the audit records behind that. */
export interface Story {
  readonly messageId: string;
  /** Mails with this Message-ID: more than one where Exchange sent what it had seemed to refuse. */
  readonly copies: number;
  /** Null while the ledger has no such row. */
  readonly notification: (SaidNotification & { readonly reference: string }) | null;
  readonly audits: readonly AuditChapter[];
}

const dayMs = 86_400_000;
const everything = { muted: new Set<string>(), extra: new Set<string>() };

/** What the ledger holds since the local tenant began, the day before included. */
async function notificationsSince(ledger: Ledger, startedAt: Date): Promise<Notification[]> {
  const key = (time: number) => keyTime(new Date(time).toISOString());
  const range = await ledger.readRange(key(startedAt.getTime() - dayMs), key(Date.now() + dayMs));
  return range.notifications.map(({ notification }) => notification);
}

/** How many changes the ledger's notifications tell of. */
export async function countChanges(ledger: Ledger, startedAt: Date): Promise<number> {
  const notifications = await notificationsSince(ledger, startedAt);
  const told = notifications.filter(({ summary }) => !summary);
  return told.reduce((sum, { changes }) => sum + changes.length, 0);
}

/** Tells how a mail came about. Its Message-ID is made from the ledger row that it belongs to. */
export async function tellStory(
  { messageId }: ReceivedMail,
  { mailboxes, audit }: Simulator,
  ledger: Ledger,
  startedAt: Date,
): Promise<Story> {
  const copies = mailboxes.mails.filter((mail) => mail.messageId === messageId).length;
  const domain = messageId.replace(/^.*@|>$/g, '');
  const notifications = await notificationsSince(ledger, startedAt);
  const row = notifications.find((one) => messageIdOf(one, domain) === messageId);
  if (!row) return { messageId, copies, notification: null, audits: [] };
  return {
    messageId,
    copies,
    notification: { ...inWords(row), reference: reference(row) },
    audits: await chaptersOf(row, ledger, audit),
  };
}

async function chaptersOf(row: RowRef, ledger: Ledger, audit: Simulator['audit']) {
  const seen = await ledger.auditsOf(row);
  const chapters = seen.map(({ key, auditId, ...one }): AuditChapter => {
    const { activity, service, verdict, merged } = one;
    const why = merged ? `${one.why}; ${sayMerged(merged)}` : one.why;
    const record = audit.byId(auditId) ?? null;
    const time = record?.activityDateTime ?? key.slice(0, key.indexOf('~'));
    const reason = record?.resultReason ?? null;
    const explanation = record && explain(record, everything);
    return { auditId, time, activity, service, reason, verdict, why, record, explanation };
  });
  return chapters.sort((a, b) => (a.time < b.time ? -1 : 1));
}
