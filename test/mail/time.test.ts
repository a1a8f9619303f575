import { describe, expect, it } from 'vitest';
import { lateness, parseAuditTime, rangeText, timeLines } from '../../functions/mail/time.ts';
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
      'Central European Time (03:03 UTC)',
    ]);
    expect(timeLines(at('2026-07-01T23:30:00Z'), 'Europe/Berlin', words)).toEqual([
      'Thursday, 2 July 2026 at 01:30',
      'Central European Time (1 July 2026 at 23:30 UTC)',
    ]);
  });

  it('is shown once where the reader’s clock is UTC, or unknown', () => {
    for (const zone of ['Etc/UTC', 'W. Europe Standard Time']) {
      expect(timeLines(at('2026-11-24T03:03:19Z'), zone, words)).toEqual([
        'Tuesday, 24 November 2026 at 03:03 UTC',
      ]);
    }
  });

  it('is written as the reader’s region has it, and doesn’t break within', () => {
    const american = wordsFor('en', 'en-US-u-ca-gregory-nu-latn');
    expect(timeLines(at('2026-11-24T15:03:19Z'), 'America/New_York', american)).toEqual([
      'Tuesday, November 24, 2026 at 10:03\u00A0AM',
      'Eastern Time (3:03\u00A0PM UTC)',
    ]);
  });

  it('never shows an old spelling of a zone', () => {
    for (const zone of ['Europe/Kiev', 'Africa/Asmera', 'Asia/Calcutta']) {
      expect(timeLines(at('2026-11-24T03:03:19Z'), zone, words).join()).not.toMatch(
        /Kiev|Asmera|Calcutta/,
      );
    }
  });

  it('makes a span with another', () => {
    const [start, end] = [at('2026-11-24T08:00:00Z'), at('2026-11-25T09:30:00Z')];
    const span = (one: Date, other: Date) => rangeText(one, other, 'Europe/Berlin', words);
    expect(span(start, end)).toBe(
      'Tuesday, 24 November 2026 at 09:00 – Wednesday, 25 November 2026 at 10:30',
    );
    expect(span(start, at('2026-11-24T09:30:00Z'))).toBe(
      'Tuesday, 24 November 2026 at 09:00 – 10:30',
    );
    expect(span(start, start)).toBe('');
    const [before, after] = [at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')];
    expect(span(before, after)).toBe(
      'Sunday, 25 October 2026 at 02:30 (GMT+2) – Sunday, 25 October 2026 at 02:30 (GMT+1)',
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
