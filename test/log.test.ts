import type { InvocationContext } from '@azure/functions';
import { describe, expect, test, vi } from 'vitest';
import { consoleLog, eventLog } from '../functions/log.ts';

test('an event is one line of JSON, whatever its fields hold', () => {
  const lines: string[] = [];
  const context = { error: (line: string) => lines.push(line) } as unknown as InvocationContext;
  const id = 'a\r\nb\u0085c\u2028d\u2029e\u009b';
  eventLog(context)('error', 'bulk.guard', { id });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(JSON.parse(lines[0] ?? '')).toEqual({ event: 'bulk.guard', id });
});

/** What the host makes of a line of stderr. Source: azure-functions-host, WorkerProcess, `ParseErrorMessageAndLog`. */
function levelOfHost(line: string) {
  if (/warn/i.test(line)) return 'warn';
  return /error|fail|severe/i.test(line) ? 'error' : 'info';
}

describe('outside an invocation, where the host goes by the words of a line', () => {
  const linesOf = (stream: 'info' | 'warn' | 'error', log: () => void) => {
    const written = vi.spyOn(console, stream).mockImplementation(() => {});
    log();
    const lines = written.mock.calls.map(([line]) => String(line));
    written.mockRestore();
    return lines;
  };

  test.each([
    ['error', 'storage.refused', { role: 'Storage Table Data Contributor' }],
    ['warn', 'token.failed', { code: 'TimeoutError', validForMinutes: 600 }],
    ['warn', 'sends.left', { left: 1 }],
  ] as const)('an event has the level that it was given: %s %s', (level, event, fields) => {
    const [line = ''] = linesOf(level, () => consoleLog(level, event, fields));
    expect(levelOfHost(line)).toBe(level);
    expect(JSON.parse(line)).toEqual({ event, level, ...fields });
  });
});
