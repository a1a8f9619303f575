import { type Answer, badRequest, GraphRefusal, type GraphRequest, suffered } from './answer.ts';
import { type Directory, personProperties } from './directory.ts';
import type { Faults } from './faults.ts';
import { readOptions, readSelect, select } from './odata/options.ts';
import type { Person } from './person.ts';

const defaultProperties = [
  'id',
  'displayName',
  'givenName',
  'surname',
  'jobTitle',
  'mail',
  'userPrincipalName',
  'preferredLanguage',
];

const type = 'microsoft.graph.user';

/** GET /users/{id or UPN} */
export function answerUser(
  request: GraphRequest,
  { directory, faults }: { readonly directory: Directory; readonly faults: Faults },
): Answer {
  const idOrUpn = request.segments[1] ?? '';
  const fault = faults.take('users');
  if (fault?.kind === '404') throw notFound(idOrUpn);
  const ending = suffered(fault, insufficientPrivileges);
  if (ending) return ending;

  const options = readOptions(request.query, ['$select', '$expand']);
  const names = readSelect(options.get('$select'), personProperties, type) ?? defaultProperties;
  const expand = readExpand(options.get('$expand'));
  const person = directory.find(idOrUpn);
  if (!person) throw notFound(idOrUpn);
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#users/$entity`,
      ...select(person, names),
      ...managerBeside(person, expand, directory),
    },
  };
}

/** Without a manager the property is absent, not null. */
export function managerBeside(
  person: Person,
  expand: ReturnType<typeof readExpand>,
  directory: Directory,
): object {
  const manager = expand && directory.managerOf(person);
  return manager
    ? { manager: { '@odata.type': `#${type}`, ...select(manager, expand.names) } }
    : {};
}

/**
 * GET /directory/deletedItems/{id}/microsoft.graph.user. Without the manager: whether Graph gives one
 * here is not known.
 */
export function answerDeletedUser(
  request: GraphRequest,
  { directory }: { readonly directory: Directory },
): Answer {
  const id = request.segments[2] ?? '';
  const options = readOptions(request.query, ['$select', '$expand']);
  const names = readSelect(options.get('$select'), personProperties, type) ?? defaultProperties;
  readExpand(options.get('$expand'));
  const person = directory.deleted(id);
  if (!person) throw notFound(id);
  return { kind: 'json', status: 200, body: select(person, names) };
}

/** What of the manager is asked for beside a person; undefined where nothing is. */
export function readExpand(value: string | undefined): { names: readonly string[] } | undefined {
  if (value === undefined) return undefined;
  const found = /^manager(?:\(\$select=([^()]*)\))?$/.exec(value.trim());
  if (!found) throw badRequest(`Parsing OData Select and Expand failed: '${value}'.`);
  return { names: readSelect(found[1], personProperties, type) ?? defaultProperties };
}

/** The directory's own words for a permission that is not there. */
export const insufficientPrivileges = (): GraphRefusal =>
  new GraphRefusal(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  );

/** The refusal for a user who is not there. */
export function notFound(idOrUpn: string): GraphRefusal {
  return new GraphRefusal(
    404,
    'Request_ResourceNotFound',
    `Resource '${idOrUpn}' does not exist or one of its queried reference-property objects are not present.`,
  );
}
