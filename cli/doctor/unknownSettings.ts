import { type Config, type Environment, settings } from '../../functions/config/config.ts';
import { nearest } from '../nearest.ts';
import { type Finding, look } from './finding.ts';

const known = Object.keys(settings);

/** Values that are understood still, and have better words by now. */
export function checkEarlier(environment: Environment, config: Config): Finding[] {
  const name = 'NOTIFY_OTHER_MAILS';
  const given = environment[name]?.trim().toLowerCase();
  const { NOTIFY_OTHER_MAILS: when, WATCH_UPDATE_USER: watches } = config;
  const earlier = given === 'true' || given === 'false';
  const fix = `Set it to ${when}. risky tells the other addresses of risky changes, too`;
  const unknown = 'Set WATCH_UPDATE_USER=true, or a thief’s own address may be trusted';
  return [
    ...(earlier ? [look(name, `${given} is its earlier value, and means ${when}`, fix)] : []),
    ...(when !== 'never' && !watches
      ? [look(name, 'which addresses are new is not known: "Update user" is not read', unknown)]
      : []),
  ];
}

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
