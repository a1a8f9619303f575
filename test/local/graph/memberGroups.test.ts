import { describe, expect, it } from 'vitest';
import { refusal, startTenant } from './tenant.ts';

const group = (number: number) => `c0a70500-7e4a-4c1d-9b6e-${String(number).padStart(12, '0')}`;
const [executives, privileged, operations] = [201, 202, 203].map(group);

async function startGroups() {
  const { simulator } = await startTenant();
  const check = (user: string, body: unknown, contentType = 'application/json') =>
    fetch(`${simulator.url}/v1.0/users/${user}/checkMemberGroups`, {
      method: 'POST',
      headers: { 'Content-Type': contentType },
      body: JSON.stringify(body),
    });
  return { simulator, check };
}

describe('checkMemberGroups', () => {
  it('gives those of the groups that somebody belongs to, groups within groups included', async () => {
    const { check } = await startGroups();
    const groupIds = [executives, privileged, operations?.toUpperCase()];
    const answer = await check('IsaiahL@contoso.example', { groupIds });
    expect(await answer.json()).toEqual({
      '@odata.context': expect.stringContaining('$metadata#Collection(Edm.String)'),
      value: [operations, privileged],
    });
  });

  it('passes over groups that do not exist', async () => {
    const { check } = await startGroups();
    const answer = await check('AdeleV@contoso.example', { groupIds: [group(999)] });
    expect(await answer.json()).toMatchObject({ value: [] });
  });

  it.each([
    ['nobody@contoso.example', { groupIds: [group(1)] }, /^404 Request_ResourceNotFound/],
    ['AdeleV@contoso.example', { groupIds: [] }, /^400 Request_BadRequest: .*at least one/],
    ['AdeleV@contoso.example', { groupIds: Array(21).fill(group(1)) }, /^400 .*at most 20/],
  ])('refuses for %s', async (user, body, words) => {
    const { check } = await startGroups();
    expect(await refusal(await check(user, body))).toMatch(words);
  });

  it('wants JSON', async () => {
    const { check } = await startGroups();
    const answer = await check('AdeleV@contoso.example', {}, 'text/plain');
    expect(await refusal(answer)).toMatch(/^400 Request_BadRequest/);
  });

  it.each([
    ['429', 429],
    ['503', 503],
    ['consentMissing', 403],
  ] as const)('fails by fault %s', async (kind, status) => {
    const { check, simulator } = await startGroups();
    simulator.faults.set('memberGroups', { kind, times: 1 });
    const body = { groupIds: [executives] };
    expect((await check('AdeleV@contoso.example', body)).status).toBe(status);
    expect((await check('AdeleV@contoso.example', body)).status).toBe(200);
  });
});
