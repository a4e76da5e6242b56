// Background tasks: when they run, what ends them, what they hold, and what the log and the counters say, over real sockets.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

import {
  BackgroundTask,
  BackgroundTasks,
  Controller,
  dependency,
  Depends,
  EventSourceResponse,
  FileResponse,
  Get,
  Header,
  HTMLResponse,
  HTTPException,
  JSONLinesResponse,
  JSONResponse,
  Param,
  PlainTextResponse,
  RedirectResponse,
  Response,
  StreamingResponse,
  type Background,
  type Constructor,
} from '@sluice/core';
import { taskCounts, type SluiceOptions } from '@sluice/fastify-adapter';
import { tasksDone } from '@sluice/fastify-adapter/testing';
import type { FastifyInstance } from 'fastify';

import { HttpClient, until } from './support/http-client.js';
import { start, type TestServer } from './support/start.js';

let server: TestServer;
let events: string[];
let gate: PromiseWithResolvers;
interface PromiseWithResolvers {
  readonly opened: Promise<void>;
  readonly open: () => void;
}
beforeEach(() => {
  events = [];
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  gate = { opened, open };
});
afterEach(async () => {
  gate.open();
  await server.app.close();
});

async function serve(
  controller: Constructor,
  options: Partial<SluiceOptions> = {},
  prepare?: (app: FastifyInstance) => void,
): Promise<void> {
  server = await start([controller], options, prepare);
}

const read = async (path: string): Promise<[number, string]> => {
  const response = await fetch(`${server.url}${path}`, { redirect: 'manual' });
  return [response.status, await response.text()];
};
const done = () => tasksDone(server.app);
const warnings = () => server.log.filter(({ level }) => level >= 40).map(({ msg }) => msg);
const event = (name: string) => new BackgroundTask(() => events.push(name));

describe('every response class', () => {
  const background: Background = [event('one'), event('two')];
  const makers: Record<string, () => Response> = {
    Response: () => new Response('x', { background }),
    JSONResponse: () => new JSONResponse(1, { background }),
    HTMLResponse: () => new HTMLResponse('<p>', { background }),
    PlainTextResponse: () => new PlainTextResponse('x', { background }),
    RedirectResponse: () => new RedirectResponse('/elsewhere', { background }),
    StreamingResponse: () => new StreamingResponse(['x'], { background }),
    JSONLinesResponse: () => new JSONLinesResponse([1], { background }),
    EventSourceResponse: () => new EventSourceResponse([{ data: 'x' }], { background }),
    FileResponse: () => new FileResponse(__filename, { background }),
  };
  @Controller()
  class C {
    @Get('/:name')
    read(@Param('name') name: string) {
      return makers[name]?.();
    }
  }

  test.each(Object.keys(makers))('runs the tasks of %s in their order', async (name) => {
    await serve(C);
    await read(`/${name}`);
    await done();
    expect(events).toEqual(['one', 'two']);
    expect(taskCounts(server.app)).toEqual({ queued: 0, running: 0, done: 2, failed: 0, dropped: 0 });
  });
});

test('run one after the other: those that were injected, then those of the response', async () => {
  const slow = async (name: string) => {
    events.push(`${name} begins`);
    await wait(5);
    events.push(`${name} ends`);
  };
  @Controller()
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      tasks.addTask(slow, 'a');
      tasks.addTask(() => {
        events.push('b');
        tasks.addTask(() => events.push('added by b'));
      });
      return new JSONResponse(1, { background: new BackgroundTask(slow, 'own') });
    }
  }
  await serve(C);
  await read('/');
  await done();
  expect(events).toEqual(['a begins', 'a ends', 'b', 'added by b', 'own begins', 'own ends']);
});

test('that fail are logged with their name, the request and the number of arguments, and the next one runs', async () => {
  const notify = (_to: string, _text: string) => {
    throw new Error('no mail');
  };
  const refuse = async () => {
    throw new HTTPException(400);
  };
  @Controller()
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      tasks.addTask(notify, 'you', 'text');
      tasks.addTask(refuse);
      tasks.addTask(() => events.push('next'));
    }
  }
  await serve(C);
  expect((await read('/'))[0]).toBe(200);
  await done();
  expect(server.log.filter(({ level }) => level === 50)).toMatchObject([
    {
      msg: 'C.read: background task notify failed',
      reqId: 'req-1',
      task: 'notify',
      argumentCount: 2,
      err: { message: 'no mail' },
    },
    { msg: 'C.read: background task refuse failed', reqId: 'req-1', task: 'refuse', argumentCount: 0 },
  ]);
  expect(events).toEqual(['next']);
  expect(taskCounts(server.app)).toMatchObject({ done: 1, failed: 2 });
});

test('that are none make an error response, wherever the response has them from', async () => {
  const background = (() => events.push('task')) as never;
  @Controller()
  class C {
    @Get('/own')
    own() {
      return new PlainTextResponse('x', { background });
    }

    @Get('/value')
    value(response: Response) {
      response.background = background;
      return 1;
    }

    @Get('/stream', { responseClass: StreamingResponse })
    *stream(response: Response) {
      response.background = background;
      yield 'x';
    }
  }
  await serve(C);
  for (const path of ['/own', '/value']) expect((await read(path))[0]).toBe(500);
  // The method begins when its first item is asked for, which is before the head.
  expect((await read('/stream'))[0]).toBe(500);
  await done();
  expect(warnings().filter((message) => message.startsWith('TASK_INVALID'))).toHaveLength(3);
  expect(taskCounts(server.app)).toMatchObject({ queued: 0, done: 0 });
});

describe('a task with onlyIfDelivered', () => {
  let reset = (): void => undefined;
  @Controller()
  class C {
    @Get('/')
    async read(tasks: BackgroundTasks, signal: AbortSignal) {
      signal.addEventListener('abort', () => events.push('gone'));
      tasks.with({ onlyIfDelivered: true }).addTask(function confirm() {
        events.push('confirmed');
      });
      tasks.addTask(() => events.push('always'));
      events.push('handler');
      await gate.opened;
      return 1;
    }

    @Get('/large')
    large(tasks: BackgroundTasks) {
      tasks.with({ onlyIfDelivered: true }).addTask(function confirm() {
        events.push('confirmed');
      });
      events.push('handler');
      return new Response(Buffer.alloc(64 * 1024 * 1024));
    }

    @Get('/busy')
    busy(tasks: BackgroundTasks) {
      tasks.with({ onlyIfDelivered: true }).addTask(function confirm() {
        events.push('confirmed');
      });
      reset();
      return 1;
    }

    @Get('/later')
    async later(tasks: BackgroundTasks) {
      tasks.with({ onlyIfDelivered: true }).addTask(function confirm() {
        events.push('confirmed');
      });
      events.push('handler');
      await gate.opened;
      return 1;
    }
  }
  const dropped = (name: string) =>
    `C.${name}: background task confirm dropped, since the client left before it had the whole response`;

  test('runs when the client has the response', async () => {
    await serve(C);
    gate.open();
    await read('/');
    await done();
    expect(events).toEqual(['handler', 'confirmed', 'always']);
  });

  test.each<[string, string, string]>([
    ['the client asked for it', 'HTTP/1.1\r\nconnection: close', ''],
    ['it is one of HTTP/1.0', 'HTTP/1.0', ''],
    ['the server says so', 'HTTP/1.1', 'close'],
  ])('runs when the connection closes behind the response, since %s', async (_why, version, header) => {
    await serve(C, {}, (app) => {
      app.addHook('onSend', async (_request, reply) => {
        if (header !== '') reply.header('connection', header);
      });
    });
    gate.open();
    const client = await HttpClient.connect(server.port);
    client.socket.write(`GET /later ${version}\r\nhost: a\r\n\r\n`);
    await once(client.socket, 'close');
    await done();
    expect(client.responses()[0]?.status).toBe(200);
    expect(events).toEqual(['handler', 'confirmed']);
    expect(warnings()).toEqual([]);
  });

  test('is dropped when the client left a handler that does not hear of it', async () => {
    await serve(C, {}, (app) => {
      app.server.on('connection', (socket) => socket.on('close', () => events.push('gone')));
    });
    const client = await HttpClient.connect(server.port);
    client.send('GET', '/later');
    await until(() => events.includes('handler'), 'the handler');
    client.close();
    await until(() => events.includes('gone'), 'the end of the connection');
    gate.open();
    await until(() => warnings().length > 0, 'the line in the log');
    await done();
    expect(events).toEqual(['handler', 'gone']);
    expect(warnings()).toEqual([dropped('later')]);
  });

  test('is dropped when the client left before, and the log says so', async () => {
    await serve(C);
    const client = await HttpClient.connect(server.port);
    client.send('GET', '/');
    await until(() => events.includes('handler'), 'the handler');
    client.close();
    await until(() => events.includes('gone'), 'the signal');
    gate.open();
    await done();
    expect(events).toEqual(['handler', 'gone', 'always']);
    expect(warnings()).toEqual([dropped('read')]);
    expect(taskCounts(server.app)).toMatchObject({ done: 1, dropped: 1 });
  });

  test('is dropped when the response finished into a connection that nobody read', async () => {
    await serve(C);
    const client = await HttpClient.connect(server.port);
    client.socket.pause();
    client.send('GET', '/large');
    await until(() => events.includes('handler'), 'the handler');
    await wait(20);
    client.socket.destroy();
    await done();
    expect(events).toEqual(['handler']);
    expect(warnings()).toEqual([dropped('large')]);
  });

  test('is dropped when the connection was reset and its server learns of it as it writes', async () => {
    await serve(C);
    const client = await HttpClient.connect(server.port);
    // The handler is one with what writes its response: the server has no time to see the reset in between.
    reset = () => client.socket.resetAndDestroy();
    client.send('GET', '/busy');
    await until(() => warnings().length > 0, 'the line in the log');
    await done();
    expect(events).toEqual([]);
    expect(warnings()).toEqual([dropped('busy')]);
  });
});

describe('a task that takes longer than its timeout', () => {
  @Controller()
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      tasks.with({ timeout: 10, signal: true }).addTask(async function upload(file: string, signal) {
        await wait(60_000, undefined, { signal }).catch((error: unknown) => {
          events.push(`${file} ${(signal.reason as Error).name}`);
          throw error;
        });
      }, 'file');
      tasks.addTask(() => events.push('next'));
    }

    @Get('/deaf')
    deaf(tasks: BackgroundTasks) {
      tasks.addTask(async function deaf() {
        await gate.opened;
        throw new Error('much later');
      });
      tasks.with({ timeout: null }).addTask(async () => {
        await wait(20);
        events.push('next');
      });
    }
  }

  test('gets its signal, is logged by name, and the next one runs', async () => {
    await serve(C);
    await read('/');
    await done();
    expect(events).toEqual(['file TimeoutError', 'next']);
    expect(warnings()).toEqual(['C.read: background task upload took longer than 10 ms: its signal fires']);
    expect(taskCounts(server.app)).toEqual({ queued: 0, running: 0, done: 1, failed: 1, dropped: 0 });
  });

  test('is that of the server where it says none; an error that comes later is logged, and counted once', async () => {
    await serve(C, { taskTimeout: 10 });
    await read('/deaf');
    await done();
    expect(events).toEqual(['next']);
    gate.open();
    await until(() => warnings().length === 2, 'the second line');
    expect(warnings()).toEqual([
      'C.deaf: background task deaf took longer than 10 ms: it is no longer waited for',
      'C.deaf: background task deaf failed',
    ]);
    expect(taskCounts(server.app)).toMatchObject({ done: 1, failed: 1 });
  });
});

describe('a task that heeds its signal', () => {
  async function* session() {
    try {
      yield 'session';
    } finally {
      events.push('-session');
    }
  }

  @Controller('/:timeout')
  class C {
    @Get('/')
    read(
      @Param('timeout', { type: 'integer' }) timeout: number,
      @Depends(session) _session: string,
      tasks: BackgroundTasks,
    ) {
      tasks.with({ timeout, signal: true }).addTask(async function upload(signal) {
        await wait(60_000, undefined, { signal }).catch(async (error: unknown) => {
          await wait(20);
          events.push(`rolled back after ${(error as Error).name}`);
        });
      });
    }
  }

  test('has its dependencies until it has ended, after its timeout', async () => {
    await serve(C);
    await read('/10');
    await done();
    expect(events).toEqual(['rolled back after AbortError', '-session']);
    expect(taskCounts(server.app)).toMatchObject({ running: 0, done: 0, failed: 1 });
  });

  test('has them when the server closes too, which waits for both', async () => {
    await serve(C, { drainTimeout: 10 });
    await read('/60000');
    await server.app.close();
    expect(events).toEqual(['rolled back after AbortError', '-session']);
    expect(taskCounts(server.app)).toMatchObject({ running: 0, done: 0, failed: 1 });
  });
});

describe('a detached task', () => {
  async function* session() {
    events.push('+session');
    yield 'session';
    await Promise.resolve();
    events.push('-session');
  }
  @Controller('', { dependencies: [session] })
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      const detached = tasks.with({ detached: true });
      detached.addTask(() => events.push('first, detached'));
      tasks.addTask(() => events.push('attached'));
      detached.addTask(async () => {
        events.push('last, detached');
        await gate.opened;
      });
    }

    @Get('/late')
    late(tasks: BackgroundTasks) {
      tasks.with({ detached: true }).addTask(function resize() {
        tasks.with({ detached: true }).addTask(() => events.push('detached too'));
        tasks.addTask(function save() {});
      });
    }

    @Get('/fails')
    fails(tasks: BackgroundTasks) {
      tasks.with({ detached: true }).addTask(() => events.push('never'));
      throw new HTTPException(400);
    }
  }

  test('holds no dependencies: they end when only such are left', async () => {
    await serve(C);
    await read('/');
    await until(() => events.includes('last, detached'), 'the last task');
    expect(events).toEqual(['+session', 'first, detached', 'attached', '-session', 'last, detached']);
  });

  test('cannot add one that holds some', async () => {
    await serve(C);
    await read('/late');
    await done();
    expect(events).toEqual(['+session', '-session', 'detached too']);
    expect(server.log.find(({ level }) => level === 50)).toMatchObject({
      msg: 'C.late: background task resize failed',
      err: {
        message:
          'TASK_TOO_LATE: save was added when the dependencies of its request had ended, since only detached tasks were left; add it by tasks.with({ detached: true }).',
      },
    });
  });

  test('is dropped with the others when the handler fails', async () => {
    await serve(C);
    expect((await read('/fails'))[0]).toBe(400);
    await done();
    expect(events).toEqual(['+session']);
    expect(warnings()).toEqual(['C.fails: 1 background tasks dropped, since the response failed']);
    expect(taskCounts(server.app)).toMatchObject({ queued: 0, dropped: 1 });
  });
});

test('that are added by a clean-up after they have run are an error, and not lost in silence', async () => {
  const session = dependency({ tasks: BackgroundTasks }, function* ({ tasks }) {
    yield 'session';
    tasks.addTask(function notify() {});
  });
  @Controller('', { dependencies: [session] })
  class C {
    @Get('/')
    read() {
      return 1;
    }
  }
  await serve(C);
  await read('/');
  await done();
  expect(server.log.find(({ level }) => level === 50)).toMatchObject({
    msg: 'C.read: the clean-up of a dependency failed',
    err: { message: 'TASK_TOO_LATE: notify was added when the tasks of its request had run.' },
  });
});

describe('taskConcurrency', () => {
  const storage = new AsyncLocalStorage<string>();
  const context = dependency({ name: Header('x-name') }, ({ name }) => name, { provides: storage });
  let running = 0;
  let most = 0;
  const work = async (which: string) => {
    most = Math.max(most, (running += 1));
    events.push(`${String(storage.getStore())} ${which}`);
    await wait(2);
    running -= 1;
  };
  @Controller('', { dependencies: [context] })
  class C {
    @Get('/')
    read(tasks: BackgroundTasks) {
      tasks.addTask(work, 'a');
      tasks.addTask(work, 'b');
    }
  }

  test('bounds how many run at once, loses none, and keeps those of a request in order and in its context', async () => {
    most = 0;
    await serve(C, { taskConcurrency: 2 });
    const names = Array.from({ length: 10 }, (_, index) => `request ${String(index)}`);
    await Promise.all(names.map((name) => fetch(server.url, { headers: { 'x-name': name } })));
    await done();
    expect(most).toBe(2);
    expect(events).toHaveLength(20);
    for (const name of names) {
      expect(events.filter((each) => each.startsWith(`${name} `))).toEqual([`${name} a`, `${name} b`]);
    }
    expect(taskCounts(server.app)).toEqual({ queued: 0, running: 0, done: 20, failed: 0, dropped: 0 });
  });

  test('counts what waits and what runs', async () => {
    @Controller()
    class Waiting {
      @Get('/')
      read(tasks: BackgroundTasks) {
        tasks.addTask(() => gate.opened);
        tasks.addTask(() => undefined);
      }
    }
    await serve(Waiting, { taskConcurrency: 1 });
    await read('/');
    await read('/');
    await until(() => taskCounts(server.app).queued === 3, 'three that wait');
    expect(taskCounts(server.app)).toEqual({ queued: 3, running: 1, done: 0, failed: 0, dropped: 0 });
    gate.open();
    await done();
    expect(taskCounts(server.app)).toEqual({ queued: 0, running: 0, done: 4, failed: 0, dropped: 0 });
  });

  test('takes a hundred thousand that end at once, one after the other', async () => {
    let ran = 0;
    @Controller()
    class Many {
      @Get('/blocking')
      blocking(tasks: BackgroundTasks) {
        tasks.addTask(() => gate.opened);
      }

      @Get('/')
      read(tasks: BackgroundTasks) {
        for (let task = 0; task < 1000; task += 1) tasks.addTask(() => (ran += 1));
      }
    }
    await serve(Many, { taskConcurrency: 1 });
    await read('/blocking');
    await Promise.all(Array.from({ length: 100 }, () => read('/')));
    gate.open();
    await done();
    expect(ran).toBe(100_000);
  });
});

describe('of a handler that asks for nothing else and gives a value', () => {
  const storage = new AsyncLocalStorage<string>();
  const where = () => String(storage.getStore());
  const large = 'x'.repeat(30_000_000);
  let during = (): void => undefined;
  const add = (tasks: BackgroundTasks): void => {
    tasks.addTask(() => events.push(`task in ${where()}`));
    tasks.addTask(async () => {
      await wait(1);
      events.push(`later task in ${where()}`);
    });
    tasks.with({ onlyIfDelivered: true }).addTask(() => events.push('delivered'));
  };
  @Controller()
  class C {
    @Get('/value')
    value(tasks: BackgroundTasks) {
      add(tasks);
      during();
      return { a: 1 };
    }
    @Get('/async')
    async later(tasks: BackgroundTasks) {
      add(tasks);
      await wait(2);
      return { a: 1 };
    }
    @Get('/slow')
    async slow(tasks: BackgroundTasks) {
      add(tasks);
      events.push('handler');
      await gate.opened;
      return { a: 1 };
    }
    @Get('/large')
    large(tasks: BackgroundTasks) {
      add(tasks);
      events.push('handler');
      return { large };
    }
    @Get('/throws')
    throws(tasks: BackgroundTasks) {
      add(tasks);
      throw new HTTPException(409, 'no');
    }
    @Get('/unserializable')
    unserializable(tasks: BackgroundTasks) {
      add(tasks);
      return { toJSON: () => ({ n: 1n }) };
    }
  }
  const inContext = (path: string) => [`task in ${path}`, `later task in ${path}`, 'delivered'];
  const serveIn = (
    options: Partial<SluiceOptions> = {},
    prepare = (_app: FastifyInstance): void => undefined,
  ) =>
    serve(C, options, (app) => {
      app.addHook('onRequest', (request, _reply, next) => {
        storage.run(request.url, next);
      });
      prepare(app);
    });
  beforeEach(() => {
    during = () => undefined;
  });
  afterEach(async () => {
    gate.open();
    await server.app.close();
    // Nothing is left that a close would wait for.
    expect(warnings().filter((message) => message.startsWith('closing'))).toEqual([]);
    expect(taskCounts(server.app)).toMatchObject({ queued: 0, running: 0, failed: 0 });
  });

  test.each(['/value', '/async'])('run in the context of the request: %s', async (path) => {
    await serveIn();
    await read(path);
    await done();
    expect(events).toEqual(inContext(path));
  });

  test('run in it where the response takes longer than a turn', async () => {
    await serveIn({}, (app) => {
      app.addHook('onSend', async () => {
        await wait(10);
        events.push('hook');
      });
    });
    await read('/value');
    await done();
    expect(events).toEqual(['hook', ...inContext('/value')]);
  });

  test('run in it where the response waits for another one of its connection', async () => {
    await serveIn();
    const client = await HttpClient.connect(server.port);
    client.send('GET', '/slow');
    client.send('GET', '/value');
    await until(() => events.includes('handler'), 'the first handler');
    await wait(10);
    expect(events).toEqual(['handler']);
    gate.open();
    await client.completed(2);
    await done();
    expect(events.filter((each) => each.endsWith('/value'))).toEqual(inContext('/value').slice(0, 2));
    expect(events.filter((each) => each.endsWith('/slow'))).toEqual(inContext('/slow').slice(0, 2));
    expect(events.filter((each) => each === 'delivered')).toHaveLength(2);
    client.close();
  });

  test('run in it where they wait for a place', async () => {
    await serveIn({ taskConcurrency: 1 });
    await Promise.all([read('/value'), read('/async'), read('/value?again')]);
    await done();
    expect(events.slice().sort()).toEqual(['/value', '/async', '/value?again'].flatMap(inContext).sort());
  });

  test.each([
    ['before its handler has given the value', '/slow', () => gate.open()],
    ['before the response has gone out', '/large', () => undefined],
  ])('run in it, but for those of a delivery, where the client leaves %s', async (_when, path, then) => {
    await serveIn();
    const client = await HttpClient.connect(server.port);
    client.socket.pause();
    client.send('GET', path);
    await until(() => events.includes('handler'), 'the handler');
    await wait(20);
    client.socket.destroy();
    await wait(20);
    then();
    await done();
    expect(events).toEqual(['handler', ...inContext(path).slice(0, 2)]);
    expect(taskCounts(server.app)).toMatchObject({ done: 2, dropped: 1 });
  });

  test('run in it where the connection is reset while the handler runs', async () => {
    await serveIn();
    const client = await HttpClient.connect(server.port);
    during = () => client.socket.resetAndDestroy();
    client.send('GET', '/value');
    await until(() => events.length >= 2, 'the tasks');
    await done();
    expect(events.slice(0, 2)).toEqual(inContext('/value').slice(0, 2));
  });

  test.each(['/throws', '/unserializable'])('are dropped where the response fails: %s', async (path) => {
    await serveIn();
    await read(path);
    await done();
    expect(events).toEqual([]);
    expect(warnings()).toContainEqual(
      expect.stringContaining('3 background tasks dropped, since the response failed'),
    );
    expect(taskCounts(server.app)).toMatchObject({ done: 0, dropped: 3 });
  });

  test('run before a close that begins in the turn of the handler is through', async () => {
    let closed: Promise<void> | undefined;
    await serveIn({}, (app) => {
      app.addHook('onClose', () => {
        events.push('closed');
      });
    });
    during = () => {
      closed ??= server.app.close();
    };
    await read('/value');
    await closed;
    expect(events).toEqual([...inContext('/value'), 'closed']);
  });

  test('leave nothing behind where there are none', async () => {
    @Controller()
    class Bare {
      @Get('/')
      read(_tasks: BackgroundTasks) {
        return 1;
      }
    }
    await serve(Bare);
    await read('/');
    await server.app.close();
    expect(warnings()).toEqual([]);
  });
});

test('are dropped after an error that the error handler of the host answers', async () => {
  @Controller()
  class C {
    @Get('/')
    read(tasks: BackgroundTasks, @Depends(() => 1) _one: unknown) {
      tasks.addTask(() => events.push('task'));
      throw new Error('handler');
    }
  }
  await serve(C, {}, (app) => {
    app.setErrorHandler((_error, _request, reply) => reply.code(200).send('all is well'));
  });
  expect(await read('/')).toEqual([200, 'all is well']);
  await done();
  expect(events).toEqual([]);
  expect(taskCounts(server.app)).toMatchObject({ dropped: 1 });
});

test('runs the tasks of an injected list once, where the response has it as its background too', async () => {
  @Controller()
  class C {
    @Get() run(tasks: BackgroundTasks) {
      tasks.addTask(() => events.push('first'));
      const response = new JSONResponse(1, { background: tasks });
      tasks.addTask(() => events.push('second'));
      return response;
    }
  }
  await serve(C);
  expect(await read('/')).toEqual([200, '1']);
  await tasksDone(server.app);
  expect(events).toEqual(['first', 'second']);
});

test('logs that a task threw undefined', async () => {
  @Controller()
  class C {
    @Get() run(tasks: BackgroundTasks) {
      tasks.addTask(function odd() {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a program may do
        throw undefined;
      });
      return 1;
    }
  }
  await serve(C);
  await read('/');
  await tasksDone(server.app);
  expect(server.log.find(({ level }) => level === 50)).toMatchObject({
    task: 'odd',
    err: { message: 'undefined was thrown' },
  });
});
