import * as z from 'zod';

/** JSON of a row. What a transform throws would not be an issue of the schema. */
export function parsedJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('is not JSON');
    return z.NEVER;
  }
}

/** Slots one after the other, `interval` apart: the first is `from`, and `end` would be the next. */
const run = z.object({ from: z.number(), interval: z.number(), end: z.number() });

/** A slot that an urgent mail preempted or has anyway; and where the mail goes that had it before. */
const preemption = z.object({ at: z.number(), instead: z.number().exactOptional() });

export const lane = z.object({
  runs: z.array(run).readonly(),
  preempted: z.array(preemption).readonly(),
  hours: z.array(z.tuple([z.number(), z.number()]).readonly()).readonly(),
});

/** Slots that are given away, without a gap between them. Times in milliseconds since 1970. */
export type SlotRun = z.output<typeof run>;

/**
 * What of a sender mailbox's time is given away: runs of slots, oldest first; those of them that
 * urgent mails have; and the recipients planned, by hours since 1970.
 */
export type Lane = z.output<typeof lane>;

/** Mailbox → its lane. */
export type Lanes = Readonly<Record<string, Lane>>;

/** Why a mailbox is left alone, or used less. Written by whoever it refused. */
export interface Pause {
  /** Not before then, in ISO 8601. */
  readonly until: string;
  /** It bore fewer mails a minute than it was given, when this was `noted`. */
  readonly perMinute?: number;
  readonly noted: string;
}

/** Mailbox → its pause. */
export type Pauses = Readonly<Record<string, Pause>>;
