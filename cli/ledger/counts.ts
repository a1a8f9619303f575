import { anyDay, keyTime, type RowRef, reference } from '../../functions/ledger/keys.ts';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { asidePartition } from '../../functions/ledger/ledgerState.ts';
import {
  isFinal,
  type Notification,
  type State,
  states,
} from '../../functions/ledger/notification.ts';
import { said } from '../../functions/ledger/sentence.ts';
import { partition } from '../../functions/ledger/store.ts';
import { dueAt } from '../../functions/ledger/transitions.ts';
import { isNotification } from './review.ts';
import { dayOf } from './times.ts';

/** An open notification that is overdue by more than this needs attention. */
const overdueMs = 15 * 60_000;

/** An open notification, by ids. */
interface OpenOne extends RowRef {
  readonly reference: string;
  readonly state: State;
  readonly recordedAt: string;
  readonly dueAt: string;
  readonly note: string | null;
}

/** How many of what there are. */
export interface Counts {
  /** Of the window, by state. */
  readonly counts: Readonly<Record<State, number>>;
  /** However old; `oldest` was recorded first. */
  readonly open: {
    readonly count: number;
    readonly overdue: number;
    readonly oldest: OpenOne | null;
  };
  /** Kept aside, in all and in the window; the latest reason names a field and no value. */
  readonly unparsable: {
    readonly kept: number;
    readonly inWindow: number;
    readonly latestReason: string | null;
  };
  /** However old, not final as far as anybody knows, and not to be read by this version. */
  readonly unreadable: number;
  /** Of the window, by mailbox. */
  readonly senders: ReadonlyMap<string, SenderCount>;
}

interface SenderCount {
  readonly sent: number;
  readonly open: number;
  readonly failed: number;
}

/** Counts in three queries: the window, what is open however old, and what was kept aside. */
export async function countRows(
  ledger: Ledger,
  since: Date,
  now: Date,
  maxAgeHours: number,
): Promise<Counts> {
  const counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
  const senders = new Map<string, SenderCount>();
  const from = keyTime(since.toISOString());
  const rows = ledger.store.query({
    partitions: { from: from.slice(0, 10), ...anyDay },
    keys: [{ from }],
    where: [isNotification],
    select: ['state', 'sender'],
  });
  for await (const row of rows) {
    const state = states.find((one) => one === row['state']);
    // What no version of today writes is none of these, and counts as open below.
    if (state === undefined) continue;
    counts[state] += 1;
    const sender = row['sender'];
    if (typeof sender !== 'string' || sender === '') continue;
    const before = senders.get(sender) ?? { sent: 0, open: 0, failed: 0 };
    const kind = isFinal(state) ? state : 'open';
    senders.set(sender, {
      ...before,
      ...(kind in before && { [kind]: before[kind as keyof SenderCount] + 1 }),
    });
  }
  const { unreadable, ...open } = await countOpen(ledger, since, now, maxAgeHours);
  return {
    counts,
    open,
    unreadable,
    unparsable: await countUnparsable(ledger, since),
    senders,
  };
}

async function countOpen(ledger: Ledger, since: Date, now: Date, maxAgeHours: number) {
  let [count, overdue, unreadable] = [0, 0, 0];
  let oldest: Notification | undefined;
  // As far back as anything is told, or the window where that is longer.
  const told = dayOf(now, -Math.ceil(maxAgeHours / 24) - 1);
  const [from = told] = [told, dayOf(since)].sort();
  for await (const { notifications, unreadable: more } of ledger.readOpen(from)) {
    unreadable += more.length;
    for (const { notification } of notifications) {
      count += 1;
      const due = dueAt(notification);
      if (due && now.getTime() - due.getTime() > overdueMs) overdue += 1;
      if (!oldest || notification.recordedAt < oldest.recordedAt) oldest = notification;
    }
  }
  return { count, overdue, unreadable, oldest: oldest ? openOne(oldest) : null };
}

const openOne = (row: Notification): OpenOne => ({
  reference: reference(row),
  day: row.day,
  key: row.key,
  state: row.state,
  recordedAt: row.recordedAt,
  dueAt: (dueAt(row) ?? new Date(row.notBefore)).toISOString(),
  note: said(row.steps.at(-1)?.cause).outcome,
});

async function countUnparsable(ledger: Ledger, since: Date) {
  let [kept, inWindow] = [0, 0];
  let latest = { keptAt: '', reason: null as string | null };
  const query = { ...partition(asidePartition), select: ['keptAt', 'reason'] };
  for await (const row of ledger.store.query(query)) {
    const keptAt = String(row['keptAt']);
    kept += 1;
    if (new Date(keptAt) >= since) inWindow += 1;
    if (keptAt > latest.keptAt) latest = { keptAt, reason: String(row['reason']) };
  }
  return { kept, inWindow, latestReason: latest.reason };
}
