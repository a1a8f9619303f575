import type { Action, Method, Vague } from './change.ts';

/**
 * When an activity is told.
 *
 * - `always`: a change
 * - `companion`: a change that a fuller row tells of as well, and that waits for it
 * - `ifChanged`: only where its modifiedProperties show a change
 * - `optional`: only where EXTRA_ACTIVITIES names it
 * - `never`: no change of a way to sign in
 */
export type Telling = 'always' | 'companion' | 'ifChanged' | 'optional' | 'never';

/** One audit activity, compared after `normalise`; a final `*` matches any ending. */
export interface CatalogueEntry {
  readonly activity: string;
  readonly telling: Telling;
  /** Absent: the row's own verb decides. */
  readonly action?: Action;
  /** What it is instead where the user did it themselves. */
  readonly ownAction?: Action;
  /** Absent: the row's own words decide. */
  readonly method?: Method;
  /** Why it is told, or isn't, for people. */
  readonly why: string;
  /** Activities of this catalogue that have a row of their own for the same change. */
  readonly accompanies?: readonly string[];
  readonly vague?: Vague;
  /** The activity that it stands for where self-service acted for the user. */
  readonly ownAs?: string;
  /** Written of who acts themselves: where no target is named, it is they. */
  readonly selfOnly?: true;
  /** Often about nobody: a row that names no user is no fault then. */
  readonly mayBeNobodys?: true;
}

/** Told, always. */
export const told = (
  activity: string,
  action: Action,
  method?: Method,
  why = '',
): CatalogueEntry => ({
  activity,
  telling: 'always',
  action,
  ...(method && { method }),
  why,
});

const entry =
  (telling: Telling) =>
  (activity: string, why: string, action?: Action, method?: Method): CatalogueEntry => ({
    activity,
    telling,
    ...(action && { action }),
    ...(method && { method }),
    why,
  });

/** The others, by when they are told. */
export const companion = entry('companion');
export const ifChanged = entry('ifChanged');
export const optional = entry('optional');
export const never = entry('never');
