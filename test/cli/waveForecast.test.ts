import { describe, expect, test } from 'vitest';
import {
  type Arrivals,
  arrivalsOf,
  bearableHours,
  forecast,
  mailboxesFor,
} from '../../cli/rehearse/wave/forecast.ts';
import type { Lanes } from '../../functions/ledger/lanes.ts';
import { type Notification, untried } from '../../functions/ledger/notification.ts';
import { planSends } from '../../functions/pacing/plan.ts';

const ordinary = { workday: 0, weekend: 0 };
const monday = Date.parse('2027-02-01T00:00:00Z');

/** When the last mail leaves that the app itself plans, in days. Mails come up in minutes, as polls find them. */
function planned(
  { perHour, lastAt }: Arrivals,
  { mailboxes, recipients }: { mailboxes: number; recipients: number },
): number {
  const [first = '', ...others] = Array.from({ length: mailboxes }, (_, at) => `s${at}@a.example`);
  let lanes: Lanes = {};
  let [due, made, last] = [0, 0, 0];
  for (let minute = 0; minute < lastAt * 60; minute += 1) {
    due += (perHour[Math.floor(minute / 60)] ?? 0) / 60;
    const now = new Date(monday + minute * 60_000);
    const rows: Notification[] = [];
    for (; due >= 1; due -= 1) {
      made += 1;
      rows.push({
        day: '2027-02-01',
        key: `${made}`,
        ...untried(now),
        urgent: false,
        target: { id: `${made}` },
        changes: [],
        sender: '',
      });
    }
    const plan = planSends(
      rows,
      { senders: [first, ...others], ratePerMinute: 30, pauses: {} },
      lanes,
      { copyManager: recipients === 2 ? 'always' : 'never', securityCopies: 0 },
      now,
    );
    lanes = plan.lanes;
    last = plan.paced.reduce((latest, row) => Math.max(latest, Date.parse(row.notBefore)), last);
  }
  return (last - monday) / 86_400_000;
}

describe('the forecast of a line', () => {
  test.each([
    ['no line', 2000, 1, 1, 1],
    ['the minute’s ceiling', 9000, 1, 1, 1],
    ['the day’s ceiling', 12_000, 1, 1, 1],
    ['the day’s ceiling with copies, over days', 12_000, 3, 1, 2],
    ['two mailboxes', 30_000, 3, 2, 2],
  ])('agrees with what the app plans: %s', (_, people, days, mailboxes, recipients) => {
    const arrivals = arrivalsOf({ mails: people, days, ordinary });
    const { emptyAfterDays } = forecast(arrivals, { mailboxes, recipients, ratePerMinute: 30 });
    expect(emptyAfterDays).toBeGreaterThanOrEqual(arrivals.lastAt / 24);
    const real = planned(arrivals, { mailboxes, recipients });
    expect(Math.abs(real / emptyAfterDays - 1)).toBeLessThan(0.02);
  });

  test('says so where the line never empties', () => {
    const arrivals = arrivalsOf({ mails: 50_000_000, days: 5, ordinary });
    const sending = { ratePerMinute: 30, recipients: 2 };
    expect(forecast(arrivals, { ...sending, mailboxes: 1 }).emptyAfterDays).toBe(Infinity);
    expect(mailboxesFor(arrivals, sending)).toBe(Infinity);
  });

  test('spreads a wave over working days, most of it in the morning', () => {
    const { perHour, lastAt } = arrivalsOf({
      mails: 700,
      days: 7,
      ordinary: { workday: 20, weekend: 2 },
    });
    const day = (at: number) => perHour.slice(24 * at, 24 * (at + 1));
    const sum = (hours: readonly number[]) => hours.reduce((all, one) => all + one, 0);
    expect([0, 4, 5, 6, 7, 8, 9].map((at) => Math.round(sum(day(at))))).toEqual([
      120, 120, 2, 2, 120, 120, 20,
    ]);
    expect(sum(day(0).slice(8, 11))).toBeCloseTo(0.6 * 100 + 0.3 * 20);
    expect(lastAt).toBe(8 * 24 + 18);
  });

  test('asks for the fewest mailboxes with which nobody waits long', () => {
    const arrivals = arrivalsOf({
      mails: 200_000,
      days: 5,
      ordinary: { workday: 3200, weekend: 160 },
    });
    const sending = { ratePerMinute: 30, recipients: 2 };
    const mailboxes = mailboxesFor(arrivals, sending);
    const wait = (count: number) =>
      forecast(arrivals, { ...sending, mailboxes: count }).longestWaitHours;
    expect(wait(mailboxes)).toBeLessThanOrEqual(bearableHours);
    expect(wait(mailboxes - 1)).toBeGreaterThan(bearableHours);
  });
});
