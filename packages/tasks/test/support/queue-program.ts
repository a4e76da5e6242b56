// A server with an embedded queue, in a process of its own that a test can kill: see queue-process.ts.
import { appendFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { Body, Controller, Get, Post } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { defineTask, openEmbeddedQueue, type TaskQueue } from '@sluice/tasks';
import Fastify from 'fastify';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('it is started with a folder');

let queue: TaskQueue;

/** Takes up to 20 ms, then says in a file that it was done. */
const work = defineTask('work', async ({ n }: { n: number }) => {
  await wait(n % 20);
  appendFileSync(path.join(folder, 'done.txt'), `${n}\n`);
});

@Controller('/work')
class WorkController {
  @Post('/', { statusCode: 202 })
  async add(@Body(Object) body: { n: number }) {
    return queue.enqueue(work, { n: body.n });
  }

  @Get('/counts')
  async counts() {
    return queue.counts();
  }
}

async function main(folder: string): Promise<void> {
  const app = Fastify({ logger: { level: 'warn', file: path.join(folder, 'log.txt') } });
  queue = await openEmbeddedQueue({ folder: path.join(folder, 'tasks'), tasks: [work], log: app.log });
  await app.register(sluice, { controllers: [WorkController] });
  app.addHook('onClose', async () => queue.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.send?.((app.server.address() as AddressInfo).port);
  process.once('disconnect', () => void app.close());
}

main(folder).catch((error: unknown) => {
  process.send?.(error instanceof Error ? error.message : 'unknown');
  process.disconnect();
  process.exitCode = 1;
});
