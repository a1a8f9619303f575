import type { Notification } from '../ledger/notification.ts';
import type { WaitCause } from '../ledger/reason.ts';
import { defer, end } from '../ledger/transitions.ts';

/** What a step of a delivery leads to. Nothing is written before the runner does. */
export type Step<Task> =
  /** On to the next step, with what is known now. */
  | { readonly kind: 'go'; readonly task: Task }
  /**
   * The message is to come again then; `write` is how the row waits, where that has changed,
   * `insert` a notification that is to be sent meanwhile, and `together` those that are there if and
   * only if `write` is.
   */
  | {
      readonly kind: 'later';
      readonly at: Date;
      readonly write?: Notification;
      readonly insert?: Notification;
      readonly together?: readonly Notification[];
    }
  /** The message is spent; `write` is how the row ends, where that is not written yet. */
  | { readonly kind: 'end'; readonly write?: Notification };

export const go = <Task>(task: Task): Step<Task> => ({ kind: 'go', task });

/** The row waits until then, without an attempt, and says why. */
export const putOff = (
  row: Notification,
  until: Date,
  cause: WaitCause,
  now: Date,
): Step<never> => ({
  kind: 'later',
  at: until,
  write: defer(row, until, cause, now),
});

/** The row ends here. */
export const ended = (...how: Parameters<typeof end>): Step<never> => ({
  kind: 'end',
  write: end(...how),
});

type Walk<From, To, Room> = (task: From, room: Room) => Step<To> | Promise<Step<To>>;

/** Steps one after the other, for as long as each says `go`; the room has what all of them need. */
export class Steps<From, To, Room> {
  readonly run: Walk<From, To, Room>;

  constructor(run: Walk<From, To, Room>) {
    this.run = run;
  }

  next<Further, Needed>(step: Walk<To, Further, Needed>): Steps<From, Further, Room & Needed> {
    return new Steps(async (task, room) => {
      const before = await this.run(task, room);
      return before.kind === 'go' ? step(before.task, room) : before;
    });
  }
}
