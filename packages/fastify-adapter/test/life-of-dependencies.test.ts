// The order of events in a request with dependencies of both scopes, a task and a detached one, for every way in which it
// can end, over real sockets.
//
// Events: `+function`, `+request` a dependency of that scope is resolved; `-function`, `-request` it is cleaned up, with the
// error that it gets in brackets; `handler`; `head` the head goes out; `item` of a stream; `sent` the last byte was handed on;
// `gone` the connection broke before that; `task`, `detached`.
import {
  BackgroundTasks,
  Controller,
  dependency,
  Depends,
  Get,
  HTTPException,
  Query,
  StreamingResponse,
} from '@sluice/core';
import { tasksDone } from '@sluice/fastify-adapter/testing';

import { HttpClient, until } from './support/http-client.js';
import { start } from './support/start.js';

type Ending =
  | 'success'
  | 'handler error'
  | 'validation error after dependencies'
  | 'dependency error'
  | 'mid-stream error'
  | 'client gone'
  | 'server closing'
  | 'clean-up error in function scope'
  | 'clean-up error in request scope';

let ending: Ending;
let events: string[];
let pause: Promise<void>;
let release: () => void;

function scoped(scope: 'function' | 'request') {
  return async function* () {
    events.push(`+${scope}`);
    try {
      yield scope;
    } catch (error) {
      events.push(`-${scope} (${(error as Error).message})`);
      throw error;
    }
    events.push(`-${scope}`);
    if (ending === `clean-up error in ${scope} scope`) throw new Error('clean-up');
  };
}
const inRequest = scoped('request');
const inFunction = scoped('function');
const last = dependency(
  { inRequest, inFunction: Depends(inFunction, { scope: 'function' }) },
  () => {
    if (ending === 'dependency error') throw new HTTPException(403, 'dependency');
  },
  { scope: 'function' },
);

function enter(tasks: BackgroundTasks): void {
  events.push('handler');
  tasks.addTask(() => events.push('task'));
  tasks.with({ detached: true }).addTask(() => events.push('detached'));
  if (ending === 'handler error') throw new HTTPException(400, 'handler');
}

@Controller('', { dependencies: [last] })
class C {
  @Get('/value')
  async value(tasks: BackgroundTasks, @Query('limit', { type: 'integer', default: 1 }) limit: number) {
    enter(tasks);
    await pause;
    return limit;
  }

  @Get('/stream', { responseClass: StreamingResponse })
  async *stream(
    tasks: BackgroundTasks,
    signal: AbortSignal,
    @Query('limit', { type: 'integer', default: 1 }) _limit: number,
  ) {
    enter(tasks);
    yield 'first';
    events.push('item');
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    await Promise.race([pause, aborted]);
    if (ending === 'mid-stream error') throw new Error('stream');
    yield 'last';
  }
}

const BEGIN = '+request +function';
const INVALID = 'query.limit: Input should be an integer, written in decimal digits';
const BEFORE_THE_HANDLER: Partial<Record<Ending, readonly [seen: string, events: string]>> = {
  'validation error after dependencies': [
    '422',
    `${BEGIN} -function (${INVALID}) -request (${INVALID}) head sent`,
  ],
  'dependency error': ['403', `${BEGIN} -function (dependency) -request (dependency) head sent`],
  'handler error': ['400', `${BEGIN} handler -function (handler) -request (handler) head sent`],
};
const TABLE: Record<'value' | 'stream', Partial<Record<Ending, readonly [seen: string, events: string]>>> = {
  value: {
    ...BEFORE_THE_HANDLER,
    success: ['200', `${BEGIN} handler -function head sent task -request detached`],
    'client gone': ['gone', `${BEGIN} handler gone -function head task -request detached`],
    'server closing': ['200', `${BEGIN} handler -function head sent task -request detached`],
    'clean-up error in function scope': ['500', `${BEGIN} handler -function -request (clean-up) head sent`],
    'clean-up error in request scope': ['200', `${BEGIN} handler -function head sent task -request detached`],
  },
  stream: {
    ...BEFORE_THE_HANDLER,
    success: ['200', `${BEGIN} handler head item -function sent task -request detached`],
    'mid-stream error': ['broken', `${BEGIN} handler head item -function (stream) gone -request (stream)`],
    'client gone': ['gone', `${BEGIN} handler head item gone -function task -request detached`],
    'server closing': ['200', `${BEGIN} handler head item -function sent task -request detached`],
    'clean-up error in function scope': [
      'broken',
      `${BEGIN} handler head item -function gone -request (clean-up)`,
    ],
    'clean-up error in request scope': [
      '200',
      `${BEGIN} handler head item -function sent task -request detached`,
    ],
  },
};
const ROWS = (['value', 'stream'] as const).flatMap((kind) =>
  (Object.keys(TABLE[kind]) as Ending[]).map((each) => ({ kind, ending: each })),
);

async function run(kind: 'value' | 'stream'): Promise<readonly [seen: string, events: string]> {
  events = [];
  pause = new Promise((resolve) => (release = resolve));
  const { app, port } = await start([C], {}, (host) => {
    host.addHook('onRequest', (request, reply, done) => {
      let over = false;
      const end = (event: string): void => {
        if (!over) events.push(event);
        over = true;
      };
      reply.raw.once('finish', () => {
        end(request.raw.socket.destroyed ? 'gone' : 'sent');
      });
      request.raw.socket.once('close', () => {
        end('gone');
      });
      done();
    });
    host.addHook('onSend', (_request, _reply, payload, done) => {
      events.push('head');
      done(null, payload);
    });
  });
  const client = await HttpClient.connect(port);
  try {
    client.send('GET', `/${kind}${ending === 'validation error after dependencies' ? '?limit=x' : ''}`);
    const isOnItsWay = kind === 'value' ? 'handler' : 'item';
    await until(() => events.includes(isOnItsWay) || client.responses().length > 0, isOnItsWay);
    if (ending === 'client gone') {
      client.close();
      await until(() => events.includes('gone'), 'gone');
    }
    const closing = ending === 'server closing' ? app.close() : undefined;
    release();
    if (ending !== 'client gone') await client.completed();
    await closing;
    await tasksDone(app);
    const [response] = client.responses();
    const seen = response?.complete === true ? String(response.status) : 'broken';
    // At the server's close the body ends at once, and the scope of its iteration beside it.
    const order = events.join(' ').replace('sent -function', '-function sent');
    return [ending === 'client gone' ? 'gone' : seen, order];
  } finally {
    release();
    client.close();
    await app.close();
  }
}

test.each(ROWS)('$kind, $ending', async (row) => {
  ({ ending } = row);
  const expected = TABLE[row.kind][row.ending];
  expect(await run(row.kind)).toEqual(expected);
});
