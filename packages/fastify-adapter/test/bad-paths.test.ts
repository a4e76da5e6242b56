// What a sceptical user found: thrown values of every form, odd bodies, statuses, and what a client or a hook does.
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import {
  BackgroundTask,
  BackgroundTasks,
  Body,
  Controller,
  EventSourceResponse,
  Get,
  HTTPException,
  JSONResponse,
  Post,
  Query,
  Response,
  StreamingResponse,
  type ResponseInit,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { HttpClient, until } from './support/http-client.js';
import { start, type TestServer } from './support/start.js';

const log: string[] = [];
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
beforeEach(() => {
  log.length = 0;
});

/** Things that can be thrown, and that a logger or a message can stumble over. */
const THROWN: Record<string, () => unknown> = {
  'a frozen error': () => Object.freeze(new Error('the secret')),
  'an object without a prototype': () => Object.create(null) as unknown,
  'an object whose message throws': () => ({
    get message(): never {
      throw new Error('the secret');
    },
  }),
  'an error whose statusCode throws': () =>
    Object.defineProperty(new Error('the secret'), 'statusCode', {
      get: () => {
        throw new Error('the secret');
      },
    }),
  undefined: () => undefined,
};

@Controller('/throw')
class ThrowingController {
  @Get('/at-once')
  atOnce(@Query('what') what: string): never {
    throw THROWN[what]?.();
  }
  @Get('/mid', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *mid(@Query('what') what: string): AsyncGenerator<string> {
    yield 'x';
    await pause(2);
    throw THROWN[what]?.();
  }
  @Get('/empty', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *empty(@Query('what') what: string): Generator<string> {
    yield '';
    throw THROWN[what]?.();
  }
  @Get('/task')
  task(@Query('what') what: string, tasks: BackgroundTasks): string {
    tasks.addTask(() => {
      throw THROWN[what]?.();
    });
    tasks.addTask(() => log.push('next'));
    return 'sent';
  }
  @Get('/finally', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *finally(@Query('what') what: string, signal: AbortSignal): AsyncGenerator<string> {
    try {
      yield 'x';
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    } finally {
      log.push('finally');
      // eslint-disable-next-line no-unsafe-finally -- a clean-up that fails is what is tested
      throw THROWN[what]?.();
    }
  }
}

describe.each(Object.keys(THROWN))('%s', (what) => {
  it('ends only the request in which it is thrown', async () => {
    const server = await start([ThrowingController]);
    const url = (path: string): string => `${server.url}/throw/${path}?what=${encodeURIComponent(what)}`;
    const atOnce = await fetch(url('at-once'));
    expect([atOnce.status, await atOnce.json()]).toEqual([500, { detail: 'Internal Server Error' }]);
    await expect(fetch(url('mid')).then((response) => response.text())).rejects.toThrow();
    expect((await fetch(url('empty'))).status).toBe(500);
    expect(await (await fetch(url('task'))).json()).toBe('sent');
    await until(() => log.includes('next'), 'the task after the one that failed');
    const client = await HttpClient.connect(server.port);
    client.send('GET', `/throw/finally?what=${encodeURIComponent(what)}`);
    await until(() => client.responses()[0]?.body === 'x', 'the first chunk');
    client.close();
    await until(() => log.includes('finally'), 'the clean-up');
    await server.app.close();
    expect(server.log.filter(({ level }) => level === 50).length).toBeGreaterThanOrEqual(4);
  });
});

class Problem extends JSONResponse {
  constructor(content: unknown, init: ResponseInit = {}) {
    super(content, { ...init, statusCode: 422 });
  }
}
class Broken extends Response {
  protected override render(): never {
    return { not: 'a body' } as never;
  }
}

@Controller('/odd')
class OddController {
  @Get('/broken') broken(): Response {
    return new Broken('x');
  }
  @Get('/body') body(): Response {
    const response = new Response('x');
    response.body = 5 as never;
    return response;
  }
  @Get('/itself') itself(response: Response): Response {
    response.background = new BackgroundTask(() => log.push('task'));
    response.body = 'itself';
    return response;
  }
  @Get('/fetch') fetch(response: Response): globalThis.Response {
    response.setCookie('a', 'b');
    return new globalThis.Response('nope', { status: 404 });
  }
  @Get('/problem', { responseClass: Problem }) problem(response: Response): unknown {
    response.headers.set('x-a', 'b');
    return {};
  }
  @Get('/thenable') thenable(): unknown {
    return {
      then(resolve: (value: number) => void): void {
        resolve(5);
      },
    };
  }
  @Get('/csv', { headers: { 'content-type': 'application/vnd.api+json' } }) csv(
    @Query('as') as: string,
  ): unknown {
    return as === 'text' ? 'text' : [1];
  }
  @Get('/detail') detail(@Query('as') as: string): never {
    throw new HTTPException(400, as === 'function' ? () => 1 : 10n);
  }
  @Get('/upstream') upstream(): never {
    throw Object.assign(new Error('http://internal:9/ failed'), { status: 404 });
  }
  @Get('/nested-task') nestedTask(tasks: BackgroundTasks): string {
    tasks.addTask(() => {
      tasks.addTask(() => log.push('inner'));
    });
    return 'sent';
  }
  @Post('/any') any(@Body(Object, { optional: true }) body?: object): unknown {
    return { body };
  }
  @Post('/none') none(): string {
    return 'ok';
  }
  @Get('/slow-events', { responseClass: EventSourceResponse }) async *slowEvents(): AsyncGenerator<number> {
    log.push('started');
    await pause(60);
    for (let event = 0; ; event += 1) {
      yield event;
      await pause(5);
    }
  }
}

describe('odd results', () => {
  it.each([
    ['/broken', 500, { detail: 'Internal Server Error' }],
    ['/body', 500, { detail: 'Internal Server Error' }],
    ['/problem', 422, {}],
    ['/thenable', 200, 5],
    ['/csv?as=text', 200, 'text'],
    ['/csv?as=list', 200, [1]],
    ['/detail?as=function', 500, { detail: 'Internal Server Error' }],
    ['/detail?as=bigint', 500, { detail: 'Internal Server Error' }],
    ['/upstream', 500, { detail: 'Internal Server Error' }],
  ])('%s is %i', async (path, status, body) => {
    const server = await start([OddController]);
    const response = await fetch(`${server.url}/odd${path}`);
    expect([response.status, await response.json()]).toEqual([status, body]);
    if (path.startsWith('/csv'))
      expect(response.headers.get('content-type')).toContain('application/vnd.api+json');
    await server.app.close();
  });

  it('a Response of fetch keeps its status, and the injected Response may be returned', async () => {
    const server = await start([OddController]);
    expect((await fetch(`${server.url}/odd/fetch`)).status).toBe(404);
    expect(await (await fetch(`${server.url}/odd/itself`)).text()).toBe('itself');
    await server.app.close();
    expect(log).toEqual(['task']);
  });

  it('a task that adds a task has it run', async () => {
    const server = await start([OddController]);
    await fetch(`${server.url}/odd/nested-task`);
    await server.app.close();
    expect(log).toEqual(['inner']);
  });

  it('an empty body of JSON is no body', async () => {
    const server = await start([OddController]);
    const post = (path: string): Promise<globalThis.Response> =>
      fetch(`${server.url}/odd${path}`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(await (await post('/any')).json()).toEqual({});
    expect(await (await post('/none')).json()).toBe('ok');
    await server.app.close();
  });

  it('a body that is nested too deeply is refused', async () => {
    const server = await start([OddController]);
    const body = '['.repeat(100_000) + ']'.repeat(100_000);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/odd/any`, { method: 'POST', body, headers });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: [{ type: 'dict_type', loc: ['body'] }] });
    await server.app.close();
  });
});

describe('hooks and handlers of a route', () => {
  it('drop the tasks of a response that fails under an error handler of the route', async () => {
    @Controller('/own')
    class OwnController {
      @Get('/', {
        fastify: {
          onSend: (_request, reply, payload, done) => {
            if (reply.statusCode === 200) done(new Error('in a hook'));
            else done(null, payload);
          },
          errorHandler: (_error, _request, reply) => {
            void reply.code(503).send('handled');
          },
        },
      })
      read(tasks: BackgroundTasks): string {
        tasks.addTask(() => log.push('task'));
        return 'x';
      }
    }
    const server = await start([OwnController]);
    expect((await fetch(`${server.url}/own`)).status).toBe(503);
    await server.app.close();
    expect(log).toEqual([]);
  });

  it('that fail on the response and on its error tell nothing', async () => {
    const server = await start([OddController], {}, (app) => {
      app.addHook('preSerialization', () => Promise.reject(new Error('the secret')));
    });
    const response = await fetch(`${server.url}/odd/thenable`);
    expect([response.status, await response.text()]).toEqual([500, '{"detail":"Internal Server Error"}']);
    await server.app.close();
  });
});

describe('a stream that begins while the server closes', () => {
  it('ends like those that were there before', async () => {
    const server = await start([OddController]);
    const client = await HttpClient.connect(server.port);
    client.send('GET', '/odd/slow-events');
    await until(() => log.includes('started'), 'the start');
    await server.app.close();
    await until(() => client.closed, 'the end');
    const [response] = client.responses();
    expect(response?.complete).toBe(true);
    client.close();
  });
});

describe('on HTTP/2', () => {
  it('the signal does not fire when all was sent', async () => {
    @Controller('/h2')
    class CompleteController {
      @Get('/', { responseClass: EventSourceResponse })
      async *events(signal: AbortSignal, tasks: BackgroundTasks): AsyncGenerator<number> {
        signal.addEventListener('abort', () => log.push('signal'));
        tasks.addTask(() => log.push('task'));
        yield 1;
        await pause(2);
        yield 2;
      }
    }
    const app = Fastify({ http2: true });
    await app.register(sluice, { controllers: [CompleteController] });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const session = connectHttp2(`http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`);
    session.request({ ':path': '/h2' }).resume();
    await until(() => log.includes('task'), 'the task');
    session.destroy();
    await app.close();
    expect(log).toEqual(['task']);
  });

  it.each(['cancel', 'destroy', 'session'])('the signal fires when the client leaves (%s)', async (how) => {
    @Controller('/h2')
    class SignalController {
      @Get('/', { responseClass: EventSourceResponse })
      async *events(signal: AbortSignal, tasks: BackgroundTasks): AsyncGenerator<number> {
        signal.addEventListener('abort', () => log.push('signal'));
        tasks.addTask(() => log.push('task'));
        yield 1;
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      }
    }
    const app = Fastify({ http2: true });
    await app.register(sluice, { controllers: [SignalController] });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const session = connectHttp2(`http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`);
    session.on('error', () => undefined);
    const stream = session.request({ ':path': '/h2' });
    stream.on('error', () => undefined);
    await new Promise((resolve) => stream.once('data', resolve));
    if (how === 'cancel') stream.close(8);
    else if (how === 'destroy') stream.destroy();
    else session.destroy();
    await until(() => log.includes('task'), 'the task');
    expect(log).toEqual(['signal', 'task']);
    session.destroy();
    await app.close();
  });
});

describe('a handler that minds its signal', () => {
  it.each([false, true])(
    'is no error when its client leaves, with a handler of errors: %s',
    async (handles) => {
      @Controller()
      class MindingController {
        @Get('/')
        async read(signal: AbortSignal, tasks: BackgroundTasks): Promise<void> {
          tasks.addTask(() => log.push('task'));
          log.push('handler');
          await wait(60_000, undefined, { signal });
        }

        @Get('/own')
        async own(signal: AbortSignal): Promise<void> {
          log.push('handler');
          await wait(60_000, undefined, { signal }).catch(() => {
            throw new Error('of its own');
          });
        }
      }
      const server = await start([MindingController], {}, (app) => {
        if (handles)
          app.setErrorHandler((error: Error) => {
            log.push(error.message);
          });
      });
      for (const path of ['/', '/own']) {
        const leaving = new AbortController();
        const answer = fetch(server.url + path, { signal: leaving.signal }).catch(() => undefined);
        await until(() => log.includes('handler'), 'the handler');
        log.length = 0;
        leaving.abort();
        await answer;
        if (path === '/')
          await until(() => server.log.some(({ msg }) => msg.includes('dropped')), 'the tasks');
        else await until(() => [...log, ...errors(server)].includes('of its own'), 'the error');
      }
      expect([...log, ...errors(server)]).toEqual(['of its own']);
      await server.app.close();
    },
  );
});

function errors(server: TestServer): string[] {
  return server.log.filter(({ level }) => level >= 50).map(({ msg }) => msg);
}
