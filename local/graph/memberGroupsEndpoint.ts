import { type Answer, GraphRefusal, type GraphRequest, suffered } from './answer.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import { insufficientPrivileges, notFound } from './usersEndpoint.ts';

/** Graph checks this many groups in one request. */
const mostGroups = 20;

/** POST /users/{id or UPN}/checkMemberGroups: which of the groups somebody belongs to. */
export function answerMemberGroups(
  request: GraphRequest,
  { directory, faults }: { readonly directory: Directory; readonly faults: Faults },
): Answer {
  const fault = faults.take('memberGroups');
  const ending = suffered(fault, insufficientPrivileges);
  if (ending) return ending;

  const asked = readGroupIds(request);
  const idOrUpn = request.segments[1] ?? '';
  const person = directory.find(idOrUpn);
  if (!person) throw notFound(idOrUpn);
  const found = directory.groupsOf(person).filter(({ id }) => asked.includes(id));
  return {
    kind: 'json',
    status: 200,
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#Collection(Edm.String)`,
      value: found.map(({ id }) => id),
    },
  };
}

function readGroupIds({ body, contentType }: GraphRequest): readonly string[] {
  if (!contentType.startsWith('application/json')) {
    throw invalid('A JSON body is expected.');
  }
  const parsed = parse(body.toString('utf8'));
  const ids = parsed?.groupIds;
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => typeof id === 'string')) {
    throw invalid("The collection 'groupIds' must hold at least one item.");
  }
  if (ids.length > mostGroups) {
    throw invalid(`The collection 'groupIds' must hold at most ${mostGroups} items.`);
  }
  return ids.map((id) => id.toLowerCase());
}

function parse(text: string): { readonly groupIds?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not JSON.');
  }
}

const invalid = (message: string) => new GraphRefusal(400, 'Request_BadRequest', message);
