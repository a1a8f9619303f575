import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { notificationRow } from '../../functions/ledger/notificationRow.ts';

test('all of a notification can be read by generated code', () => {
  expect(() => z.compile(notificationRow(), { strict: true })).not.toThrow();
});
