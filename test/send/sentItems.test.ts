import { expect, test } from 'vitest';
import type { Graph } from '../../functions/graph/client.ts';
import { sentItemsOf } from '../../functions/send/sentItems.ts';

// An answer that is none proves nothing: neither that the mail is not there, nor that nobody may look.
test.each([null, 7, [], {}, { value: null }])(
  'what is no list of Sent Items is unclear: %j',
  async (answer) => {
    const graph = { get: async () => answer } as unknown as Graph;
    expect(await sentItemsOf(graph)(['a@x.example'], '<1@x.example>')).toBe('unclear');
  },
);

test.each([null, 7, { internetMessageId: { toString: 1 } }, { internetMessageId: null }])(
  'an item that says no id is none of ours: %j',
  async (item) => {
    const graph = { get: async () => ({ value: [item] }) } as unknown as Graph;
    expect(await sentItemsOf(graph)(['a@x.example'], '<1@x.example>')).toBe('forbidden');
  },
);
