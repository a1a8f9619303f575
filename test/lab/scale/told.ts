import type { StoredRow } from '../../../functions/ledger/store.ts';
import type { SecurityInfoChange } from '../../../functions/recognise/change.ts';
import type { AuditLog } from './auditLog.ts';
import { type Change, placeOf } from './kinds.ts';
import type { Accepted } from './limitedExchange.ts';

/** Which changes were told, when, and how often. */
export class Told {
  mails = 0;
  /** For each change, when the first mail that tells of it was taken; in ms since 1970. */
  readonly times: Float64Array;
  readonly #counts: Uint8Array;
  readonly #log: AuditLog;

  constructor(log: AuditLog) {
    this.#log = log;
    this.times = new Float64Array(log.changes.length);
    this.#counts = new Uint8Array(log.changes.length);
  }

  /** A mail, with its notification as it was claimed. */
  take(mail: Accepted, row: StoredRow): void {
    this.mails += 1;
    const changes = JSON.parse(String(row['changes'])) as SecurityInfoChange[];
    for (const number of new Set(changes.map(({ auditId }) => placeOf(auditId).change))) {
      this.#counts[number] = (this.#counts[number] ?? 0) + 1;
      this.times[number] ||= mail.at;
    }
  }

  /** Changes that arrived and nobody was told of. */
  get missed(): Change[] {
    return this.#log.changes.filter(
      ({ kind, number }) => kind.telling.length > 0 && !this.#counts[number],
    );
  }

  /** Changes that more than one mail tells of. */
  get repeated(): Change[] {
    return this.#log.changes.filter(({ number }) => (this.#counts[number] ?? 0) > 1);
  }

  /** Seconds from when a change was in the log until Exchange took its mail; NaN if never. */
  delay({ number }: Change): number {
    const time = this.times[number];
    return time ? (time - (this.#log.arrivals[number] ?? Number.NaN)) / 1000 : Number.NaN;
  }
}
