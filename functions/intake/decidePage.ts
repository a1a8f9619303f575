import type { AuditPage } from '../audit/pages.ts';
import { fitting } from '../ledger/entity.ts';
import { keyTimeAfter } from '../ledger/keys.ts';
import type { Lanes, Pauses } from '../ledger/lanes.ts';
import type { Notification, StoredNotification } from '../ledger/notification.ts';
import type { NotificationsByTime } from '../ledger/notificationsByTime.ts';
import type { Recording } from '../ledger/recording.ts';
import { type CopySettings, planSends } from '../pacing/plan.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { guardBulk } from './bulk.ts';
import {
  type GroupSettings,
  groupChanges,
  groupingMarginMs,
  keyed,
  type NewRecord,
} from './group.ts';

/** What deciding about a page needs beside what the ledger knows. */
export interface PageRules {
  readonly group: GroupSettings;
  readonly senders: readonly [string, ...string[]];
  readonly ratePerMinute: number;
  readonly copies: CopySettings;
  /** Users that one initiator may change within an hour before it counts as bulk. */
  readonly bulkLimit: number;
}

/** What is known around a page when it is decided about. */
export interface PageView {
  /** Keys of the audit rows that the ledger has. */
  readonly seen: ReadonlySet<string>;
  readonly notifications: Pick<
    NotificationsByTime,
    'each' | 'madeBy' | 'between' | 'get' | 'has' | 'named'
  >;
  /** Keys of notifications that this version can't read. */
  readonly unreadable: ReadonlySet<string>;
  readonly lanes: Lanes;
  readonly pauses: Pauses;
  /** Keys of notifications that an earlier try may have recorded before its conflict. */
  readonly attempted: Pick<ReadonlyMap<string, unknown>, 'keys'>;
  readonly now: Date;
}

/** What is to be done with a page. `commit` says in which order. */
export interface PagePlan {
  /** Rows that were not in the ledger yet. */
  readonly news: readonly NewRecord[];
  readonly recording: Recording;
  /** The lanes in which its slots are given away, where there are any. */
  readonly lanes: Lanes | undefined;
  /** An urgent mail preempts somebody's slot: that one must learn of it soon. */
  readonly preempts: boolean;
  /** Recorded by an earlier try, which did not come to enqueueing them. */
  readonly overdue: readonly Notification[];
  /** To be enqueued once they are recorded: what is new, summaries of bulk changes, what is due at once. */
  readonly due: readonly Notification[];
  readonly told: number;
  /** Summaries of bulk changes that were just noticed. */
  readonly noticed: readonly Notification[];
  /** New notifications that a setting or their age suppresses. */
  readonly suppressed: readonly Notification[];
  /** Changes that were not known before, told or not. */
  readonly changes: readonly SecurityInfoChange[];
}

/** The records of a page that the ledger does not have yet. Pure. */
export function unseenOf(
  { records }: Pick<AuditPage, 'records'>,
  { seen }: Pick<PageView, 'seen'>,
): ReturnType<typeof keyed>[] {
  const unseen = new Map<string, ReturnType<typeof keyed>>();
  for (const record of records) {
    const one = keyed(record);
    if (!seen.has(one.ref.key)) unseen.set(one.ref.key, one);
  }
  return [...unseen.values()];
}

/** Decides what a page adds to the ledger and when each mail of it is to leave. Pure. */
export function decidePage(
  understood: readonly NewRecord[],
  view: PageView,
  rules: PageRules,
): PagePlan {
  const { notifications, lanes, now, attempted } = view;
  const overdue = [...attempted.keys()]
    .flatMap((key) => notifications.get(key)?.notification ?? [])
    .filter(({ state }) => state === 'pending');
  if (understood.length === 0) return { ...nothing, overdue };

  const news = understood.map((one) => {
    const { verdict } = one;
    if (!('changes' in verdict)) return one;
    return { ...one, verdict: { ...verdict, changes: verdict.changes.map(fitting) } };
  });
  const related = relatedTo(news, notifications, rules.group);
  const grouped = groupChanges(news, related, rules.group, now);
  const { inserts, summaries: found } = guardBulk(
    grouped.inserts,
    notifications,
    rules.bulkLimit,
    now,
  );
  // One that is there and can't be read is not written again.
  const summaries = new Map([...found].filter(([, { key }]) => !view.unreadable.has(key)));
  const { pending = [], suppressed = [] } = Object.groupBy(inserts, ({ state }) => state);
  const sends = planSends(pending, { ...rules, pauses: view.pauses }, lanes, rules.copies, now);
  const updated = grouped.updates.map(({ notification }) => notification);
  const hastened = updated.filter(
    ({ state, notBefore }) => state === 'pending' && new Date(notBefore) <= now,
  );
  const noticed = [...summaries.values()];
  return {
    news,
    recording: {
      ...grouped,
      inserts: [...sends.paced, ...suppressed],
      summaries,
      // Around midnight, of both days.
      near: inserts.length + updated.length > 0 ? nearTo(news, rules.group).map(dayIn) : [],
    },
    lanes: sends.paced.some(({ slotUntil }) => slotUntil !== undefined) ? sends.lanes : undefined,
    preempts: sends.preempts,
    overdue,
    due: [...sends.paced, ...noticed, ...hastened],
    told: sends.paced.length,
    noticed,
    suppressed,
    changes: addedTo(notifications, [...inserts, ...updated]),
  };
}

const nothing: Omit<PagePlan, 'overdue'> = {
  news: [],
  recording: { inserts: [], updates: [], audits: [] },
  lanes: undefined,
  preempts: false,
  due: [],
  told: 0,
  noticed: [],
  suppressed: [],
  changes: [],
};

/** The notifications that rows of the page may belong to. */
function relatedTo(
  news: readonly NewRecord[],
  notifications: PageView['notifications'],
  group: GroupSettings,
): Parameters<typeof groupChanges>[1] {
  // Of what is earlier or later not all need be known.
  const [from, to] = nearTo(news, group);
  return {
    get: (key) => notifications.get(key),
    named: (name) => notifications.named(name, from, to),
    each: () => notifications.between(from, to).filter(isOfChanges),
  };
}

/** Between which keys notifications lie that rows of the page may belong to. */
function nearTo(news: readonly NewRecord[], group: GroupSettings): [from: string, to: string] {
  const times = news.map(({ record }) => record.activityDateTime).sort();
  const [oldest = '', newest = ''] = [times[0], times.at(-1)];
  const margin = groupingMarginMs(group);
  return [keyTimeAfter(oldest, -margin), `${keyTimeAfter(newest, margin)}~~`];
}

const dayIn = (key: string) => key.slice(0, 10);

const isOfChanges = ({ notification: { summary, test } }: StoredNotification) => !summary && !test;

/** The changes of notifications that those before did not have. */
function addedTo(
  before: Pick<NotificationsByTime, 'get'>,
  after: readonly Notification[],
): SecurityInfoChange[] {
  return after.flatMap(({ key, changes }) =>
    changes.slice(before.get(key)?.notification.changes.length ?? 0),
  );
}
