// #region nodes
import { hostname } from 'node:os';
// #endregion
import path from 'node:path';

import { SettingsError, toSettings } from './settings.js';

describe('toSettings', () => {
  it('has a default for everything', () => {
    expect(toSettings({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      dataFolder: path.join(__dirname, '..', 'data'),
      logLevel: 'info',
      // #region nodes
      node: { name: hostname(), redisUrl: undefined, runsJobs: true },
      // #endregion
    });
  });

  it('takes what the environment says', () => {
    const environment = { HOST: '0.0.0.0', PORT: '8080', DATA_FOLDER: '/var/lib/demo', LOG_LEVEL: 'warn' };
    expect(toSettings(environment)).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      dataFolder: path.resolve('/var/lib/demo'),
      logLevel: 'warn',
    });
  });

  it('takes what is empty for not set', () => {
    expect(toSettings({ HOST: '', PORT: '', DATA_FOLDER: '', LOG_LEVEL: '' })).toEqual(toSettings({}));
  });

  it('takes the data folder from where the process was started', () => {
    expect(toSettings({ DATA_FOLDER: 'items' }).dataFolder).toBe(path.join(process.cwd(), 'items'));
  });

  it.each(['0', '1', '65535'])('takes the port %s', (port) => {
    expect(toSettings({ PORT: port }).port).toBe(Number(port));
  });

  it.each(['abc', '-1', '65536', '3000.5', '0x50', '1e3', ' ', '3000 '])('refuses the port %j', (port) => {
    expect(() => toSettings({ PORT: port })).toThrow(
      new SettingsError(`PORT=${port}: not a port. Give an integer from 0 (any free port) to 65535.`),
    );
  });

  it('names everything that is wrong', () => {
    expect(() => toSettings({ PORT: 'abc', LOG_LEVEL: 'loud' })).toThrow(
      new SettingsError(
        'PORT=abc: not a port. Give an integer from 0 (any free port) to 65535.\n' +
          'LOG_LEVEL=loud: not a level. Give one of fatal, error, warn, info, debug, trace, silent.',
      ),
    );
  });
  // #region nodes

  it('takes what makes it one of several nodes', () => {
    const environment = {
      NODE_NAME: 'node-2',
      REDIS_URL: 'redis://:secret@redis.example:6380/1',
      RUN_JOBS: 'no',
    };
    expect(toSettings(environment).node).toEqual({
      name: 'node-2',
      redisUrl: 'redis://:secret@redis.example:6380/1',
      runsJobs: false,
    });
  });

  it.each(['localhost:6379', 'http://:secret@localhost', 'redis://:secret@local host'])(
    'refuses the address %j, and does not repeat it',
    (address) => {
      expect(() => toSettings({ REDIS_URL: address })).toThrow(
        new SettingsError(
          'REDIS_URL: not an address. Give one such as redis://user:password@127.0.0.1:6379.',
        ),
      );
    },
  );

  it('refuses to leave stored tasks to nobody', () => {
    expect(() => toSettings({ RUN_JOBS: 'no' })).toThrow('RUN_JOBS=no: without REDIS_URL no worker');
    expect(() => toSettings({ RUN_JOBS: 'maybe' })).toThrow('RUN_JOBS=maybe: give yes or no.');
  });
  // #endregion
});
