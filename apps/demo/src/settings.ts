import path from 'node:path';

const HIGHEST_PORT = 65_535;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** What the environment decides. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly logLevel: string;
}

/** An environment that the service cannot start with. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads HOST, PORT, DATA_FOLDER and LOG_LEVEL; one that is empty counts as not set.
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
  if (faults.length > 0) throw new SettingsError(faults.join('\n'));

  return { host, port: Number(port), dataFolder: path.resolve(dataFolder), logLevel };
}
