import * as z from 'zod';
import { type Graph, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock } from '../log.ts';
import type { Method } from '../recognise/change.ts';

/** Looks whether somebody really has a method that was created at a time. Throws `GraphFailure`. */
export interface MethodFinder {
  /** False once Graph has said so; asked again after an hour. */
  mayLook(): boolean;
  /** The method created then; undefined where there is none, or where we may not look. */
  createdAt(userId: string, time: string): Promise<Method | undefined>;
}

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
};

const answer = z.object({
  value: z.array(
    z.object({
      '@odata.type': z.string().nullish(),
      createdDateTime: z.string().nullish(),
      creationDateTime: z.string().nullish(),
    }),
  ),
});

const toleranceMs = 2 * 60_000;
const forbiddenMs = 3_600_000;

/**
 * Needs `UserAuthenticationMethod.Read.All`, which is optional: whether it is granted is found out
 * once, not for each row.
 */
export function methodFinder(graph: Graph, now: Clock): MethodFinder {
  let forbiddenUntil = 0;
  const mayLook = () => now().getTime() >= forbiddenUntil;
  return {
    mayLook,
    async createdAt(userId, time) {
      if (!mayLook()) return undefined;
      try {
        const path = `${userPath(userId)}/authentication/methods`;
        const parsed = answer.safeParse(await graph.get(path, { tries: 1 }));
        if (!parsed.success)
          throw new GraphFailure('unknownOutcome', { code: 'UnexpectedMethods' });
        const found = parsed.data.value.find((one) => {
          // Set at the same time, and no security info.
          if (one['@odata.type'] === '#microsoft.graph.passwordAuthenticationMethod') return false;
          const created = Date.parse(one.createdDateTime ?? one.creationDateTime ?? '');
          return Math.abs(created - Date.parse(time)) <= toleranceMs;
        });
        return found && methodOf(found['@odata.type'] ?? '');
      } catch (failure) {
        const final = failure instanceof GraphFailure && !failure.retry;
        if (!final) throw failure;
        if (failure.kind === 'denied') forbiddenUntil = now().getTime() + forbiddenMs;
        return undefined;
      }
    },
  };
}

const methodOf = (type: string): Method =>
  methodTypes[/^#microsoft\.graph\.(\w+)AuthenticationMethod$/.exec(type)?.[1] ?? ''] ?? 'unknown';
