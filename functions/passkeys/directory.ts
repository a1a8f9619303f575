import * as z from 'zod/mini';
import { type Graph, userPath } from '../graph/client.ts';
import { GraphFailure } from '../graph/failure.ts';
import type { Clock, Log } from '../log.ts';
import type { TakeLookUp } from '../pacing/lookUps.ts';
import { ShortLived } from '../people/shortLived.ts';
import type { PasskeyFacts, SecurityInfoChange } from '../recognise/change.ts';
import { hiddenAaguid, readAaguid } from './authenticator.ts';

const text = z.catch(z.nullish(z.string()), undefined);

/** A fido2AuthenticationMethod. What the future adds to an enumeration is not known, and no error. */
const method = z.object({
  displayName: text,
  createdDateTime: text,
  // Its name in Microsoft's samples, and before.
  creationDateTime: text,
  aaGuid: text,
  model: text,
  attestationLevel: z.catch(z.nullish(z.enum(['attested', 'notAttested'])), undefined),
  passkeyType: z.catch(z.nullish(z.enum(['deviceBound', 'synced'])), undefined),
});

const answer = z.object({ value: z.array(z.unknown()) });

/** Finds out more about passkeys than the audit log says, where it can. */
export interface PasskeyDirectory {
  /**
   * The changes of one person, with what Graph knows of the passkeys that they registered: one call
   * if there is such a change, none otherwise. Where Graph does not answer, or there is no look-up to take, the
   * changes as they are.
   */
  complete(
    changes: readonly SecurityInfoChange[],
    userId: string,
    log: Log,
  ): Promise<readonly SecurityInfoChange[]>;
}

/** How long a call may take: a mail does not wait for what is good to know. */
const timeoutMs = 5_000;
/** A consent takes an hour or more to arrive in a managed identity's token. */
const deniedMs = 60 * 60_000;
const throttledMs = 60_000;
/** A notification may have two messages, and a person more than one: one look-up is for all that come together. */
const freshMs = 5_000;
const mostKept = 1_000;

/**
 * Asks Graph for a person's passkeys. Without `UserAuthMethod-Passkey.Read.All`, which is optional,
 * the first call finds out, and this process asks again after an hour.
 */
export function passkeyDirectory(
  graph: Graph,
  now: Clock,
  takeLookUp: TakeLookUp,
): PasskeyDirectory {
  let silentUntil = 0;
  const beSilent = (failure: GraphFailure, log: Log): void => {
    const { kind, status, code, retryAfterMs = throttledMs } = failure;
    const time = now().getTime();
    // Several mails at once may find out together; it is said once.
    if (time < silentUntil) return;
    if (kind === 'throttled') silentUntil = time + retryAfterMs;
    if (kind !== 'denied') return;
    silentUntil = time + deniedMs;
    log('info', 'passkeys.denied', { status, code });
  };
  const kept = new ShortLived<Promise<Looked>>({ freshMs, most: mostKept, now });
  const look = async (userId: string): Promise<Looked> => {
    if ((await takeLookUp()) > 0) return undefined;
    const path = `${userPath(userId)}/authentication/fido2Methods`;
    const found = answer.safeParse(await graph.get(path, { tries: 1, timeoutMs }));
    return found.data?.value.flatMap(readPasskey) ?? [];
  };
  const lookTogether = (userId: string): Promise<Looked> => {
    const before = kept.get(userId);
    if (before) return before;
    const looked = look(userId);
    kept.set(userId, looked);
    const forget = () => kept.delete(userId);
    looked.then((found) => found ?? forget(), forget);
    return looked;
  };
  return {
    async complete(changes, userId, log) {
      if (now().getTime() < silentUntil || !changes.some(isIncomplete)) return changes;
      try {
        const looked = await lookTogether(userId);
        return looked ? matchPasskeys(changes, looked) : changes;
      } catch (failure) {
        if (!(failure instanceof GraphFailure)) throw failure;
        beSilent(failure, log);
        return changes;
      }
    },
  };
}

/** None for a method that is not an object, or doesn't say when it was created. */
function readPasskey(one: unknown): RegisteredPasskey[] {
  const { data } = method.safeParse(one);
  const createdAt = Date.parse(data?.createdDateTime ?? data?.creationDateTime ?? '');
  if (!data || Number.isNaN(createdAt)) return [];
  const { displayName: name, model, attestationLevel: attestation, passkeyType: type } = data;
  const aaguid = readAaguid(data.aaGuid);
  return [
    {
      createdAt,
      facts: {
        ...(aaguid && { aaguid }),
        ...(name && { name }),
        ...(model && { model }),
        ...(attestation && { attestation }),
        ...(type && { type }),
      },
    },
  ];
}

/** A passkey that a person has now, as the directory knows it. */
interface RegisteredPasskey {
  /** When it was registered, in milliseconds since 1970. */
  readonly createdAt: number;
  readonly facts: PasskeyFacts;
}

/** Undefined where there was no look-up to take. */
type Looked = readonly RegisteredPasskey[] | undefined;

/** Furthest that the registration and its audit row are apart, in milliseconds. */
const apartMs = 2 * 60_000;

/** Whether a change registers a passkey of which something is still to be found out. */
export function isIncomplete({ action, method, details }: SecurityInfoChange): boolean {
  const { aaguid, name, attestation, type } = details.passkey ?? {};
  const isComplete = aaguid && name && attestation && type;
  return action === 'registered' && method === 'passkey' && !isComplete;
}

/**
 * The changes, with what is known of the passkeys that they registered: of those created within two
 * minutes of a change the nearest, each for one change only: a newer one may be another mail's. A change that names
 * a model gets no passkey of another, and keeps every fact of its own.
 */
export function matchPasskeys(
  changes: readonly SecurityInfoChange[],
  passkeys: readonly RegisteredPasskey[],
): readonly SecurityInfoChange[] {
  const left = new Set(passkeys);
  const found = new Map<SecurityInfoChange, PasskeyFacts>();
  for (const change of mostCertainFirst(changes.filter(isIncomplete))) {
    const apart = ({ createdAt }: RegisteredPasskey) =>
      Math.abs(createdAt - Date.parse(change.time));
    const [match] = [...left]
      .filter((passkey) => isThatOf(change, passkey))
      .sort((one, other) => apart(one) - apart(other));
    if (!match) continue;
    left.delete(match);
    found.set(change, { ...match.facts, ...change.details.passkey });
  }
  return changes.map((change) => {
    const passkey = found.get(change);
    return passkey ? { ...change, details: { ...change.details, passkey } } : change;
  });
}

/** Changes that name a model choose before those that take any, and later ones before earlier ones. */
const mostCertainFirst = (changes: readonly SecurityInfoChange[]) =>
  changes
    .toSorted((one, other) => Date.parse(other.time) - Date.parse(one.time))
    .toSorted((one, other) => Number(!modelOf(one)) - Number(!modelOf(other)));

const modelOf = ({ details }: SecurityInfoChange) => readAaguid(details.passkey?.aaguid);

function isThatOf(change: SecurityInfoChange, { createdAt, facts }: RegisteredPasskey): boolean {
  const model = modelOf(change);
  const isNear = Math.abs(createdAt - Date.parse(change.time)) <= apartMs;
  // What hides its model may have none in the directory.
  const shown = facts.aaguid ?? (model === hiddenAaguid ? hiddenAaguid : undefined);
  return isNear && (model === undefined || model === shown);
}
