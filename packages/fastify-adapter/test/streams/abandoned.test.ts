// A generator that waits for what never comes cannot be stopped from outside: it is abandoned, and all else goes on.
import { BackgroundTasks, Controller, Depends, Get, Post, StreamingResponse } from '@sluice/core';

import { VERSIONS } from '../support/stream-call.js';
import { startStreams } from '../support/stream-server.js';

const log: string[] = [];
const text = { responseClass: StreamingResponse, mediaType: 'text/plain' };

async function* session(): AsyncGenerator<object> {
  try {
    yield {};
  } finally {
    log.push('clean-up');
  }
}

@Controller()
class NeverController {
  @Get('/never', text)
  @Post('/never', text)
  async *never(tasks: BackgroundTasks, @Depends(session) _session: object): AsyncGenerator<string> {
    tasks.addTask(() => log.push('task'));
    yield 'first';
    await new Promise(() => undefined);
  }
}

describe('a generator that never stops waiting', () => {
  it('is abandoned and reported once, by its route, and holds neither tasks, nor its scope, nor the close of the server', async () => {
    log.length = 0;
    const servers = await Promise.all(
      VERSIONS.map((version) => startStreams(version, [NeverController], { drainTimeout: 9000 })),
    );
    await Promise.all(
      servers.map(async (server) => {
        const calls = ['GET', 'POST'].map((method) =>
          server.ask('/never', { method, body: method === 'POST' ? {} : undefined }),
        );
        for (const call of calls) (await call.received('first')).leave();
        await server.app.close();
        const reported = server.complaints();
        expect(reported).toHaveLength(calls.length);
        for (const line of reported)
          expect(line).toMatch(/^NeverController\.never: its generator did not stop within 5000 ms/);
      }),
    );
    expect(log.filter((entry) => entry === 'task')).toHaveLength(4);
    expect(log.filter((entry) => entry === 'clean-up')).toHaveLength(4);
  });
});
