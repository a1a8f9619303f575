import * as z from 'zod/mini';
import { once } from '../once.ts';
import type { ChangeTarget, SecurityInfoChange } from '../recognise/change.ts';
import type { RowRef } from './keys.ts';
import { parsedJson } from './lanes.ts';
import { type BulkSummary, followUps, type StoredNotification, states } from './notification.ts';
import { storedEnd, storedSteps } from './storedReason.ts';

const json = <T>() =>
  z.pipe(
    z.string(),
    z.transform((text, context) => parsedJson(text, context) as T),
  );

/** A notification's row as it is stored. */
export const notificationRow = once(() =>
  z.pipe(
    z.object({
      partitionKey: z.string(),
      rowKey: z.string(),
      etag: z.string(),
      state: z.enum(states),
      urgent: z.boolean(),
      bulk: z.exactOptional(z.boolean()),
      test: z.exactOptional(z.boolean()),
      followUp: z.exactOptional(z.enum(followUps)),
      gone: z.exactOptional(z.boolean()),
      otherAddress: z.exactOptional(z.string()),
      of: z.exactOptional(json<RowRef>()),
      hasOther: z.exactOptional(z.boolean()),
      sentTo: z.exactOptional(z.string()),
      refused: z.exactOptional(json<string[]>()),
      arrival: z.exactOptional(z.enum(['delivered', 'junk'])),
      authenticatorWarning: z.exactOptional(z.enum(['program', 'contradiction'])),
      summary: z.exactOptional(json<BulkSummary>()),
      target: json<ChangeTarget>(),
      changes: json<SecurityInfoChange[]>(),
      sender: z.string(),
      inLine: z.exactOptional(z.boolean()),
      slotUntil: z.exactOptional(z.string()),
      lookMs: z.exactOptional(z.number()),
      recordedAt: z.string(),
      reopenedAt: z.exactOptional(z.string()),
      notBefore: z.string(),
      dueSince: z.exactOptional(z.string()),
      leaseUntil: z.exactOptional(z.string()),
      attempts: z.number(),
      doubts: json<string[]>(),
      suspects: z.exactOptional(json<string[]>()),
      deferrals: z.number(),
      poisoned: z.exactOptional(z.number()),
      revivals: z.exactOptional(z.number()),
      revivedAt: z.exactOptional(z.string()),
      reason: z.exactOptional(z.string()),
      reasonDetails: z.exactOptional(json<object>()),
      endedAt: z.exactOptional(z.string()),
      /** Words, of a version that kept no codes. */
      outcome: z.exactOptional(z.string()),
      steps: z.pipe(z.pipe(z.string(), z.transform(parsedJson)), storedSteps()),
    }),
    z.transform(({ partitionKey, rowKey, etag, ...row }): StoredNotification => {
      const { reason, reasonDetails, outcome: _, endedAt: __, ...rest } = row;
      const notification = {
        day: partitionKey,
        key: rowKey,
        ...rest,
        ...storedEnd(row),
      };
      return { etag, notification };
    }),
  ),
);
