import type { Action } from './change.ts';
import { lookUpActivity } from './lookUpActivity.ts';
import { normalise } from './normalise.ts';

/** What may be muted without another word: nobody gets into an account by it alone. */
const harmless: ReadonlySet<Action> = new Set(['passwordChanged', 'unlocked', 'defaultChanged']);

/** The one that is muted by default: Entra mails it itself. */
const ownReset = 'reset password (self-service)';

/**
 * Those of the muted activities that add, remove or reset a method: whoever takes an account over does
 * one of them. A user's own password reset aside. Pure.
 */
export const dangerousMutes = (muted: readonly string[]): string[] =>
  muted.filter((name) => {
    const activity = normalise(name);
    const entry = lookUpActivity(activity);
    if (!entry || activity === ownReset || entry.telling === 'never') return false;
    return !entry.action || !harmless.has(entry.action);
  });
