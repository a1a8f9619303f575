import { describe, expect, it } from 'vitest';
import { lateness, parseAuditTime, span, timeLines } from '../../functions/mail/time.ts';
import { wordsFor } from '../../functions/mail/words.ts';

const words = wordsFor('en');
const at = (text: string): Date => parseAuditTime(text) ?? new Date(Number.NaN);

describe('a time of the audit log', () => {
  it('is read with seven fractional digits, with fewer, and without a zone', () => {
    expect(at('2026-11-24T03:03:19.5796748Z').toISOString()).toBe('2026-11-24T03:03:19.579Z');
    expect(at('2026-11-24T03:03:19.5Z').toISOString()).toBe('2026-11-24T03:03:19.500Z');
    expect(at('2026-11-24T03:03:19').toISOString()).toBe('2026-11-24T03:03:19.000Z');
  });

  it.each(['', 'soon', '2026-13-24T03:03:19Z', '24.11.2026 03:03', '2026-11-24T03:03:19+02:00'])(
    'is not guessed: %s',
    (text) => {
      expect(parseAuditTime(text)).toBeUndefined();
    },
  );

  it('is shown on the reader’s clock and in UTC', () => {
    expect(timeLines(at('2026-11-24T03:03:19.5796748Z'), 'Europe/Berlin', words)).toEqual([
      'Tuesday, 24 November 2026 at 04:03',
      'Central European Standard Time (Europe/Berlin)',
      '24 November 2026 at 03:03 UTC',
    ]);
    expect(timeLines(at('2026-07-01T23:30:00Z'), 'Europe/Berlin', words)).toEqual([
      'Thursday, 2 July 2026 at 01:30',
      'Central European Summer Time (Europe/Berlin)',
      '1 July 2026 at 23:30 UTC',
    ]);
  });

  it('is shown once where the reader’s clock is UTC, or unknown', () => {
    expect(timeLines(at('2026-11-24T03:03:19Z'), 'Etc/UTC', words)).toHaveLength(1);
    expect(timeLines(at('2026-11-24T03:03:19Z'), 'W. Europe Standard Time', words)).toEqual([
      '24 November 2026 at 03:03 UTC',
    ]);
  });

  it('makes a span with another', () => {
    const [start, end] = [at('2026-11-24T08:00:00Z'), at('2026-11-25T09:30:00Z')];
    expect(span(start, end, 'Europe/Berlin', words).time).toBe(
      '24 November 2026 at 09:00 – 25 November 2026 at 10:30',
    );
    expect(span(start, start, 'Europe/Berlin', words).time).toBe('24 November 2026 at 09:00');
    const [before, after] = [at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')];
    expect(span(before, after, 'Europe/Berlin', words).time).toBe(
      '25 October 2026 at 02:30 (GMT+2) – 25 October 2026 at 02:30 (GMT+1)',
    );
  });
});

describe('lateness', () => {
  it.each([
    ['2026-11-24T03:18:00Z', undefined],
    ['2026-11-24T03:18:01Z', '15 minutes'],
    ['2026-11-24T05:02:59Z', '119 minutes'],
    ['2026-11-24T05:03:00Z', '2 hours'],
    ['2026-11-27T09:00:00Z', '3 days'],
    ['2026-11-24T03:00:00Z', undefined],
    ['never', undefined],
  ])('of a change at 03:03 learned at %s is %s', (toldAt, late) => {
    expect(lateness('2026-11-24T03:03:00.0000000Z', toldAt, words)).toBe(late);
  });
});
