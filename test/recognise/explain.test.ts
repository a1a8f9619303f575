import { expect, test } from 'vitest';
import { explain } from '../../functions/recognise/explain.ts';

const rules = { muted: new Set<string>(), extra: new Set<string>() };
const adele = {
  id: '6f1c1c0e-4c0b-4f3f-9d3c-0a5d7a1b2c3d',
  userPrincipalName: 'adele@contoso.com',
};
const row = {
  id: 'Authentication Methods_1',
  activityDateTime: '2026-11-24T03:03:12.1234567Z',
  activityDisplayName: 'User deleted security info',
  loggedByService: 'Authentication Methods',
  result: 'success',
  resultReason: 'User deleted Fido',
  targetResources: [],
};

test('names whom the app tells, where no target does', () => {
  const own = explain({ ...row, initiatedBy: { user: adele } }, rules);
  expect(own).toMatchObject({ verdict: 'change', target: adele, initiator: { kind: 'self' } });
  const detailed = explain(
    { ...row, additionalDetails: [{ key: 'TargetUserId', value: adele.id }] },
    rules,
  );
  expect(detailed).toMatchObject({ verdict: 'change', target: { id: adele.id } });
});

test('names nobody where the app finds nobody', () => {
  const nobody = explain(row, rules);
  expect(nobody).toMatchObject({ verdict: 'nobody' });
  expect(nobody).not.toHaveProperty('target');
});
