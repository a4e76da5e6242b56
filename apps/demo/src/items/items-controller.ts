import {
  BackgroundTasks,
  Body,
  Controller,
  Delete,
  Depends,
  EventSourceResponse,
  Get,
  HTTPException,
  Param,
  Post,
  Query,
  ServerSentEvent,
  StreamingResponse,
} from '@sluice/core';

import { ActivityLog } from '../activity/activity-log.js';
import { openActivityLog } from '../activity/open-activity-log.js';
import { announce } from './announce.js';
import { ItemStore } from './item-store.js';
import { CreateItem, ItemOut, type Item } from './item.js';
import { openItemStore } from './open-item-store.js';
import { toCsv } from './to-csv.js';
import { withSamples } from './with-samples.js';

const NOT_FOUND = { 404: { description: 'No item has this id' } };
const MOST_SAMPLES = 1_000_000;

@Controller('/items', { tags: ['items'] })
export class ItemsController {
  constructor(
    @Depends(openItemStore) private readonly store: ItemStore,
    @Depends(openActivityLog) private readonly activity: ActivityLog,
  ) {}

  /** The newest items first. */
  @Get('/', { responseModel: [ItemOut] })
  list(@Query('limit', { default: 20, type: 'integer', min: 1, max: 100 }) limit: number): Promise<Item[]> {
    return this.store.newest(limit);
  }

  @Post('/', { statusCode: 201, responseModel: ItemOut })
  async create(@Body() body: CreateItem, tasks: BackgroundTasks): Promise<Item> {
    const item = await this.store.add(body);
    // Runs after the response was sent: the client does not wait for it.
    tasks.addTask(announce, this.activity, `created item ${item.id}: ${item.name}`);
    return item;
  }

  @Get('/:id', { responseModel: ItemOut, responses: NOT_FOUND })
  async read(@Param('id', { type: 'integer' }) id: number): Promise<Item> {
    const item = await this.store.find(id);
    if (item === undefined) throw new HTTPException(404, 'Item not found');
    return item;
  }

  @Delete('/:id', { statusCode: 204, responses: NOT_FOUND })
  async remove(@Param('id', { type: 'integer' }) id: number, tasks: BackgroundTasks): Promise<void> {
    const item = await this.store.remove(id);
    if (item === undefined) throw new HTTPException(404, 'Item not found');
    tasks.addTask(announce, this.activity, `deleted item ${id}: ${item.name}`);
  }

  /** All items, and made-up ones on request. Each row is sent as soon as it was read: how many there are does not matter. */
  @Get('/export.csv', {
    responseClass: StreamingResponse,
    mediaType: 'text/csv',
    headers: { 'content-disposition': 'attachment; filename="items.csv"' },
  })
  export(@Query('samples', { default: 0, type: 'integer' }) samples: number): AsyncGenerator<string> {
    return toCsv(withSamples(this.store.all(), Math.min(samples, MOST_SAMPLES)));
  }

  /** Every change from now on, as a `created` or `deleted` event. The signal fires when the client has gone. */
  @Get('/events', { responseClass: EventSourceResponse, events: { created: ItemOut, deleted: ItemOut } })
  async *events(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    // Sent at once, so that the client knows that it is connected before anything changes.
    yield new ServerSentEvent({ comment: 'changes of items' });
    for await (const { kind, item } of this.store.changes(signal)) {
      yield new ServerSentEvent({ event: kind, data: item });
    }
  }
}
