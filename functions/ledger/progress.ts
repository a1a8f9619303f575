import * as z from 'zod';
import type { PollState } from '../audit/windows.ts';
import type { Entity } from './entity.ts';

/** How far the log has been read, and until when each sender mailbox is taken. */
export interface Progress {
  readonly poll: PollState;
  /** Mailbox → the time of its next free slot, ISO 8601. */
  readonly slots: Readonly<Record<string, string>>;
}

export interface StoredProgress {
  readonly progress: Progress;
  readonly etag: string;
}

/** The one row of how far reading has come. */
export const progressKeys = { partitionKey: 'state', rowKey: 'poll' };

export const progressEntity = ({ poll, slots }: Progress): Entity => ({
  ...progressKeys,
  ...poll,
  slots: JSON.stringify(slots),
});

const stored = z
  .object({
    etag: z.string(),
    startedAt: z.string(),
    watermark: z.string(),
    polledAt: z.string(),
    resumeFrom: z.string().exactOptional(),
    slots: z
      .string()
      .transform((text) => JSON.parse(text))
      .pipe(z.record(z.string(), z.string())),
  })
  .transform(({ etag, slots, ...poll }): StoredProgress => ({ etag, progress: { poll, slots } }));

/** Reads the row back. */
export const storedProgress = (entity: unknown): StoredProgress => stored.parse(entity);
