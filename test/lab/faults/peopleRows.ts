import type { Fault } from '../../../local/graph/faults.ts';
import type { FaultRow } from './row.ts';
import type { StageOptions } from './stage.ts';

const group = 'looking people up';

/** The directory fails for some minutes while mails are due. */
const failing = (
  name: string,
  fault: Fault<'users'>,
  minutes: number,
  options: StageOptions = {},
): FaultRow => ({
  name,
  group,
  ...options,
  async run(stage) {
    stage.faults.set('users', fault);
    stage.changes();
    await stage.minutes(minutes);
    stage.faults.clear();
    await stage.minutes(20);
  },
});

export const peopleRows: readonly FaultRow[] = [
  failing('503', { kind: '503' }, 10),
  failing('429 with Retry-After', { kind: '429', retryAfter: 120 }, 10),
  failing('429 without Retry-After', { kind: '429' }, 10),
  failing('no answer', { kind: 'hang', times: 6 }, 10, { patienceMs: 150 }),
  failing('Directory.Read.All is not granted, then it is', { kind: 'consentMissing' }, 30),
  failing('a user who is not there yet (404 for a minute)', { kind: '404' }, 1),
  failing('a user who is not there yet (404 for ten minutes)', { kind: '404' }, 10),
];
