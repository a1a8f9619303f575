import { contosoPeople } from './contoso.ts';
import { contosoGroups } from './contosoGroups.ts';
import type { Group, Person } from './person.ts';

/** What `$select` may name. */
export const personProperties: ReadonlySet<string> = new Set([
  'id',
  'displayName',
  'givenName',
  'surname',
  'jobTitle',
  'department',
  'mail',
  'otherMails',
  'userPrincipalName',
  'preferredLanguage',
  'usageLocation',
  'userType',
  'accountEnabled',
]);

/** The tenant's people. Found by object id or UPN, neither of which is case-sensitive in Graph. */
export class Directory {
  readonly #people = new Map<string, Person>();
  readonly #deleted = new Map<string, Person>();
  readonly #idByUpn = new Map<string, string>();
  readonly #groups: readonly Group[];

  constructor(people: readonly Person[] = contosoPeople, groups: readonly Group[] = contosoGroups) {
    for (const person of people) this.add(person);
    this.#groups = groups;
  }

  /** The groups that somebody belongs to, directly or through other groups. */
  groupsOf({ id }: Pick<Person, 'id'>): Group[] {
    const found = new Set<Group>();
    const visit = (member: string) => {
      for (const group of this.#groups) {
        if (found.has(group) || !group.members.includes(member)) continue;
        found.add(group);
        visit(group.id);
      }
    };
    visit(id);
    return [...found];
  }

  /** The people and groups in a group, directly or through other groups; undefined where it is not there. */
  membersOf(groupId: string): { people: Person[]; groups: Group[] } | undefined {
    const group = this.#groups.find(({ id }) => id === groupId.toLowerCase());
    if (!group) return undefined;
    const groups = this.#groups.filter((one) =>
      this.groupsOf({ id: one.id }).some(({ id }) => id === group.id),
    );
    const people = this.all().filter((one) => this.groupsOf(one).some(({ id }) => id === group.id));
    return { people, groups };
  }

  all(): Person[] {
    return [...this.#people.values()];
  }

  find(idOrUpn: string): Person | undefined {
    const key = idOrUpn.toLowerCase();
    return this.#people.get(this.#idByUpn.get(key) ?? key);
  }

  /** The same, for those who know that the person is there. */
  get(idOrUpn: string): Person {
    const person = this.find(idOrUpn);
    if (!person) throw new Error(`Nobody in the directory is called ${idOrUpn}`);
    return person;
  }

  managerOf(person: Person): Person | undefined {
    return person.managerId === null ? undefined : this.find(person.managerId);
  }

  add(person: Person): void {
    this.#people.set(person.id.toLowerCase(), person);
    this.#idByUpn.set(person.userPrincipalName.toLowerCase(), person.id.toLowerCase());
  }

  remove(idOrUpn: string): void {
    const person = this.get(idOrUpn);
    this.#people.delete(person.id.toLowerCase());
    this.#idByUpn.delete(person.userPrincipalName.toLowerCase());
  }

  /** Deletes somebody who can be restored for 30 days. */
  softDelete(idOrUpn: string): void {
    const person = this.get(idOrUpn);
    this.remove(person.id);
    this.#deleted.set(person.id.toLowerCase(), person);
  }

  restore(id: string): void {
    const person = this.#deleted.get(id.toLowerCase());
    if (!person) throw new Error(`Nobody among the deleted is called ${id}`);
    this.#deleted.delete(id.toLowerCase());
    this.add(person);
  }

  deleted(id: string): Person | undefined {
    return this.#deleted.get(id.toLowerCase());
  }

  patch(idOrUpn: string, changes: Partial<Omit<Person, 'id'>>): Person {
    const person = this.get(idOrUpn);
    this.remove(person.id);
    const patched = { ...person, ...changes };
    this.add(patched);
    return patched;
  }
}
