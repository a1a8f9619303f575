import type { InvocationContext } from '@azure/functions';
import { expect, test } from 'vitest';
import { eventLog } from '../functions/log.ts';

test('an event is one line of JSON, whatever its fields hold', () => {
  const lines: string[] = [];
  const context = { error: (line: string) => lines.push(line) } as unknown as InvocationContext;
  const id = 'a\r\nb\u0085c\u2028d\u2029e\u009b';
  eventLog(context)('error', 'bulk.guard', { id });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(JSON.parse(lines[0] ?? '')).toEqual({ event: 'bulk.guard', id });
});
