import { type Answer, type GraphRequest, statusRefusal } from './answer.ts';
import { type Directory, personProperties } from './directory.ts';
import type { Faults } from './faults.ts';
import { meets } from './odata/condition.ts';
import { readOptions, readSelect, readTop, select } from './odata/options.ts';
import { parseFilter } from './odata/parse.ts';
import { insufficientPrivileges } from './usersEndpoint.ts';

const filterable = {
  userType: { type: 'string', operators: ['eq'] },
  userPrincipalName: { type: 'string', operators: ['eq', 'startswith'] },
  mail: { type: 'string', operators: ['eq', 'startswith'] },
} as const;

/** GET /users: one page, which is enough for Contoso. */
export function answerUsers(
  { query, origin }: GraphRequest,
  { directory, faults }: { readonly directory: Directory; readonly faults: Faults },
): Answer {
  const fault = faults.take('users');
  if (fault?.kind === 'hang') return { kind: 'hang' };
  if (fault?.kind === 'consentMissing') throw insufficientPrivileges();
  const refusal = statusRefusal(fault);
  if (refusal && fault?.kind !== '404') throw refusal;

  const options = readOptions(query, ['$filter', '$select', '$top']);
  const filter = options.get('$filter');
  const condition = filter === undefined ? undefined : parseFilter(filter, filterable);
  const names = readSelect(options.get('$select'), personProperties, 'microsoft.graph.user') ?? [
    ...personProperties,
  ];
  const value = directory
    .all()
    .filter((person) => condition === undefined || meets(person, condition))
    .slice(0, readTop(options.get('$top'), 100))
    .map((person) => select(person, names));
  return {
    kind: 'json',
    status: 200,
    body: { '@odata.context': `${origin}/v1.0/$metadata#users`, value },
  };
}
