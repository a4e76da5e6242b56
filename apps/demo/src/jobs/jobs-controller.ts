import {
  Body,
  Controller,
  Depends,
  EventSourceResponse,
  Get,
  HTTPException,
  Param,
  Post,
} from '@sluice/core';
import { type EnqueuedTask, type TaskInfo, type TaskQueue, TaskQueueError } from '@sluice/tasks';

import { DeadNewsletter } from './dead-newsletter.js';
import { Newsletter, StoredNewsletter, Trouble } from './newsletter.js';
import { openJobQueue } from './open-job-queue.js';
import { sendNewsletter } from './send-newsletter.js';

// Longer than the attempts of a task last.
const OUTAGE_MS = 8000;
const NOT_FOUND = { 404: { description: 'No task has this id' } };

/** Work that is stored before its request is answered: it is done, whatever becomes of this process. */
@Controller('/jobs', { tags: ['jobs'] })
export class JobsController {
  constructor(@Depends(openJobQueue) private readonly queue: TaskQueue) {}

  /** Answered when the task is on the disk: from then on it is done at least once. */
  @Post('/newsletters', { statusCode: 202 })
  send(@Body() newsletter: Newsletter): Promise<EnqueuedTask> {
    const awayUntil = newsletter.trouble === Trouble.Outage ? Date.now() + OUTAGE_MS : 0;
    const stored = Object.assign(new StoredNewsletter(), newsletter, { awayUntil });
    return this.queue.enqueue(sendNewsletter, stored);
  }

  @Get('/:id', { responses: NOT_FOUND })
  async read(@Param('id') id: string): Promise<TaskInfo> {
    const info = await this.queue.find(id);
    if (info === undefined) throw new HTTPException(404, 'Task not found');
    return info;
  }

  /** How far it is now, then each change, until the task is done or dead. */
  @Get('/:id/progress', { responseClass: EventSourceResponse, responses: NOT_FOUND })
  async progress(@Param('id') id: string): Promise<EventSourceResponse> {
    await this.read(id);
    return new EventSourceResponse(this.queue.watch(id));
  }

  /** What has failed for good, the last one first. Errors are for who runs a service, not for its clients. */
  @Get('/dead-letters', { responseModel: [DeadNewsletter] })
  async deadLetters(): Promise<DeadNewsletter[]> {
    return (await this.queue.deadLetters.list({ limit: 20 })).map((letter) => new DeadNewsletter(letter));
  }

  /** Gives it all of its attempts again. */
  @Post('/dead-letters/:id/retry', { statusCode: 204, responses: NOT_FOUND })
  async retry(@Param('id') id: string): Promise<void> {
    try {
      await this.queue.deadLetters.retry(id);
    } catch (error) {
      const isGone = error instanceof TaskQueueError && error.code === 'TASK_NOT_DEAD';
      throw isGone ? new HTTPException(404, 'No dead letter has this id') : error;
    }
  }
}
