import { reference } from '../ledger/keys.ts';
import type { Notification } from '../ledger/notification.ts';
import type { Clock, Log, Metrics } from '../log.ts';

/** Says in one event where a notification stands now, and what it means in numbers. */
export function sayOutcome(
  row: Notification,
  { log, now }: { readonly log: Log; readonly now: Clock },
): void {
  const oldest = Date.parse(row.changes[0]?.time ?? row.recordedAt);
  const fields = {
    reference: reference(row),
    day: row.day,
    key: row.key,
    attempts: row.attempts,
    outcome: row.outcome ?? row.steps.at(-1)?.note,
    delaySeconds: Math.round((now().getTime() - oldest) / 1000),
  };
  const level = { failed: 'error', undeliverable: 'warn', unknown: 'warn' } as const;
  const known = row.state in level ? level[row.state as keyof typeof level] : 'info';
  log(known, `mail.${row.state}`, fields, metricsOf(row.state, fields.delaySeconds));
}

function metricsOf(state: Notification['state'], delaySeconds: number): Metrics | undefined {
  switch (state) {
    case 'sent':
      return { 'mail.sent': 1, 'mail.delay_seconds': delaySeconds };
    case 'failed':
    case 'undeliverable':
    case 'unknown':
      return { [`mail.${state}`]: 1 };
    default:
      return undefined;
  }
}
