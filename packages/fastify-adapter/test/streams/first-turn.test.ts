// What happens in the turn in which a stream begins, before its response is watched, is found in the next one: the same comes
// of it as where somebody observes, and every response is watched from its beginning.
import { AsyncLocalStorage } from 'node:async_hooks';

import { BackgroundTasks, Controller, Get, Param, Req, Response, StreamingResponse } from '@sluice/core';
import type { FastifyRequest } from 'fastify';

import { VERSIONS, type Version } from '../support/stream-call.js';
import { startStreams } from '../support/stream-server.js';

const context = new AsyncLocalStorage<string>();
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };
const log: string[] = [];
const note = (what: string): void => {
  log.push(`${what} in ${String(context.getStore())}`);
};

function addTasks(tasks: BackgroundTasks): void {
  tasks.addTask(() => note('task'));
  tasks.with({ onlyIfDelivered: true }).addTask(() => note('task of what was delivered'));
}

/** What a program does to its own response, or its client at that moment. */
const ACTS: Readonly<Record<string, (request: FastifyRequest) => void>> = {
  nothing: () => undefined,
  'closes the socket': ({ raw }) => raw.socket.destroy(),
  'resets the socket': ({ raw }) => raw.socket.resetAndDestroy(),
  'breaks the socket': ({ raw }) => raw.socket.destroy(new Error('broken')),
  throws: () => {
    throw new Error('refused');
  },
};

@Controller()
class FirstTurnController {
  @Get('/sync/:act/:at', text)
  *sync(
    @Param('act') act: string,
    @Param('at') at: number,
    @Req() request: FastifyRequest,
    tasks: BackgroundTasks,
  ): Generator<string> {
    addTasks(tasks);
    try {
      for (let item = 0; item < 3; item += 1) {
        if (item === at) ACTS[act]?.(request);
        yield `${item};`;
      }
    } finally {
      note('finally');
    }
  }

  @Get('/async/:act/:at', text)
  async *async(
    @Param('act') act: string,
    @Param('at') at: number,
    @Req() request: FastifyRequest,
    tasks: BackgroundTasks,
  ): AsyncGenerator<string> {
    addTasks(tasks);
    try {
      for (let item = 0; item < 3; item += 1) {
        if (item === at) ACTS[act]?.(request);
        yield `${item};`;
      }
    } finally {
      note('finally');
    }
  }

  @Get('/returned/:act/:at')
  returned(
    @Param('act') act: string,
    @Param('at') at: number,
    @Req() request: FastifyRequest,
    tasks: BackgroundTasks,
  ): Response {
    return new StreamingResponse(this.async(act, at, request, tasks));
  }

  @Get('/whole/:act/:at')
  whole(
    @Param('act') act: string,
    @Param('at') at: number,
    @Req() request: FastifyRequest,
    tasks: BackgroundTasks,
  ): Response {
    addTasks(tasks);
    note('finally');
    if (at >= 0) ACTS[act]?.(request);
    return new Response('0;1;2;');
  }
}

interface Seen {
  readonly response: unknown;
  readonly log: readonly string[];
  readonly complaints: readonly string[];
}

async function see(version: Version, path: string, observed: boolean): Promise<Seen> {
  log.length = 0;
  const observer = observed ? { onResponseEnd: () => undefined } : {};
  const server = await startStreams(version, [FirstTurnController], observer, (app) => {
    app.addHook('onRequest', (_request, _reply, done) => context.run('the request', done));
    app.addHook<{ Params: Record<string, string> }>('preHandler', (request, _reply, done) => {
      const { act, at } = request.params;
      if (at === '-1' && act !== undefined) ACTS[act]?.(request);
      done();
    });
  });
  try {
    const response = await server.ask(path).outcome();
    const complaints = server.complaints();
    // Closes once nothing of the response is left.
    await server.app.close();
    return { response, log: [...log], complaints };
  } finally {
    await server.stop();
  }
}

const cases = VERSIONS.flatMap(
  (version) =>
    ['sync', 'async', 'returned', 'whole'].flatMap((kind) =>
      Object.keys(ACTS).flatMap((act) => [-1, 0, 1, 2].map((at) => [version, kind, act, at] as const)),
    ),
  // A client of HTTP/2 has many requests on its socket, which a program does not close.
).filter(
  ([version, , act, at]) =>
    (version === 'HTTP/1.1' || !act.includes('socket')) && (act !== 'throws' || at >= 0),
);

test.each(cases)('on %s, a source that is %s and %s at item %i', async (version, kind, act, at) => {
  const path = `/${kind}/${encodeURIComponent(act)}/${at}`;
  const observed = await see(version, path, true);
  const seen = await see(version, path, false);
  expect(seen).toEqual(observed);
  expect(seen.log.every((line) => line.endsWith('in the request'))).toBe(true);
  const delivered = act === 'nothing';
  expect(seen.log.some((line) => line.startsWith('task of what was delivered'))).toBe(delivered);
  if (at >= 0) expect(seen.log.some((line) => line.startsWith('task in'))).toBe(act !== 'throws');
});
