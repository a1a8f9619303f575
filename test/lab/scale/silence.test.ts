import { expect, test } from 'vitest';
import { alertRules } from '../../infra/alertRules.ts';
import type { Row } from '../../infra/kusto.ts';
import { AuditLog } from './auditLog.ts';
import { Fleet, senderOf } from './fleet.ts';
import { kinds } from './kinds.ts';
import { tooMany } from './limitedExchange.ts';
import { Told } from './told.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const start = new Date('2026-11-23T00:00:00Z');
const severities = { info: 1, warn: 2, error: 3 };

/** Exchange refuses everything, from six o'clock on, for so long; meanwhile ten people change something. */
async function silence(hours: number, refusal: () => ReturnType<typeof tooMany>) {
  const from = start.getTime() + 6 * hourMs;
  const to = from + hours * hourMs;
  const changes = Array.from({ length: 10 }, (_, number) => ({
    kind: kinds.authenticator,
    time: from + 10 * minuteMs + (number * (to - from)) / 20,
    person: number,
    administrator: 0,
    number,
  }));
  const log = new AuditLog(changes, ({ kind }) => kind.offsets.map(() => 0));
  const told = new Told(log);
  const lines: Row[] = [];
  const fleet = new Fleet({
    start,
    log,
    senders: 2,
    instances: 1,
    settings: { COPY_MANAGER: 'never' },
    eventHub: true,
    logged: (level, event, fields, metrics) => {
      lines.push({
        TimeGenerated: fleet.clock.time,
        SeverityLevel: severities[level],
        Message: JSON.stringify({ event, ...fields, metrics }),
      });
    },
    accepted: (mail, row) => told.take(mail, row),
  });
  for (const number of [0, 1]) {
    fleet.exchange.episodes.push({ mailbox: senderOf(number), from, to, refusal });
  }
  fleet.graph.mayLook = true;
  const end = to + 4 * hourMs;
  await fleet.clock.run(end);
  const overdue = alertRules.find(({ name }) => name === 'mails-overdue');
  if (!overdue) throw new Error('there is no alert on overdue mails');
  const fired: number[] = [];
  for (let at = start.getTime(); at <= end; at += overdue.everyMinutes * minuteMs) {
    if (overdue.fires(lines, new Date(at))) fired.push(at);
  }
  const [everyMs, windowMs] = [overdue.everyMinutes, overdue.windowMinutes].map(
    (one) => one * minuteMs,
  ) as [number, number];
  return {
    told,
    fired,
    everyMs,
    windowMs,
    firstDue: changes[0]?.time ?? 0,
    to,
    lastMail: Math.max(...told.times),
  };
}

test.each([
  ['429', 48, () => tooMany('ApplicationThrottled', 60_000)],
  ['503', 24, () => tooMany('ErrorServerBusy', undefined, 503)],
  ['504', 24, () => tooMany('UnknownError', undefined, 504)],
] as const)(
  'ops learn that Exchange answers %s to everything, for %i hours: soon, until it is over, and no longer',
  async (_, hours, refusal) => {
    const { told, fired, everyMs, windowMs, firstDue, to, lastMail } = await silence(
      hours,
      refusal,
    );
    expect(told.missed).toEqual([]);
    expect(told.repeated).toEqual([]);
    const [first = Number.POSITIVE_INFINITY] = fired;
    const last = fired.at(-1) ?? 0;
    // Overdue is what has been due for an hour; a sweep counts it, and the rule is evaluated as often.
    expect(first - firstDue).toBeLessThanOrEqual(hourMs + 3 * everyMs);
    expect(last).toBeGreaterThanOrEqual(to);
    expect(last).toBeLessThanOrEqual(lastMail + windowMs + everyMs);
    expect(fired.length).toBe((last - first) / everyMs + 1);
  },
  240_000,
);
