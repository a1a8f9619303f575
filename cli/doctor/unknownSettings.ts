import { type Environment, settings } from '../../functions/config/config.ts';
import { nearest } from '../nearest.ts';
import { type Finding, look } from './finding.ts';

const known = Object.keys(settings);

/** A name that nearly is one of ours is a slip: the app does not see it, and takes the default. */
export function checkUnknown(environment: Environment): Finding[] {
  return Object.keys(environment).flatMap((name) => {
    if (known.includes(name) || name.length < 6) return [];
    const like = nearest(name.toUpperCase(), known, 2);
    if (like === undefined) return [];
    return [
      look(name, 'is no setting of the app, which does not read it', `Did you mean ${like}?`),
    ];
  });
}
