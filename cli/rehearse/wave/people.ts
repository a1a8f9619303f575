import { PagingError } from '../../../functions/audit/pages.ts';
import type { Environment } from '../../../functions/config/config.ts';
import { GraphFailure } from '../../../functions/graph/failure.ts';
import { Impossible } from '../../command.ts';
import { takeInventory } from '../../inventory/inventory.ts';
import { signedInGraph } from '../../signedInGraph.ts';
import type { Rehearser } from '../rehearse.ts';
import { rehearsalConfig } from '../settings.ts';
import { readTeams } from './teams.ts';

/** Who will have to register a passkey; numbers alone. */
export interface WavePeople {
  /** Members with phone numbers and nothing better, administrators among them. */
  readonly phonesOnly: number;
  readonly administrators: number;
  /** Guests with phone numbers only: their day comes later. */
  readonly guests: number;
  /** People of whom Microsoft's report could not be read. */
  readonly unreadable: number;
  /** When the report was made, by its oldest row: ISO 8601, UTC; null where no row says. */
  readonly reportMade: string | null;
  /** For each manager, how many of them; undefined where the directory could not be looked at. */
  readonly teams: readonly number[] | undefined;
}

/**
 * Reads who has phones only. Gives in a sentence why nobody could look, where nobody could. Throws
 * `ConfigError` and what signing in throws.
 */
export async function readWavePeople(
  environment: Environment,
  { credential, now, wait, progress }: Rehearser,
): Promise<WavePeople | string> {
  const everybody = { users: [], groups: [], details: 'none', lastUsed: false } as const;
  const say = () => undefined;
  try {
    const inventory = await takeInventory(environment, everybody, {
      credential,
      now,
      wait,
      progress,
      say,
    });
    const phones = inventory.people.filter(({ standing }) => standing === 'phone');
    const members = phones.filter(({ person }) => !person.isGuest);
    const made = inventory.people.flatMap(({ person: { asOf } }) => asOf || []).sort();
    const graph = await signedInGraph(rehearsalConfig(environment), credential, now, wait);
    const teams = readTeams(
      new Set(members.map(({ person }) => person.id)),
      (path) => graph.get(path),
      graph.origin,
      (read) => progress(`Managers: ${read} people`),
    );
    return {
      phonesOnly: members.length,
      administrators: members.filter(({ person }) => person.isAdmin).length,
      guests: phones.length - members.length,
      unreadable: inventory.unreadable,
      reportMade: made[0] ?? null,
      teams: await teams.catch(orUnknown),
    };
  } catch (failure) {
    if (failure instanceof Impossible) return failure.message;
    throw failure;
  }
}

/** Whose manager is who is good to know, and no more. */
function orUnknown(failure: unknown): undefined {
  if (!(failure instanceof GraphFailure || failure instanceof PagingError)) throw failure;
}
