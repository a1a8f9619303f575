import { type Scene, scenes } from './happenings/scenes.ts';

/** What can happen at Contoso. */
export type HappeningName = keyof typeof scenes;

/** A happening as a page may list it. */
export interface Happening {
  readonly name: HappeningName;
  readonly title: string;
  readonly description: string;
  readonly group: string;
  /** How many mails it means. */
  readonly changes: number;
  /** It happens to as many people as one asks for. */
  readonly many: boolean;
}

/** Everything that can happen, in the order of a menu. */
export const happenings: readonly Happening[] = Object.entries<Scene>(scenes).map(
  ([name, { title, description, group, changes, many = false }]) => ({
    name: name as HappeningName,
    title,
    description,
    group,
    changes,
    many,
  }),
);
