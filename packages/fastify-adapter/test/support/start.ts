import type { AddressInfo } from 'node:net';

import type { Constructor } from '@sluice/core';
import { sluice, type SluiceOptions } from '@sluice/fastify-adapter';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';

/** A line of the log, as pino writes it. */
export interface LogLine {
  level: number;
  msg: string;
  err?: { message: string };
  [field: string]: unknown;
}

export interface TestServer {
  readonly app: FastifyInstance;
  readonly port: number;
  readonly url: string;
  readonly log: LogLine[];
}

/** A Fastify server that keeps its log. */
export function createServer(options: FastifyServerOptions = {}): { app: FastifyInstance; log: LogLine[] } {
  const log: LogLine[] = [];
  const stream = { write: (line: string) => log.push(JSON.parse(line) as LogLine) };
  return {
    app: Fastify({ logger: { level: 'info', stream }, ...options }),
    log,
  };
}

/** Serves controllers on a free port of the loopback address. */
export async function start(
  controllers: readonly Constructor[],
  options: Partial<SluiceOptions> = {},
  prepare: (app: FastifyInstance) => unknown = () => undefined,
  serverOptions: FastifyServerOptions = {},
): Promise<TestServer> {
  const { app, log } = createServer(serverOptions);
  await prepare(app);
  await app.register(sluice, { controllers, ...options });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, log, url, port: (app.server.address() as AddressInfo).port };
}
