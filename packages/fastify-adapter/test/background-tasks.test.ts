import { BackgroundTask, BackgroundTasks, Controller, Get, JSONResponse, Response } from '@sluice/core';

import { until } from './support/http-client.js';
import { start, type TestServer } from './support/start.js';

const log: string[] = [];
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

@Controller('/t')
class TasksController {
  @Get('/both')
  both(tasks: BackgroundTasks): Response {
    tasks.addTask((name: string) => log.push(name), 'injected');
    tasks.addTask(() => {
      throw new Error('in a task');
    });
    const response = new JSONResponse(1, { background: new BackgroundTask(() => log.push('replaced')) });
    response.background = [
      new BackgroundTask(() => log.push('own 1')),
      new BackgroundTask(() => log.push('own 2')),
    ];
    return response;
  }

  @Get('/slow')
  slow(tasks: BackgroundTasks): string {
    tasks.addTask(async () => {
      await pause(50);
      log.push('slow task');
    });
    return 'sent';
  }

  @Get('/assigned')
  assigned(response: Response): string {
    response.background = new BackgroundTask(() => log.push('assigned'));
    return 'sent';
  }
}

let server: TestServer;
beforeEach(async () => {
  log.length = 0;
  server = await start([TasksController]);
});
afterEach(() => server.app.close());
const get = (path: string): Promise<globalThis.Response> => fetch(server.url + path);

describe('background tasks', () => {
  it('run in their order, injected ones first, and an error in one stops no other', async () => {
    expect(await (await get('/t/both')).json()).toBe(1);
    await until(() => log.length === 3, 'three tasks');
    expect(log).toEqual(['injected', 'own 1', 'own 2']);
    expect(server.log.find(({ level }) => level === 50)).toMatchObject({
      err: { message: 'in a task' },
      msg: 'TasksController.both: background task anonymous failed',
    });
    await get('/t/assigned');
    await until(() => log.includes('assigned'), 'the task of the injected response');
  });

  it('do not keep the client waiting, and are waited for by the close of the server', async () => {
    expect(await (await get('/t/slow')).json()).toBe('sent');
    expect(log).toEqual([]);
    await server.app.close();
    expect(log).toEqual(['slow task']);
  });

  it('that outlast the limit are given up by name', async () => {
    const hasty = await start([TasksController], { drainTimeout: 5 });
    await fetch(`${hasty.url}/t/slow`);
    await hasty.app.close();
    expect(hasty.log.map(({ msg }) => msg)).toContain(
      'closing: gave up after 5 ms: TasksController.slow (background task anonymous)',
    );
    await until(() => log.includes('slow task'), 'the end of the task');
  });
});
