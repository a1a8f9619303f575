import type { Reason } from '../../functions/ledger/reason.ts';
import type { ActivityCounts } from './activities.ts';
import type { Counts, Load } from './counts.ts';
import type { Rehearsal } from './rehearse.ts';
import type { WaveReport } from './wave/wave.ts';

/** Something about the result, and what to do. `look`: before the app is switched on. */
export interface Remark {
  readonly look: boolean;
  readonly says: string;
  readonly fix: string;
}

/**
 * What came of a rehearsal: numbers and Microsoft's own words, no names, no addresses. `--json` prints
 * it as it is: what is here stays, and what is added is new.
 */
export interface Report {
  readonly version: 1;
  readonly period: { readonly from: string; readonly to: string; readonly firstRow: string | null };
  /** read = told + merged + notTold. */
  readonly rows: {
    readonly read: number;
    readonly told: number;
    readonly merged: number;
    readonly notTold: number;
    readonly unparsable: number;
  };
  readonly activities: readonly ActivityCounts[];
  readonly notToldRows: Counts;
  /** Those of them that EXTRA_ACTIVITIES could have told. */
  readonly leftOutRows: number;
  /** Changes that are told, by action and method. */
  readonly changes: readonly {
    readonly action: string;
    readonly method: string;
    readonly what: string;
    readonly told: number;
  }[];
  readonly mails: {
    readonly sent: number;
    /** Somebody else acted, or it is a Temporary Access Pass, or unknown: told before all others. */
    readonly urgent: number;
    /** Whom they are about. */
    readonly people: number;
    readonly toUser: number;
    readonly toManagerOnly: number;
    readonly toSecurityOnly: number;
    readonly managerInCopy: number;
    readonly securityInCopy: number;
    /** Different managers who get any. */
    readonly managers: number;
    /** Each way in which somebody was told, in the ledger's words. */
    readonly outcomes: Counts;
    readonly languages: Counts;
  };
  /** Mails that came to nothing. */
  readonly notTold: readonly {
    readonly state: string;
    /** The ledger's code; null of what is still open. */
    readonly reason: Reason | null;
    readonly why: string;
    readonly mails: number;
    readonly people: number;
  }[];
  readonly load: Load & {
    /** Null: no sender is set yet, and one is assumed. */
    readonly senders: number | null;
    readonly mostPerMinute: number;
  };
  /** Bulk changes that the guard noticed: how many users when it did. */
  readonly bulk: readonly { readonly hour: string; readonly users: number; readonly by: string }[];
  readonly unknown: Rehearsal['played']['unknown'];
  /** People with a change, where only some are told; null where everybody is. */
  readonly pilot: { readonly told: number; readonly notTold: number } | null;
  /** Optional permissions that were refused. */
  readonly denied: readonly string[];
  /** With `--wave`; else null. */
  readonly wave: WaveReport | null;
  readonly remarks: readonly Remark[];
}
