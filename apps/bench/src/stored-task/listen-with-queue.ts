import { Body, Controller, Post } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { defineTask, type AnyTask, type TaskQueue } from '@sluice/tasks';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

/** Serves a route that stores a task before it answers; its process runs the tasks too. */
export async function listenWithQueue(
  open: (tasks: readonly AnyTask[]) => Promise<TaskQueue>,
): Promise<number> {
  const lengths = [0];
  const notify = defineTask('notify', (name: string) => {
    lengths[0] = name.length;
  });
  const queue = await open([notify]);

  @Controller()
  class ValueController {
    @Post('/value')
    async create(@Body(Object) item: { name: string }) {
      await queue.enqueue(notify, item.name);
      return { name: item.name };
    }
  }

  const app = Fastify();
  await app.register(sluice, { controllers: [ValueController] });
  return listenOnLoopback(app);
}
