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

  it('is at HOST and PORT', async () => {
    const port = await findFreePort();
    const { host, port: given } = toSettings({ HOST: '127.0.0.1', PORT: String(port) });
    const app = await createApp({ dataFolder: folder });
    try {
      await app.listen({ host, port: given });
      expect((await fetch(`http://127.0.0.1:${port}/api/basics/json`)).status).toBe(200);
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
});
