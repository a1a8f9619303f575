import type { Allowance } from '../../functions/pacing/copies.ts';
import type { Script } from '../graph/happenings/draft.ts';
import type { Person } from '../graph/person.ts';
import type { PreviewTenant } from './tenant.ts';

/** A mail that a reviewer wants to see, as what leads to it. */
export interface Kind {
  /** For file names and options: lower case, with hyphens. */
  readonly name: string;
  readonly title: string;
  /** UPN of the person it happens to, unless somebody else is asked for. */
  readonly person: string;
  /** The audit rows that Entra writes. */
  readonly script: Script;
  /** UPN of who acts, where it isn't the person; `manager`: whoever is the person's. */
  readonly by?: string;
  /** How many people it happens to, where it is many. */
  readonly count?: number;
  /** What is special about the person or others before it happens. */
  readonly before?: (tenant: PreviewTenant, person: Person) => void;
  /** What happens before the mail is written. */
  readonly after?: (tenant: PreviewTenant, person: Person) => void;
  /** How long the rows take to be found. */
  readonly hoursLate?: number;
  /** What the manager may still get today, where it isn't plenty. */
  readonly allowance?: Allowance;
}
