import type { AuditLog } from '../auditLog.ts';
import type { AuditRecord } from '../auditRecord.ts';
import { writeTime } from '../auditTime.ts';
import { formerPerson } from '../contoso.ts';
import type { Directory } from '../directory.ts';
import type { HappeningName } from '../happenings.ts';
import type { PasskeyMethods } from '../passkeyMethods.ts';
import type { Person } from '../person.ts';
import type { Random } from '../random.ts';
import type { Cast, Draft } from './draft.ts';
import { everydayRows } from './noise.ts';
import { type Scene, scenes } from './scenes.ts';

export type Ingestion = 'prompt' | 'late';

export interface PlayOptions {
  /** Whom it happens to, by UPN or object id. */
  readonly user?: string;
  /** The administrator who acts, by UPN or object id. */
  readonly by?: string;
  /** How many people a burst has; 500 by default. */
  readonly count?: number;
}

interface StageParts {
  readonly directory: Directory;
  readonly audit: AuditLog;
  readonly passkeys: PasskeyMethods;
  readonly random: Random;
  readonly now: () => Date;
  readonly ingestion: Ingestion;
}

const idPrefixes: Readonly<Record<string, string>> = {
  'Core Directory': 'Directory',
  'Conditional Access': 'IPCGraph',
};

/** Plays happenings: turns the drafts of their scripts into rows of the audit log. */
export class Stage {
  readonly #parts: StageParts;

  constructor(parts: StageParts) {
    this.#parts = parts;
  }

  /** Writes a happening's rows, starting now, and gives them in the order of their times. */
  play(name: HappeningName, options: PlayOptions = {}): AuditRecord[] {
    const scene: Scene = scenes[name];
    return this.perform(scene, { ...(scene.many && { count: scene.changes }), ...options });
  }

  /** The same for a scene that is on no menu. */
  perform(
    scene: Pick<Scene, 'person' | 'script' | 'quiet'>,
    options: PlayOptions = {},
  ): AuditRecord[] {
    const { random, ingestion, audit } = this.#parts;
    const cast = this.#cast(options, scene.person);
    const own = scene.script(cast);
    const span = Math.max(...own.map(({ at }) => at), 0);
    const drafts = [...own, ...(scene.quiet ? [] : everydayRows(cast, span))];
    const delays = ingestion === 'late' ? lateness(drafts.length, random) : undefined;
    return drafts
      .map((draft, index) => {
        const time = cast.startsAt.getTime() + draft.at;
        const visibleAt = new Date(delays ? time + (delays[index] ?? 0) : cast.startsAt);
        const record = writeRecord(draft, new Date(time), random);
        audit.append(record, visibleAt);
        return record;
      })
      .sort((a, b) => (a.activityDateTime < b.activityDateTime ? -1 : 1));
  }

  #cast({ user, by, count = 500 }: PlayOptions, usual: string): Cast {
    const { directory, passkeys, random, now } = this.#parts;
    const find = (idOrUpn: string): Person =>
      idOrUpn === formerPerson.userPrincipalName ? formerPerson : directory.get(idOrUpn);
    return {
      person: find(user ?? usual),
      admin: find(by ?? 'IsaiahL@contoso.example'),
      adminGiven: by !== undefined,
      count,
      startsAt: now(),
      directory,
      passkeys,
      random,
    };
  }
}

/** The row that Entra writes for a draft. `number` ends its id. */
export function writeRecord(
  draft: Draft,
  time: Date,
  random: Random,
  number?: number,
): AuditRecord {
  const correlationId = draft.correlationId ?? random.guid();
  const prefix = idPrefixes[draft.service] ?? draft.service;
  const suffix = random.guid().slice(0, 5).toUpperCase();
  return {
    id: `${prefix}_${correlationId}_${suffix}_${number ?? random.below(1_000_000_000)}`,
    category: draft.category ?? 'UserManagement',
    correlationId,
    result: draft.result ?? 'success',
    resultReason: draft.reason ?? null,
    activityDisplayName: draft.activity,
    activityDateTime: writeTime(time, random.below(10_000)),
    loggedByService: draft.service,
    operationType: draft.operation ?? null,
    initiatedBy: draft.by,
    targetResources: draft.targets,
    additionalDetails: Object.entries(draft.details ?? {}).map(([key, value]) => ({ key, value })),
    ...draft.malformed,
  };
}

/** Milliseconds from a row's time until it is listed: 500 to 4,000, dealt out in shuffled order. */
function lateness(count: number, random: Random): number[] {
  const even = Array.from({ length: count }, (_, index) => (index + random.next()) / count);
  return random.shuffle(even).map((share) => 500 + Math.floor(3500 * share));
}
