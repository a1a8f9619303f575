import { type Answer, type GraphRequest, suffered } from './answer.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import { readOptions, readTop } from './odata/options.ts';
import { insufficientPrivileges, notFound } from './usersEndpoint.ts';

/** GET /groups/{id}/transitiveMembers: ids of users and groups, in one page, which is enough for Contoso. */
export function answerGroupMembers(
  { segments, query, origin }: GraphRequest,
  { directory, faults }: { readonly directory: Directory; readonly faults: Faults },
): Answer {
  const fault = faults.take('memberGroups');
  const ending = suffered(fault, insufficientPrivileges);
  if (ending) return ending;

  readTop(readOptions(query, ['$select', '$top']).get('$top'), 100);
  const group = segments[1] ?? '';
  const members = directory.membersOf(group);
  if (!members) throw notFound(group);
  const typed =
    (type: string) =>
    ({ id }: { readonly id: string }) => ({
      '@odata.type': `#microsoft.graph.${type}`,
      id,
    });
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${origin}/v1.0/$metadata#directoryObjects(id)`,
      value: [...members.groups.map(typed('group')), ...members.people.map(typed('user'))],
    },
  };
}
