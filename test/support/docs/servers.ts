import { lookup } from 'node:dns/promises';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import type { Constructor } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';

import { createApp } from '../../../apps/demo/src/create-app.js';
import { createServer } from '../../../packages/fastify-adapter/test/support/start.js';

type FastifyServer = Parameters<typeof sluice>[0];

/** A server that console blocks talk to. */
export interface RunningServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** How long a server that is ready may take until it listens, in milliseconds. */
const LISTEN_TIMEOUT = 3000;

/** Waits until the `app` of a block listens at `port`. */
export async function awaitServer(app: unknown, port: number): Promise<RunningServer> {
  // Two steps: a promise of a server is one of its readiness too, since a server can be awaited.
  const server = await toServer(app);
  try {
    await server.ready();
    const deadline = Date.now() + LISTEN_TIMEOUT;
    while (server.addresses().length === 0 && Date.now() < deadline) await wait(5);
    // A server that listens at `localhost` looks that up for a second address, and throws when it is closed meanwhile.
    await lookup('localhost', { all: true });
    await wait(50);
    if (!(server.addresses() as AddressInfo[]).some((address) => address.port === port)) {
      throw new Error('its `app` does not listen at process.env.PORT');
    }
  } catch (error) {
    await server.close();
    throw error;
  }
  return { port, close: () => server.close() };
}

/** Serves the demo. */
export async function startDemo(dataFolder: string): Promise<RunningServer> {
  const port = await findPort();
  const server = await createApp({ dataFolder });
  await server.listen({ port, host: '127.0.0.1' });
  return { port, close: () => server.close() };
}

/**
 * Finds a free port. Not one of those that a system gives to who asks for any port, which another test may get before
 * it is used here.
 */
export async function findPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const probe = createSocketServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

/** Registers what a block exports: its `app` gets ready, and without one, its controllers on a server of their own. */
export async function registerExports(exported: Readonly<Record<string, unknown>>): Promise<void> {
  const controllers = Object.values(exported).filter(isController);
  const server = 'app' in exported ? await toServer(exported.app) : createServer().app;
  try {
    if (!('app' in exported) && controllers.length > 0) await server.register(sluice, { controllers });
    await server.ready();
  } finally {
    await server.close();
  }
}

async function toServer(app: unknown): Promise<FastifyServer> {
  const server: unknown = await app;
  if (typeof server === 'object' && server !== null && 'addresses' in server) return server as FastifyServer;
  throw new Error('its `app` is not a Fastify server, or a promise of one');
}

function isController(value: unknown): value is Constructor {
  return typeof value === 'function' && Symbol.for('sluice.metadata.controller') in value;
}
