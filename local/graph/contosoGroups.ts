import { ids, objectId } from './contoso.ts';
import type { Group } from './person.ts';

const itOperations: Group = {
  id: objectId(203),
  displayName: 'IT Operations',
  members: [ids.isaiah],
};

/** Groups that settings can name, one for each use, and one within another. */
export const contosoGroups: readonly Group[] = [
  { id: objectId(201), displayName: 'Executives', members: [ids.patti, ids.miriam] },
  { id: objectId(202), displayName: 'Privileged People', members: [itOperations.id, ids.lee] },
  itOperations,
  { id: objectId(204), displayName: 'Pilot', members: [ids.adele, ids.alex] },
  { id: objectId(205), displayName: 'Shared Devices', members: [ids.joni, ids.alex] },
];
