import { setTimeout } from 'node:timers/promises';

import {
  BackgroundTasks,
  Controller,
  dependency,
  Depends,
  Get,
  HTTPException,
  Param,
  Query,
  Req,
  StreamingResponse,
} from '@sluice/core';
import type { FastifyRequest, onSendHookHandler } from 'fastify';

import { Life, type LifeEvent } from './life.js';
import { lifeOf, Lives } from './lives.js';
import { watchLives } from './watch-lives.js';

const LINES = 4;
const PACE_MS = 120;

/** How the request is to end, as far as the service decides it. */
enum Ending {
  Completes = 'completes',
  Refuses = 'refuses',
  Breaks = 'breaks',
}

const currentLife = dependency(
  { name: Query('name', { type: String, maxLength: 40 }), request: Req(), lives: watchLives },
  ({ name, request, lives }) => lives.begin(name, request as FastifyRequest),
);

/** Open until the last byte was sent and the tasks have run. */
const openSession = dependency({ life: currentLife }, async function* ({ life }) {
  life.begin('session', 'session opened');
  try {
    yield { read: (line: number) => `line ${line} of ${LINES}\n` };
  } finally {
    life.end('session', 'session closed');
  }
});

/** Open until the handler has yielded its last line. */
const transaction = dependency(
  { life: currentLife, session: openSession },
  async function* ({ life, session }) {
    life.begin('transaction', 'transaction begun');
    try {
      yield session;
      life.end('transaction', 'transaction committed');
    } catch (error) {
      life.end('transaction', 'transaction rolled back');
      throw error;
    }
  },
  { scope: 'function' },
);

/** Runs when the response has ended. */
async function report(life: Life): Promise<void> {
  life.begin('task', 'task begins');
  await setTimeout(PACE_MS);
  life.end('task', 'task ends');
}

/** Fastify's own hook, at the moment at which the head leaves. */
const noteHead: onSendHookHandler = (request, _reply, _payload, done) => {
  lifeOf(request)?.begin('body', 'head and first byte');
  done();
};

/** One request, and a look at everything that it opened and closed. */
@Controller('/life', { tags: ['life'] })
export class LifeController {
  constructor(@Depends(watchLives) private readonly lives: Lives) {}

  @Get('/', { responseClass: StreamingResponse, mediaType: 'text/plain', fastify: { onSend: noteHead } })
  async *tell(
    @Depends(currentLife) life: Life,
    @Depends(transaction) session: { read(line: number): string },
    @Query('ending', { type: Ending, default: Ending.Completes }) ending: Ending,
    tasks: BackgroundTasks,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    life.begin('handler', 'handler called');
    tasks.addTask(report, life);
    try {
      if (ending === Ending.Refuses) throw new HTTPException(409, 'The handler refused');
      for (let line = 1; line <= LINES; line += 1) {
        yield session.read(line);
        if (ending === Ending.Breaks && line === 2) throw new Error('the demo breaks this stream');
        await setTimeout(PACE_MS, undefined, { signal });
      }
    } finally {
      life.end('handler', 'handler left');
    }
  }

  /** What happened in the newest request of a name, also while it is under way. */
  @Get('/:name', { responses: { 404: { description: 'No request had this name' } } })
  read(@Param('name') name: string): { events: readonly LifeEvent[] } {
    const life = this.lives.find(name);
    if (life === undefined) throw new HTTPException(404, 'No request had this name');
    return { events: life.events };
  }
}
