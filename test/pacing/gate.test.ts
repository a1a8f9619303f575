import { describe, expect, test } from 'vitest';
import { MailboxGate } from '../../functions/pacing/gate.ts';
import { afterRefusal } from '../../functions/pacing/pause.ts';

const start = Date.parse('2026-11-24T09:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000);
const box = 'security@contoso.example';
const refused = (until: number, throttled: boolean) => ({ pauseUntil: at(until), throttled });

describe('the gate of a mailbox', () => {
  test('lets four in at once, and the next when one has left', () => {
    const gate = new MailboxGate();
    for (let sends = 0; sends < 4; sends += 1) expect(gate.enter(box, at(0))).toBe(0);
    expect(gate.enter(box, at(0))).toBeGreaterThan(0);
    gate.leave(box);
    expect(gate.enter(box, at(0))).toBe(0);
  });

  test('keeps away from a mailbox that refused, and only from that one', () => {
    const gate = new MailboxGate();
    gate.learn({ [box]: afterRefusal(undefined, refused(120, false), 28, at(0)) });
    expect(gate.isPaused(box, at(119))).toBe(true);
    expect(gate.enter(box, at(0))).toBe(120_000);
    expect(gate.enter('other@contoso.example', at(0))).toBe(0);
    expect(gate.isPaused(box, at(120))).toBe(false);
  });

  test('takes over what another process learned later, and nothing older', () => {
    const gate = new MailboxGate();
    const pause = afterRefusal(undefined, refused(10, true), 30, at(0));
    gate.learn({ [box]: pause });
    gate.learn({ [box]: { until: at(5).toISOString(), noted: at(-1).toISOString() } });
    expect(gate.pauses[box]).toEqual(pause);
  });
});

describe('a refusal', () => {
  test('for too many mails teaches a mailbox to bear fewer', () => {
    expect(afterRefusal(undefined, refused(10, true), 30, at(0))).toEqual({
      until: at(10).toISOString(),
      perMinute: 24,
      noted: at(0).toISOString(),
    });
  });

  test('of another kind teaches nothing, and takes nothing back', () => {
    expect(afterRefusal(undefined, refused(10, false), 30, at(0)).perMinute).toBeUndefined();
    const lesson = afterRefusal(undefined, refused(10, true), 30, at(0));
    expect(afterRefusal(lesson, refused(100, false), 30, at(90))).toEqual({
      ...lesson,
      until: at(100).toISOString(),
    });
  });

  test('is one lesson with all others within a minute, by whichever clock', () => {
    const lesson = afterRefusal(undefined, refused(10, true), 30, at(0));
    for (const seconds of [-59, 1, 59]) {
      expect(afterRefusal(lesson, refused(100, true), 30, at(seconds)).perMinute).toBe(24);
    }
    const next = afterRefusal(lesson, refused(100, true), 30, at(60));
    expect(next).toMatchObject({ perMinute: 19, noted: at(60).toISOString() });
  });

  test('never ends a pause early, and none is longer than a day', () => {
    const long = afterRefusal(undefined, refused(7 * 86_400, false), 30, at(0));
    expect(long.until).toBe(at(86_400).toISOString());
    expect(afterRefusal(long, refused(10, true), 30, at(5)).until).toBe(long.until);
  });
});
