import { describe, expect, test } from 'vitest';
import { MailboxGate } from '../../functions/pacing/gate.ts';

const start = Date.parse('2026-11-24T09:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000);
const box = 'security@contoso.example';

describe('the gate of a mailbox', () => {
  test('lets four in at once, and the next when one has left', () => {
    const gate = new MailboxGate(28);
    for (let sends = 0; sends < 4; sends += 1) expect(gate.enter(box, at(0))).toBe(0);
    expect(gate.enter(box, at(0))).toBeGreaterThan(0);
    gate.leave(box);
    expect(gate.enter(box, at(0))).toBe(0);
  });

  test('keeps to the rate in any minute, and spreads those who must wait', () => {
    const gate = new MailboxGate(10);
    const waits: number[] = [];
    for (let sends = 0; sends < 30; sends += 1) {
      const wait = gate.enter(box, at(0));
      if (wait === 0) gate.leave(box);
      else waits.push(wait);
    }
    expect(waits).toHaveLength(20);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60_000);
    expect(new Set(waits).size).toBe(20);
    expect(gate.enter(box, at(61))).toBe(0);
  });

  test('keeps away from a mailbox that refused, and only from that one', () => {
    const gate = new MailboxGate(28);
    gate.pause(box, at(120), false, at(0));
    expect(gate.isPaused(box, at(119))).toBe(true);
    expect(gate.enter(box, at(0))).toBe(120_000);
    expect(gate.enter('other@contoso.example', at(0))).toBe(0);
    expect(gate.isPaused(box, at(120))).toBe(false);
  });

  test('learns from a 429, its own or that of another process, and forgets it in time', () => {
    const gate = new MailboxGate(30);
    const pause = gate.pause(box, at(10), true, at(0));
    expect(pause.perMinute).toBe(24);
    const twin = new MailboxGate(30);
    twin.learn({ [box]: pause });
    expect(twin.isPaused(box, at(9))).toBe(true);
    let sent = 0;
    for (let second = 10; second < 60; second += 1) {
      if (twin.enter(box, at(second)) > 0) continue;
      sent += 1;
      twin.leave(box);
    }
    expect(sent).toBe(24);
    expect(gate.pause(box, at(100), false, at(90)).perMinute).toBe(24);
    // Four requests were on their way: it is one lesson.
    for (let answers = 0; answers < 3; answers += 1) gate.pause(box, at(100), true, at(91));
    expect(gate.pause(box, at(100), true, at(91)).perMinute).toBe(24);
    expect(gate.pause(box, at(300), true, at(200)).perMinute).toBe(19);
  });
});
