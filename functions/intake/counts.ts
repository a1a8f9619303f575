import type { Metrics } from '../log.ts';

/** What became of rows of the log. */
export interface Counts {
  /** Rows that were not in the ledger yet. */
  readonly recorded: number;
  readonly notifications: number;
  /** Changes that were not known before, told or not. */
  readonly recognised: number;
  /** Those among them whose method we have no name for. */
  readonly unknown: number;
}

export const nothingRecorded: Counts = { recorded: 0, notifications: 0, recognised: 0, unknown: 0 };

export const plus = (one: Counts, other: Counts): Counts => ({
  recorded: one.recorded + other.recorded,
  notifications: one.notifications + other.notifications,
  recognised: one.recognised + other.recognised,
  unknown: one.unknown + other.unknown,
});

/** What is counted where anything was recorded. */
export const metricsOf = ({ recorded, recognised, unknown }: Counts): Metrics | undefined =>
  recorded > 0
    ? { 'audit.records': recorded, 'changes.recognised': recognised, 'changes.unknown': unknown }
    : undefined;
