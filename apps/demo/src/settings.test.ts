import path from 'node:path';

import { SettingsError, toSettings } from './settings.js';

describe('toSettings', () => {
  it('has a default for everything', () => {
    expect(toSettings({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      dataFolder: path.join(__dirname, '..', 'data'),
      logLevel: 'info',
    });
  });

  it('takes what the environment says', () => {
    const environment = { HOST: '0.0.0.0', PORT: '8080', DATA_FOLDER: '/var/lib/demo', LOG_LEVEL: 'warn' };
    expect(toSettings(environment)).toEqual({
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
});
