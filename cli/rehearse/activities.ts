import type { SeenAudit } from '../../functions/ledger/entity.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import { sentence } from '../../functions/ledger/sentence.ts';
import { whatHappened as inWords } from '../../functions/mail/phrases.ts';
import { wordsFor } from '../../functions/mail/words.ts';
import type { SecurityInfoChange } from '../../functions/recognise/change.ts';
import { type Counts, ordered } from './counts.ts';
import type { Rehearsal } from './rehearse.ts';

/** What became of the rows of one activity. */
export interface ActivityCounts {
  /** As Microsoft spells it. */
  readonly activity: string;
  readonly rows: number;
  /** Rows that a mail tells of: first, or as one more row of the same change. */
  readonly told: number;
  readonly merged: number;
  readonly notTold: number;
  /** What such rows were taken for, in English. */
  readonly means: readonly string[];
}

/** What became of each row that was read. */
interface RowCounts {
  readonly activities: readonly ActivityCounts[];
  /** Why rows were not told. */
  readonly notTold: Counts;
  /** How many of them EXTRA_ACTIVITIES could have told. */
  readonly leftOut: number;
}

type What = Pick<SecurityInfoChange, 'action' | 'method'>;

/** “Passkey added”. */
export const englishOf = (what: What): string => inWords(what, wordsFor('en'));

/** Counts rows: each is told, merged or not told. Pure. */
export function countRows({ log, played }: Pick<Rehearsal, 'log' | 'played'>): RowCounts {
  const notifications = new Map(played.notifications.map((row) => [row.key, row]));
  const means = Map.groupBy(
    [...log.rows.watched, ...log.rows.updateUser].flatMap(({ record, verdict }) =>
      'changes' in verdict
        ? verdict.changes.map((change) => ({
            activity: record.activityDisplayName,
            text: change.held ? 'A row that names no method' : englishOf(change),
          }))
        : [],
    ),
    ({ activity }) => activity,
  );
  const why = new Map<string, number>();
  const count = (reason: string, rows: number) => why.set(reason, (why.get(reason) ?? 0) + rows);
  const fates = Map.groupBy(played.audits, (audit) => audit.activity);
  const activities = ordered(log.activities).map(({ what: activity, count: rows }) => {
    let [told, merged] = [0, 0];
    for (const audit of fates.get(cutLikeTheLedger(activity)) ?? []) {
      const reason = whyNotTold(audit, notifications.get(audit.notification?.key ?? ''));
      if (reason !== undefined) count(reason, 1);
      else if (audit.verdict === 'merged') merged += 1;
      else told += 1;
    }
    const texts = new Set((means.get(activity) ?? []).map(({ text }) => text));
    return {
      activity,
      rows,
      told,
      merged,
      notTold: rows - told - merged,
      means: [...texts].sort(),
    };
  });
  if (log.unrelated > 0) count('shows no change of a sign-in method', log.unrelated);
  if (log.unparsable.length > 0) count("can't be parsed", log.unparsable.length);
  const rows = [...log.rows.watched, ...log.rows.updateUser];
  const leftOut = rows.filter(({ verdict }) => 'leftOut' in verdict).length;
  return { activities, notTold: ordered(why), leftOut };
}

/** The ledger keeps no more of a name. */
const cutLikeTheLedger = (activity: string) => activity.slice(0, 256).toWellFormed();

function whyNotTold(audit: SeenAudit, of: Notification | undefined): string | undefined {
  if (audit.verdict === 'noise' || audit.verdict === 'suppressed') return audit.why;
  return of?.state === 'sent' ? undefined : sentence(of?.outcome) || 'not told';
}
