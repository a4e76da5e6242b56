import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';

import { createApp } from '../../src/create-app.js';
import { makeFolder, removeFolder } from '../support/start-demo.js';

describe('the data folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await makeFolder();
  });

  afterEach(() => removeFolder(folder));

  it('has the items and the log', async () => {
    await (await createApp({ dataFolder: folder })).close();
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['activity.log', 'items']));
  });

  it('is refused, and left as it is, while another process has it open', async () => {
    const first = await createApp({ dataFolder: folder });
    const before = await readFile(path.join(folder, 'activity.log'), 'utf8');
    await expect(createApp({ dataFolder: folder })).rejects.toThrow(
      `DATA_FOLDER: The items in ${path.join(folder, 'items')} cannot be opened: another process has them open. Give each`,
    );
    expect(await readFile(path.join(folder, 'activity.log'), 'utf8')).toBe(before);
    await first.close();
  });

  it('is free for the next one when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const app = await createApp({ dataFolder: folder });
    await expect(app.listen({ host: '127.0.0.1', port })).rejects.toThrow('EADDRINUSE');
    await app.close();
    await (await createApp({ dataFolder: folder })).close();
    taken.close();
  });
});
