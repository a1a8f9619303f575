import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditQuery } from '../../functions/audit/pages.ts';
import {
  advance,
  afterSlice,
  firstSlice,
  firstState,
  planSpan,
  type Span,
  type Window,
  worthSaving,
} from '../../functions/audit/windows.ts';

const now = new Date('2026-11-24T09:00:30.500Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();

function slicesOf(span: Span, pages: number): Window[] {
  const slices: Window[] = [];
  for (let left: Span | undefined = span; left; ) {
    const slice = firstSlice(left);
    slices.push(slice);
    left = afterSlice(left, slice, pages);
  }
  return slices;
}

describe('the span of a poll', () => {
  test('reaches back by the overlap, but never before the first run', () => {
    const state = { ...firstState(now, 0), startedAt: minutesAgo(500), watermark: minutesAgo(2) };
    expect(planSpan(state, now, 60).from).toBe('2026-11-24T07:58:30.000Z');
    const young = { ...state, startedAt: minutesAgo(30) };
    expect(planSpan(young, now, 60).from).toBe('2026-11-24T08:30:30.000Z');
  });

  test('reads a little past the present: the clock of the log may be ahead', () => {
    expect(planSpan(firstState(now, 0), now, 60).to).toBe('2026-11-24T09:05:30.500Z');
  });

  test('is one slice in everyday life', () => {
    const state = firstState(now, 0);
    expect(slicesOf(planSpan(state, now, 60), 1)).toHaveLength(1);
  });

  test('goes on where a run ended early', () => {
    const state = {
      ...firstState(now, 0),
      startedAt: minutesAgo(5000),
      watermark: minutesAgo(1),
      resumeFrom: minutesAgo(400),
    };
    expect(Date.parse(planSpan(state, now, 60).from)).toBeLessThanOrEqual(
      Date.parse(minutesAgo(400)),
    );
  });

  test('leaves no gap between slices, after any outage and at any load', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50_000 }),
        fc.integer({ min: 0, max: 5 }),
        (ago, pages) => {
          const state = { ...firstState(now, ago), polledAt: minutesAgo(ago) };
          const span = planSpan(state, now, 60);
          const slices = slicesOf(span, pages);
          expect(slices[0]?.from).toBe(span.from);
          expect(slices.at(-1)?.to).toBe(span.to);
          for (const [index, slice] of slices.entries()) {
            const next = slices[index + 1];
            if (next) expect(next.from).toBe(slice.to);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a quiet month takes few slices, a busy one at most an hour each', () => {
    const state = { ...firstState(now, 43_200), polledAt: minutesAgo(43_200) };
    expect(slicesOf(planSpan(state, now, 60), 1).length).toBeLessThan(12);
    expect(slicesOf(planSpan(state, now, 60), 3)).toHaveLength(721);
  });
});

describe('the watermark', () => {
  const state = { ...firstState(now, 0), watermark: minutesAgo(90), startedAt: minutesAgo(900) };

  test('stays at the newest row seen, so that an outage of the log itself loses nothing', () => {
    const after = advance(state, { readTo: minutesAgo(0), complete: true }, now);
    expect(after).toMatchObject({ watermark: minutesAgo(90), polledAt: now.toISOString() });
  });

  test('moves to the newest row, but not past the present', () => {
    const to = (newest: string) =>
      advance(state, { newest, readTo: minutesAgo(0), complete: true }, now).watermark;
    expect(to(minutesAgo(3))).toBe(minutesAgo(3));
    expect(to(minutesAgo(-3))).toBe(now.toISOString());
    expect(to(minutesAgo(100))).toBe(minutesAgo(90));
  });

  test('moves on after a quiet day', () => {
    const quiet = { ...state, watermark: minutesAgo(5 * 1440) };
    const after = advance(quiet, { readTo: minutesAgo(0), complete: true }, now);
    expect(after.watermark).toBe(minutesAgo(1440));
  });

  test('keeps the place of a run that ended early, and not that it reached the present', () => {
    const after = advance(state, { readTo: minutesAgo(70), complete: false }, now);
    expect(after).toMatchObject({ resumeFrom: minutesAgo(70), polledAt: state.polledAt });
  });

  test('compares times by value: fewer digits are not later', () => {
    const seven = { ...state, watermark: '2026-11-24T08:59:59.1234567Z' };
    const newest = '2026-11-24T08:59:59.123Z';
    const after = advance(seven, { newest, readTo: minutesAgo(0), complete: true }, now);
    expect(Date.parse(after.watermark)).toBe(Date.parse(newest));
  });
});

test('an idle state is written every few minutes only', () => {
  const before = { ...firstState(now, 0), polledAt: minutesAgo(4) };
  expect(worthSaving(before, { ...before, polledAt: minutesAgo(0) })).toBe(false);
  expect(
    worthSaving({ ...before, polledAt: minutesAgo(5) }, { ...before, polledAt: minutesAgo(0) }),
  ).toBe(true);
  expect(worthSaving(before, { ...before, watermark: minutesAgo(1) })).toBe(true);
});

test('the query encodes what it holds, and asks only what Graph allows', () => {
  const query = auditQuery(
    { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:00:00.000Z' },
    'watched',
    ["It's + new"],
  );
  expect(query).not.toMatch(/[ +#]|\bgt\b|\blt\b/);
  expect(decodeURIComponent(query)).toContain(
    "activityDateTime ge 2026-11-24T08:00:00.000Z and activityDateTime le 2026-11-24T09:00:00.000Z and (loggedByService eq 'Authentication Methods' or ",
  );
  expect(decodeURIComponent(query)).toContain("activityDisplayName eq 'It''s + new')");
});
