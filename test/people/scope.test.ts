import { expect, test } from 'vitest';
import { outOfScope, type ScopedPerson, type ScopeSettings } from '../../functions/people/scope.ts';

const everybody: ScopeSettings = {
  INCLUDED_USERS: [],
  INCLUDED_GROUPS: [],
  EXCLUDED_USERS: [],
  EXCLUDED_GROUPS: [],
  NOTIFY_GUESTS: true,
};
const adele: ScopedPerson = {
  id: 'A0000000-0000-4000-8000-000000000001',
  userPrincipalName: 'AdeleV@contoso.example',
  groups: new Set(['g1']),
};
const because = (settings: Partial<ScopeSettings>, who: Partial<ScopedPerson> = {}) =>
  outOfScope({ ...adele, ...who }, { ...everybody, ...settings });

const noPilot = 'notInPilot';

test.each([
  ['by default', {}, undefined],
  ['in a pilot, by id', { INCLUDED_USERS: [adele.id.toLowerCase()] }, undefined],
  ['in a pilot, by UPN', { INCLUDED_USERS: ['adelev@contoso.example'] }, undefined],
  ['in a pilot, by group', { INCLUDED_USERS: ['x@y'], INCLUDED_GROUPS: ['g1'] }, undefined],
  ['in a pilot of other people', { INCLUDED_USERS: ['x@y'] }, noPilot],
  ['in a pilot of other groups', { INCLUDED_GROUPS: ['g2'] }, noPilot],
  ['excluded by id', { EXCLUDED_USERS: [adele.id.toLowerCase()] }, 'excludedUser'],
  ['excluded by group', { EXCLUDED_GROUPS: ['g2', 'g1'] }, 'excludedGroup'],
  [
    'both: excluded wins',
    { INCLUDED_USERS: ['adele*'], EXCLUDED_USERS: ['*@contoso.example'] },
    'excludedUser',
  ],
] as const)('a member %s', (_, settings, reason) => expect(because(settings)).toBe(reason));

test.each([
  ['adelev@contoso.example', true],
  ['adelev@contoso', false],
  ['*', true],
  ['adele*', true],
  ['*@contoso.example', true],
  ['a*@*.example', true],
  ['a*v*@contoso.example', true],
  ['*adelev@contoso.example*', true],
  ['adelev@*@contoso.example', false],
  ['adele*v@*v@contoso.example', false],
  ['*.example.example', false],
  ['adelev.contoso.example', false],
])('the pattern %s: %s', (pattern, matches) => {
  const reason = because({ EXCLUDED_USERS: [pattern] });
  expect(reason).toBe(matches ? 'excludedUser' : undefined);
});

test('a person without a UPN matches no pattern', () => {
  expect(because({ EXCLUDED_USERS: ['*'] }, { userPrincipalName: null })).toBeUndefined();
});

test('guests are told or not by NOTIFY_GUESTS', () => {
  expect(because({}, { userType: 'Guest' })).toBeUndefined();
  const reason = because({ NOTIFY_GUESTS: false }, { userType: 'Guest' });
  expect(reason).toBe('guest');
  expect(because({ NOTIFY_GUESTS: false }, { userType: 'Member' })).toBeUndefined();
});
