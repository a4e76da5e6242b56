import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

import { createApp } from '../src/create-app.js';
import { toSettings } from '../src/settings.js';
import { makeFolder, removeFolder } from './support/start-demo.js';

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('listening', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await makeFolder();
  });

  afterEach(() => removeFolder(folder));

  it('is at HOST and PORT, with the data in DATA_FOLDER', async () => {
    const port = await findFreePort();
    const environment = { HOST: '127.0.0.1', PORT: String(port), DATA_FOLDER: folder };
    const { host, port: given, dataFolder } = toSettings(environment);
    const app = await createApp({ dataFolder });
    try {
      await app.listen({ host, port: given });
      const response = await fetch(`http://127.0.0.1:${port}/api/activity/log`);
      expect(await response.text()).toMatch(/ started\n$/);
    } finally {
      await app.close();
    }
  });

  it('ends soon though a client has a connection on which it asks for nothing', async () => {
    const app = await createApp({ dataFolder: folder });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const accepted = once(app.server, 'connection');
    const client = connect(port, '127.0.0.1');
    const left = once(client.resume(), 'close');
    await accepted;
    await app.close();
    await left;
  });

  it('leaves the store free for the next one when the port is taken', async () => {
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
