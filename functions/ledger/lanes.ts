import * as z from 'zod/mini';
import { once } from '../once.ts';

/** JSON of a row. What a transform throws would not be an issue of the schema. */
export function parsedJson(text: string, { issues }: z.core.ParsePayload): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    issues.push({ code: 'custom', message: 'is not JSON', input: text });
    return z.NEVER;
  }
}

/** Slots one after the other, `interval` apart: the first is `from`, and `end` would be the next. */
const run = once(() => z.object({ from: z.number(), interval: z.number(), end: z.number() }));

/** A slot that an urgent mail preempted or has anyway; and where the mail goes that had it before. */
const preemption = once(() => z.object({ at: z.number(), instead: z.exactOptional(z.number()) }));

export const lane = once(() =>
  z.object({
    runs: z.readonly(z.array(run())),
    preempted: z.readonly(z.array(preemption())),
    hours: z.readonly(z.array(z.readonly(z.tuple([z.number(), z.number()])))),
  }),
);

/** Slots that are given away, without a gap between them. Times in milliseconds since 1970. */
export type SlotRun = z.output<ReturnType<typeof run>>;

/**
 * What of a sender mailbox's time is given away: runs of slots, oldest first; those of them that
 * urgent mails have; and the recipients planned, by hours since 1970.
 */
export type Lane = z.output<ReturnType<typeof lane>>;

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
