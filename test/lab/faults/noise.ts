import type { World } from '../../integration/world.ts';

/** Rows of what is watched that change nothing. */
const kinds = [
  { activity: 'User reviewed security info', reason: 'User successfully reviewed security info.' },
  { activity: 'User started security info registration', reason: null },
  { activity: 'User canceled security info registration', reason: null, result: 'failure' },
  { activity: 'Get passkey creation options', reason: null },
] as const;

const people = ['LidiaH', 'PattiF', 'JoniS', 'HenriettaM', 'GradyA'];

/** Rows that mean nothing, each at its time. */
export function noise(world: World, count: number, timeOf: (index: number) => Date): void {
  for (let index = 0; index < count; index += 1) {
    const { activity = '', ...spec } = kinds[index % kinds.length] ?? {};
    const time = timeOf(index).toISOString().replace('Z', '0000Z');
    world.append(people[index % people.length] ?? '', { ...spec, activity, time });
  }
}
