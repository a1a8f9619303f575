import { expect, test } from 'vitest';
import { Impossible } from '../../cli/command.ts';
import { idsOf } from '../../cli/inventory/whose.ts';

const group = '11111111-2222-4333-8444-555555555555';
const origin = 'https://graph.example';

test('members of a group whose pages lead round in a circle are no endless wait', async () => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked > 10) throw new Error('asked for ever');
    return {
      value: [],
      '@odata.nextLink': `${origin}/v1.0/groups/${group}/more?page=${asked % 2}`,
    };
  };
  await expect(idsOf({ users: [], groups: [group] }, ask, origin)).rejects.toThrow(Impossible);
});
