import type { Constructor } from '@sluice/core';
import type { SluiceOptions } from '@sluice/fastify-adapter';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';

import { start, type LogLine, type TestServer } from './start.js';
import { call, type CallInit, type StreamCall, type Version } from './stream-call.js';

/** A server whose streams are read on one version of HTTP. */
export interface StreamServer extends TestServer {
  ask(path: string, init?: CallInit): StreamCall;
  /** Lines of the log from the level `warn` on, without those of before the first request. */
  complaints(): string[];
  /** Breaks off every call, and closes. */
  stop(): Promise<void>;
}

export async function startStreams(
  version: Version,
  controllers: readonly Constructor[],
  options: Partial<SluiceOptions> = {},
  prepare: (app: FastifyInstance) => unknown = () => undefined,
): Promise<StreamServer> {
  const serverOptions = (version === 'HTTP/2' ? { http2: true } : {}) as FastifyServerOptions;
  const server = await start(controllers, options, prepare, serverOptions);
  const calls: StreamCall[] = [];
  const before = server.log.length;
  return {
    ...server,
    ask: (path, init) => {
      const one = call(version, server.port, path, init);
      calls.push(one);
      return one;
    },
    complaints: () => complaintsIn(server.log.slice(before)),
    stop: async () => {
      for (const one of calls) one.vanish();
      await server.app.close();
    },
  };
}

const WARN = 40;

function complaintsIn(log: readonly LogLine[]): string[] {
  return log
    .filter(({ level }) => level >= WARN)
    .map(({ msg, err }) => (err === undefined ? msg : `${msg}: ${err.message}`));
}
