import { type Config, ConfigError, type Environment, readConfig } from './config/config.ts';
import { dangerousMutes } from './recognise/muteGuard.ts';

let own: Config | undefined;

/**
 * Parses the environment's settings, and refuses those that would hide what must be told. The process's own
 * do not change, and are parsed once. Throws `ConfigError`.
 */
export function checkedConfig(environment: Environment = process.env): Config {
  if (environment !== process.env) return checked(environment);
  own ??= checked(environment);
  return own;
}

function checked(environment: Environment): Config {
  const config = readConfig(environment);
  const [first] = config.MUTE_METHOD_CHANGES ? [] : dangerousMutes(config.MUTED_ACTIVITIES);
  if (first === undefined) return config;
  const problem = `names ${JSON.stringify(first.slice(0, 80))}, which adds, removes or resets a method: nobody would hear of it`;
  const fix = 'Take it out, or set MUTE_METHOD_CHANGES to true';
  throw new ConfigError([{ setting: 'MUTED_ACTIVITIES', problem: `${problem}. ${fix}` }]);
}
