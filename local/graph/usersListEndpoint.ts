import { type Answer, type GraphRequest, suffered } from './answer.ts';
import { type Directory, personProperties } from './directory.ts';
import type { Faults } from './faults.ts';
import { meets } from './odata/condition.ts';
import { readOptions, readSelect, readTop, select } from './odata/options.ts';
import { parseFilter } from './odata/parse.ts';
import { nextLink } from './reports.ts';
import { readSkipToken, writeSkipToken } from './skipToken.ts';
import { insufficientPrivileges, managerBeside, readExpand } from './usersEndpoint.ts';

const filterable = {
  userType: { type: 'string', operators: ['eq'] },
  userPrincipalName: { type: 'string', operators: ['eq', 'startswith'] },
  mail: { type: 'string', operators: ['eq', 'startswith'] },
} as const;

/** Where something is expanded, a page holds no more. Source: Graph's known issue 13635. */
const mostExpanded = 100;

/** GET /users, in the order of the object ids. */
export function answerUsers(
  request: GraphRequest,
  { directory, faults }: { readonly directory: Directory; readonly faults: Faults },
): Answer {
  const { query, origin } = request;
  const fault = faults.take('users');
  const ending = suffered(fault, insufficientPrivileges);
  if (ending) return ending;

  const options = readOptions(query, ['$filter', '$select', '$top', '$expand', '$skiptoken']);
  const filter = options.get('$filter');
  const condition = filter === undefined ? undefined : parseFilter(filter, filterable);
  const names = readSelect(options.get('$select'), personProperties, 'microsoft.graph.user') ?? [
    ...personProperties,
  ];
  const expand = readExpand(options.get('$expand'));
  const asked = readTop(options.get('$top'), 100);
  const top = expand ? Math.min(asked, mostExpanded) : asked;
  const token = options.get('$skiptoken');
  const { after = '' } = token === undefined ? {} : readSkipToken(token);
  const found = directory
    .all()
    .filter(({ id }) => id > after)
    .filter((person) => condition === undefined || meets(person, condition))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const shown = found.slice(0, top);
  const last = shown.at(-1);
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${origin}/v1.0/$metadata#users`,
      ...(last &&
        found.length > top && {
          '@odata.nextLink': nextLink(
            request,
            writeSkipToken({ at: 0, size: found.length, after: last.id }),
          ),
        }),
      value: shown.map((person) => ({
        ...select(person, names),
        ...managerBeside(person, expand, directory),
      })),
    },
  };
}
