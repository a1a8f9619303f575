import * as z from 'zod/mini';
import { once } from '../once.ts';
import { isNil } from './normalise.ts';

/** Longest text kept of any one field: no real row comes near, and memory stays bounded. */
const longestText = 32_768;
/** Values of properties are JSON, which a cut makes unreadable: they have more room. */
const longestValue = 1_000_000;

/** A time on a day that every month has: nothing to work out. */
const everyMonth =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/;

/** 30 February and 24:00 are read as another time, under which the ledger would not find its row. */
function exists(time: string): boolean {
  if (everyMonth.test(time)) return true;
  const read = new Date(time);
  const [day, hour] = [Number(time.slice(8, 10)), Number(time.slice(11, 13))];
  return !Number.isNaN(read.getTime()) && read.getUTCDate() === day && read.getUTCHours() === hour;
}

/** Reads one row of directoryAudits. Made when the first one comes: a poll that finds none does without. */
export const auditRow = once(() => {
  const text = z.string().check(z.maxLength(longestText));
  const optionalText = z.nullish(text);
  // Zeros stand for no id. Taken for one, they would make one person, or one change, of many.
  const optionalId = z.pipe(
    optionalText,
    z.transform((id) => (isNil(id) ? null : id)),
  );
  const optionalValue = z.nullish(z.string().check(z.maxLength(longestValue)));

  const property = z.object({
    displayName: optionalText,
    oldValue: optionalValue,
    newValue: optionalValue,
  });

  const target = z.pipe(
    z.object({
      id: optionalId,
      displayName: optionalText,
      userPrincipalName: optionalText,
      type: optionalText,
      // Microsoft's own samples spell it both ways.
      Type: optionalText,
      modifiedProperties: z.nullish(z.array(property)),
    }),
    z.transform(({ Type, ...rest }) => ({ ...rest, type: rest.type ?? Type })),
  );

  return z.object({
    id: z.string().check(z.minLength(1)).check(z.maxLength(1024)),
    activityDateTime: z.pipe(
      z
        .string()
        .check(
          z.regex(
            /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|\+00:00)$/,
            'must be a UTC time such as 2026-11-24T03:03:12.1234567Z',
          ),
        )
        .check(z.refine(exists, 'must be a time that exists')),
      z.transform((time) => time.replace('+00:00', 'Z')),
    ),
    activityDisplayName: text,
    loggedByService: optionalText,
    category: optionalText,
    result: optionalText,
    resultReason: optionalText,
    correlationId: optionalId,
    initiatedBy: z.nullish(
      z.object({
        user: z.nullish(
          z.object({
            id: optionalId,
            displayName: optionalText,
            userPrincipalName: optionalText,
            ipAddress: optionalText,
          }),
        ),
        app: z.nullish(
          z.object({
            appId: optionalId,
            displayName: optionalText,
            servicePrincipalId: optionalId,
          }),
        ),
      }),
    ),
    targetResources: z.nullish(z.array(target)),
    additionalDetails: z.nullish(z.array(z.object({ key: optionalText, value: optionalText }))),
  });
});
