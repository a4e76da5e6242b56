// A server in a process of its own, so that its memory and its turns are its own. `tsx` runs it, which writes no types: they
// are said.
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import {
  BackgroundTasks,
  Controller,
  Depends,
  EventSourceResponse,
  Get,
  Inject,
  Post,
  StreamingResponse,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify, { type FastifyInstance } from 'fastify';

import { ChannelsController, countsOf, overfill, publishSmall, subscriptions } from './channel-routes.js';

const ROW = 'a row of twenty by.\n';
const ROWS_OF_200_MB = 10_000_000;
const MILLION = 1_000_000;
/** As many events as fit into the queues, so that who has had the last ones misses none. */
const BATCH = 40;
const SLOW_CLIENTS = 100;
const text = { responseClass: StreamingResponse, mediaType: 'text/csv' };

/** What is alive now, and how much there was. */
const counts = { generators: 0, tasks: 0, scopes: 0, made: 0, begun: 0, collected: 0 };
const collected = new FinalizationRegistry(() => (counts.collected += 1));

function begin(signal: AbortSignal, tasks: BackgroundTasks): void {
  counts.begun += 1;
  counts.generators += 1;
  counts.tasks += 1;
  tasks.addTask(() => (counts.tasks -= 1));
  collected.register(signal, undefined);
}

async function* session(): AsyncGenerator<object> {
  counts.scopes += 1;
  try {
    yield {};
  } finally {
    counts.scopes -= 1;
  }
}

@Controller()
class ProgramController {
  @Get('/sync', text)
  *sync(): Generator<string> {
    for (let row = 0; row < ROWS_OF_200_MB; row += 1) {
      counts.made += ROW.length;
      yield ROW;
    }
  }

  @Get('/async', text)
  async *async(): AsyncGenerator<string> {
    for (let row = 0; row < ROWS_OF_200_MB; row += 1) {
      counts.made += ROW.length;
      yield ROW;
    }
  }

  @Get('/bytes', text)
  *bytes(): Generator<Uint8Array> {
    for (let at = 0; at < 200_000_000; at += 65_536) {
      counts.made += 65_536;
      yield Buffer.alloc(65_536, 'x');
    }
  }

  @Get('/events', { responseClass: EventSourceResponse })
  *events(): Generator<string> {
    yield* this.sync();
  }

  @Get('/million', text)
  *million(): Generator<string> {
    for (let row = 0; row < MILLION; row += 1) yield `${row},a row\n`;
  }

  @Get('/million-async', text)
  async *millionAsync(): AsyncGenerator<string> {
    for (let row = 0; row < MILLION; row += 1) yield `${row},a row\n`;
  }

  @Get('/million-lines')
  *millionLines(): Generator<object> {
    for (let row = 0; row < MILLION; row += 1) yield { row };
  }

  /** Each row takes a while, so that many of them take long. */
  @Get('/slow-rows', text)
  *slowRows(): Generator<string> {
    for (let row = 0; row < 2000; row += 1) {
      let sum = 0;
      for (let step = 0; step < 100_000; step += 1) sum += step % 7;
      yield `${sum}\n`;
    }
  }

  @Get('/ends', text)
  @Post('/ends', text)
  async *ends(
    @Inject(AbortSignal) signal: AbortSignal,
    @Inject(BackgroundTasks) tasks: BackgroundTasks,
    @Depends(session) _session: object,
  ): AsyncGenerator<string> {
    begin(signal, tasks);
    try {
      yield 'first';
      await new Promise((resolve) => setImmediate(resolve));
      yield 'last';
    } finally {
      counts.generators -= 1;
    }
  }

  /** Ends when its client leaves. */
  @Get('/waits', { responseClass: EventSourceResponse })
  @Post('/waits', { responseClass: EventSourceResponse })
  async *waits(
    @Inject(AbortSignal) signal: AbortSignal,
    @Inject(BackgroundTasks) tasks: BackgroundTasks,
    @Depends(session) _session: object,
  ): AsyncGenerator<string> {
    begin(signal, tasks);
    try {
      yield 'first';
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    } finally {
      counts.generators -= 1;
    }
  }
}

/** Measures turns in time of the process: on the clock, other processes have the machine in between. */
function watchTurns(): () => number {
  let longest = 0;
  let watching = true;
  let before = process.cpuUsage();
  const turn = (): void => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    longest = Math.max(longest, (user + system) / 1000);
    if (watching) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    watching = false;
    return longest;
  };
}

async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    global.gc?.();
    await wait(10);
  }
}

const sockets = new Set<Socket>();
let stopWatching: () => number = () => 0;

function listenersOf(socket: Socket): number {
  return socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0);
}

/** What the parent can ask for. */
const answers = {
  'counts drop-oldest': () => countsOf('drop-oldest'),
  'overfill drop-oldest': () => overfill('drop-oldest', SLOW_CLIENTS),
  'publish drop-oldest': () => publishSmall('drop-oldest', BATCH),
  'counts disconnect': () => countsOf('disconnect'),
  'overfill disconnect': () => overfill('disconnect', SLOW_CLIENTS),
  'publish disconnect': () => publishSmall('disconnect', BATCH),
  port: (app: FastifyInstance) => (app.server.address() as AddressInfo).port,
  /** Bytes that the process holds after a garbage collection, once it makes no more. */
  held: async () => {
    for (let before = -1; before !== counts.made;) {
      before = counts.made;
      await wait(20);
    }
    await collectGarbage();
    global.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
  /** Bytes that the sources have made. */
  made: () => counts.made,
  watchTurns: () => {
    stopWatching = watchTurns();
    return 0;
  },
  /** Milliseconds of the longest turn since `watchTurns`. */
  longestTurn: () => stopWatching(),
  left: async () => {
    await collectGarbage();
    return {
      ...counts,
      subscriptions: subscriptions.begun - subscriptions.collected,
      sockets: sockets.size,
      listeners: Math.max(0, ...[...sockets].map(listenersOf)),
      timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    };
  },
};

export type StreamProgramAnswers = {
  [Name in keyof typeof answers]: Awaited<ReturnType<(typeof answers)[Name]>>;
};

const app = Fastify((process.argv[2] === 'HTTP/2' ? { http2: true } : {}) as object);
app.server.on('connection', (socket: Socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});
app.register(sluice, { controllers: [ProgramController, ChannelsController] });
process.on('message', (name: keyof typeof answers) => {
  void Promise.resolve(answers[name](app)).then((answer) => {
    process.send?.(answer);
  });
});
process.on('disconnect', () => {
  process.exit();
});
void app.listen({ port: 0, host: '127.0.0.1' }).then(() => process.send?.('ready'));
