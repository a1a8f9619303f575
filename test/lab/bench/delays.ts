import { mkdirSync, writeFileSync } from 'node:fs';
import type { AuditLog } from '../scale/auditLog.ts';
import type { Change } from '../scale/kinds.ts';
import { percentile } from '../scale/percentile.ts';
import type { Told } from '../scale/told.ts';
import { monday } from '../scale/week.ts';
import type { HourOfDelays } from './delayChart.ts';

const hourMs = 3_600_000;

/** What was in the log, and what of it was told. */
interface Played {
  readonly log: AuditLog;
  readonly told: Told;
}

/** Seconds that changes waited, of those that were told. */
export const delaysOf = ({ told }: Played, changes: readonly Change[]): number[] =>
  changes
    .filter(({ kind }) => kind.telling.length > 0)
    .map((change) => told.delay(change))
    .filter((delay) => !Number.isNaN(delay));

/** Hours in which some of the changes arrived, with the delays of those. */
export function byHour(played: Played, changes: readonly Change[], days: number): HourOfDelays[] {
  const hours = Map.groupBy(changes, ({ number }) => {
    return Math.floor(((played.log.arrivals[number] ?? 0) - monday.getTime()) / hourMs);
  });
  return Array.from({ length: days * 24 }, (_, hour) => hour).flatMap((hour) => {
    const delays = delaysOf(played, hours.get(hour) ?? []);
    if (delays.length === 0) return [];
    return { hour, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) };
  });
}

/** Puts a picture where the docs show it. */
export function writePicture(name: string, svg: string): void {
  const folder = new URL('../../../docs/images/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(name, folder), svg);
}
