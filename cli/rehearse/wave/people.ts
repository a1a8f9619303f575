import { PagingError } from '../../../functions/audit/pages.ts';
import type { Environment } from '../../../functions/config/config.ts';
import { GraphFailure } from '../../../functions/graph/failure.ts';
import { takeInventory } from '../../inventory/inventory.ts';
import { NotRead } from '../../inventory/readReport.ts';
import { patience } from '../../patiently.ts';
import { signedInGraph } from '../../signedInGraph.ts';
import type { Rehearser } from '../rehearse.ts';
import { rehearsalConfig } from '../settings.ts';
import { readTeams, type Teams } from './teams.ts';

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
  /** What the directory tells of them; or, in a sentence, why it could not be looked at. */
  readonly teams: Teams | string;
}

const blank =
  'The report of who has registered what shows nobody with a method. It may not be made yet: try again tomorrow';

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
    // As one that is not made yet, or went wrong: no reason to say that nobody is affected.
    if (inventory.people.every(({ person }) => person.kinds.length === 0)) return blank;
    const phones = inventory.people.filter(({ standing }) => standing === 'phone');
    const members = phones.filter(({ person }) => !person.isGuest);
    const made = inventory.people.flatMap(({ person: { asOf } }) => asOf || []).sort();
    const config = rehearsalConfig(environment);
    const graph = await signedInGraph(config, credential, now, wait);
    // As the report: thousands of pages, and nobody to hurry for.
    const patiently = patience(wait);
    const teams = readTeams(
      new Set(members.map(({ person }) => person.id)),
      config.NOTIFY_OTHER_MAILS,
      (path) => patiently(() => graph.get(path, { tries: 1 })),
      graph.origin,
      (read) => progress(`Managers: ${read} people`),
    );
    return {
      phonesOnly: members.length,
      administrators: members.filter(({ person }) => person.isAdmin).length,
      guests: phones.length - members.length,
      unreadable: inventory.unreadable,
      reportMade: made[0] ?? null,
      teams: await teams.catch(orWhyNot),
    };
  } catch (failure) {
    if (failure instanceof NotRead) return `${failure.says}. ${failure.fix}`;
    throw failure;
  }
}

/** Whose manager is who is good to know, and no more. */
function orWhyNot(failure: unknown): string {
  if (failure instanceof PagingError) return `${failure.message}. Try again`;
  if (!(failure instanceof GraphFailure)) throw failure;
  const { kind, said } = failure;
  const fix = kind === 'denied' ? 'It needs Directory.Read.All, as the app does' : 'Try again';
  return `${said}. ${fix}`;
}
