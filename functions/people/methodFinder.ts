import * as z from 'zod/mini';
import { type Graph, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock } from '../log.ts';
import type { TakeLookUp } from '../pacing/lookUps.ts';
import type { Method } from '../recognise/change.ts';

/** A method, and when it was made or something was done to it. ISO 8601, UTC. */
export interface Made {
  readonly method: Method;
  readonly time: string;
}

/** Looks which methods somebody really has. Throws `GraphFailure`. */
export interface MethodFinder {
  /** False once Graph has said so; asked again after an hour. */
  mayLook(): boolean;
  /** Those of which Graph says when they were made: one request, however much it is to confirm. */
  madeBy(userId: string): Promise<readonly Made[] | NotLooked>;
}

/** Why there was no look: we may not, or Graph refused this one for good. */
export type NotLooked = 'lookDenied' | 'lookFailed';

/** Types of `/users/{id}/authentication/methods`. Source: Graph docs, "authenticationMethod". */
const methodTypes: Readonly<Record<string, Method>> = {
  fido2: 'passkey',
  microsoftAuthenticator: 'authenticatorApp',
  passwordlessMicrosoftAuthenticator: 'authenticatorApp',
  phone: 'phone',
  email: 'email',
  softwareOath: 'oathToken',
  hardwareOath: 'oathToken',
  temporaryAccessPass: 'temporaryAccessPass',
  windowsHelloForBusiness: 'windowsHello',
  platformCredential: 'platformCredential',
  qrCodePin: 'qrCode',
  external: 'externalMethod',
  password: 'password',
};

const answer = z.object({
  value: z.array(
    z.object({
      '@odata.type': z.nullish(z.string()),
      createdDateTime: z.nullish(z.string()),
      creationDateTime: z.nullish(z.string()),
    }),
  ),
});

const toleranceMs = 2 * 60_000;
/** A row of a change is written within seconds of it. */
const explainedMs = 60_000;
const forbiddenMs = 3_600_000;

/**
 * Needs `UserAuthenticationMethod.Read.All`, which is optional: whether it is granted is found out
 * once, not for each row. Where there is no look-up to take, it is as if Graph had refused it.
 */
export function methodFinder(graph: Graph, now: Clock, takeLookUp: TakeLookUp): MethodFinder {
  let forbiddenUntil = 0;
  const mayLook = () => now().getTime() >= forbiddenUntil;
  return {
    mayLook,
    async madeBy(userId) {
      if (!mayLook()) return 'lookDenied';
      // Without saying for how long: of many, all would come back at once for the next few.
      if ((await takeLookUp()) > 0) throw new GraphFailure('throttled', { code: 'NoLookUp' });
      try {
        const methods = await methodsNow(graph, userId);
        return methods.flatMap(({ method, time }) => (time ? { method, time } : []));
      } catch (failure) {
        const final = failure instanceof GraphFailure && !failure.retry;
        if (!final) throw failure;
        if (failure.kind !== 'denied') return 'lookFailed';
        forbiddenUntil = now().getTime() + forbiddenMs;
        return 'lookDenied';
      }
    },
  };
}

/** A method that somebody has, and when it was made where Graph says. ISO 8601, UTC. */
export interface OwnMethod {
  readonly method: Method;
  readonly time?: string;
}

/** What somebody has now, but for the password. Throws `GraphFailure`. */
export async function methodsNow(graph: Graph, userId: string): Promise<OwnMethod[]> {
  const path = `${userPath(userId)}/authentication/methods`;
  const parsed = answer.safeParse(await graph.get(path, { tries: 1 }));
  if (!parsed.success) throw new GraphFailure('unknownOutcome', { code: 'UnexpectedMethods' });
  return parsed.data.value.flatMap((one) => {
    // Everybody has one, and it is no security info.
    if (one['@odata.type'] === '#microsoft.graph.passwordAuthenticationMethod') return [];
    const time = one.createdDateTime ?? one.creationDateTime;
    return { method: methodOf(one['@odata.type'] ?? ''), ...(time && { time }) };
  });
}

const apart = (one: string, other: string) => Math.abs(Date.parse(one) - Date.parse(other));

/** The one made nearest to a time, within two minutes, that none of the others explains. Pure. */
export function nearest(
  made: readonly Made[],
  time: string,
  others: readonly Made[],
): Made | undefined {
  const left = [...made];
  // Each change explains one method: two keys made in a minute need two.
  for (const other of others) {
    const own = left
      .filter((one) => mayBe(one, other) && apart(one.time, other.time) <= explainedMs)
      .toSorted((one, two) => apart(one.time, other.time) - apart(two.time, other.time))[0];
    if (own) left.splice(left.indexOf(own), 1);
  }
  return left
    .filter((one) => apart(one.time, time) <= toleranceMs)
    .toSorted((one, two) => apart(one.time, time) - apart(two.time, time))[0];
}

const mayBe = (one: Made, other: Made) =>
  one.method === other.method || one.method === 'unknown' || other.method === 'unknown';

const methodOf = (type: string): Method =>
  methodTypes[/^#microsoft\.graph\.(\w+)AuthenticationMethod$/.exec(type)?.[1] ?? ''] ?? 'unknown';
