import { anyDay } from './keys.ts';
import { isFinal, type Notification, type State, states } from './notification.ts';
import { anyOf, below, mostWrites, noneOf, type Query } from './store.ts';

/** So many open notifications are read at a time: what one transaction takes back, beside a fence. */
export const openAtOnce = mostWrites - 1;

/** Which of the open notifications to read: all, if nothing is said. */
export interface OpenOnes {
  /** Only those whose `notBefore` is not later: of a line that lasts for days a few. A claim's is its beginning. */
  readonly dueBy?: Date;
  /** Those that somebody claimed, and of a state that this version does not know; or all others. */
  readonly claimed?: boolean;
  /** Only those whose key, which begins with their time, sorts after this one. */
  readonly after?: string | undefined;
}

const finals: readonly State[] = states.filter(isFinal);
const waiting = ['pending', 'unknown'] as const satisfies readonly State[];

/** What storage looks for: at most ten comparisons of the fifteen that it takes. */
export function openQuery(fromDay: string, { dueBy, claimed, after }: OpenOnes): Query {
  const state =
    claimed === false
      ? anyOf('state', ...waiting)
      : noneOf('state', ...finals, ...(claimed ? waiting : []));
  const due = dueBy && below('notBefore', new Date(dueBy.getTime() + 1).toISOString());
  const reached = after?.slice(0, 10) ?? fromDay;
  return {
    partitions: { from: reached > fromDay ? reached : fromDay, ...anyDay },
    ...(after !== undefined && { keys: [{ from: `${after}~` }] }),
    where: [state, ...(due ? [due] : [])],
  };
}

/** An open notification, as far as it says when it is due. */
export type OpenTimes = Pick<
  Notification,
  'state' | 'notBefore' | 'dueSince' | 'leaseUntil' | 'gone'
>;

export const openTimes = [
  'state',
  'notBefore',
  'dueSince',
  'leaseUntil',
  'gone',
] as const satisfies readonly (keyof OpenTimes)[];

/** Whether a row does so in a way that this version knows. */
export const saysWhen = (row: object): row is OpenTimes =>
  'state' in row &&
  (states as readonly unknown[]).includes(row.state) &&
  'notBefore' in row &&
  typeof row.notBefore === 'string';
