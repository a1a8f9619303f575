import {
  type Config,
  ConfigError,
  type Environment,
  readConfig,
  type SettingProblem,
  settings,
} from './config/config.ts';
import { Wrong } from './config/parsers.ts';
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
  const mute = muteProblem(environment);
  if (!mute) return readConfig(environment);
  const problems: SettingProblem[] = [];
  try {
    readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  throw new ConfigError([...problems, mute]);
}

/** What is wrong with MUTED_ACTIVITIES; undefined where nothing is. */
function muteProblem(environment: Environment): SettingProblem | undefined {
  const muted = settings.MUTED_ACTIVITIES(environment['MUTED_ACTIVITIES']);
  const isMeant = settings.MUTE_METHOD_CHANGES(environment['MUTE_METHOD_CHANGES']);
  const [first] = isMeant === true || muted instanceof Wrong ? [] : dangerousMutes(muted);
  if (first === undefined) return undefined;
  const problem = `names ${JSON.stringify(first.slice(0, 80))}, which adds, removes or resets a method: nobody would hear of it`;
  const fix = 'Take it out, or set MUTE_METHOD_CHANGES to true';
  return { setting: 'MUTED_ACTIVITIES', problem: `${problem}. ${fix}` };
}
