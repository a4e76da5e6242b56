// #region nodes
import { hostname } from 'node:os';
// #endregion
import path from 'node:path';

const HIGHEST_PORT = 65_535;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** What the environment decides. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly logLevel: string;
  // #region nodes
  readonly node: NodeSettings;
  // #endregion
}
// #region nodes

/** What tells one of several nodes from the others, and what it shares with them. */
export interface NodeSettings {
  readonly name: string;
  /** Address of the Redis that carries channels and stored tasks; without one they are this process's own. */
  readonly redisUrl: string | undefined;
  /** Whether this process runs stored tasks, or leaves them to workers. */
  readonly runsJobs: boolean;
}
// #endregion

/** An environment that the service cannot start with. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Waits for what is opened with a setting; an error says which setting it is about.
 *
 * @throws SettingsError
 */
export async function nameSetting<Value>(name: string, opening: Promise<Value>): Promise<Value> {
  try {
    return await opening;
  } catch (error) {
    throw new SettingsError(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads the variables of the environment; one that is empty counts as not set.
 *
 * @throws SettingsError that names every variable that is wrong.
 */
export function toSettings(environment: NodeJS.ProcessEnv): Settings {
  const get = (name: string, unset: string): string => {
    const value = environment[name];
    return value === undefined || value === '' ? unset : value;
  };
  const host = get('HOST', '127.0.0.1');
  const port = get('PORT', '3000');
  const dataFolder = get('DATA_FOLDER', path.join(__dirname, '..', 'data'));
  const logLevel = get('LOG_LEVEL', 'info');

  const faults: string[] = [];
  if (!/^\d+$/.test(port) || Number(port) > HIGHEST_PORT) {
    faults.push(`PORT=${port}: not a port. Give an integer from 0 (any free port) to ${HIGHEST_PORT}.`);
  }
  if (!LOG_LEVELS.includes(logLevel)) {
    faults.push(`LOG_LEVEL=${logLevel}: not a level. Give one of ${LOG_LEVELS.join(', ')}.`);
  }
  // #region nodes
  const node = readNode(get, faults);
  // #endregion
  if (faults.length > 0) throw new SettingsError(faults.join('\n'));

  return {
    host,
    port: Number(port),
    dataFolder: path.resolve(dataFolder),
    logLevel,
    // #region nodes
    node,
    // #endregion
  };
}
// #region nodes

function readNode(get: (name: string, unset: string) => string, faults: string[]): NodeSettings {
  const name = get('NODE_NAME', hostname());
  const redisUrl = get('REDIS_URL', '');
  const runJobs = get('RUN_JOBS', 'yes');
  if (redisUrl !== '' && !(/^rediss?:\/\//.test(redisUrl) && URL.canParse(redisUrl))) {
    // Not shown, since a password may be in it.
    faults.push('REDIS_URL: not an address. Give one such as redis://user:password@127.0.0.1:6379.');
  }
  if (runJobs !== 'yes' && runJobs !== 'no') faults.push(`RUN_JOBS=${runJobs}: give yes or no.`);
  if (runJobs === 'no' && redisUrl === '') {
    faults.push('RUN_JOBS=no: without REDIS_URL no worker could run them. Set it, or leave RUN_JOBS out.');
  }
  return { name, redisUrl: redisUrl === '' ? undefined : redisUrl, runsJobs: runJobs === 'yes' };
}
// #endregion
