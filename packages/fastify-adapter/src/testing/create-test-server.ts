import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';

import { sluice } from '../plugin.js';
import type { SluiceOptions } from '../plugin-options.js';
import { tasksDone } from './tasks-done.js';

/** Options of a test server: those of the plugin, and of the server around it. */
export interface TestServerOptions extends SluiceOptions {
  /** Options of Fastify. Default: none, so no log. */
  fastify?: FastifyServerOptions;
  /** Prepares the server before the controllers are registered: hooks, other plugins. */
  prepare?: (app: FastifyInstance) => unknown;
  /** Whether it listens on a free port of 127.0.0.1. Default true; without, `app.inject()` is the way to ask. */
  listen?: boolean;
}

/** A server for one test. */
export interface TestServer {
  readonly app: FastifyInstance;
  /** `http://127.0.0.1:<port>`, without a slash at its end; '' where it does not listen. */
  readonly url: string;
  /** `fetch` of a path of the server. @throws TypeError where it does not listen. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<globalThis.Response>;
  /**
   * Waits until requests that have begun have ended, but for open streams, and their background tasks and clean-ups have run.
   *
   * @param timeout Milliseconds. Default 5,000.
   * @throws Error that names what has not ended by then.
   */
  readonly tasksDone: (timeout?: number) => Promise<void>;
  readonly close: () => Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Serves controllers for a test, with what stands in for their dependencies:
 * `await createTestServer({ controllers: [ItemsController], overrides: [[currentUser, () => someone]] })`.
 *
 * On a socket, where streams, aborts and the order of events are what they are for a client: `inject` differs there.
 *
 * @throws SetupError with every fault of all controllers.
 */
export async function createTestServer({
  fastify,
  prepare,
  listen = true,
  ...options
}: TestServerOptions): Promise<TestServer> {
  const app = Fastify(fastify);
  try {
    await prepare?.(app);
    await app.register(sluice, options);
    await app.ready();
    const url = listen ? await app.listen({ port: 0, host: '127.0.0.1' }) : '';
    const close = async (): Promise<void> => {
      await app.close();
    };
    return {
      app,
      url,
      fetch: (path, init) => fetch(`${url}${path}`, init),
      tasksDone: (timeout) => tasksDone(app, timeout),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}
