import {
  BackgroundTasks,
  Body,
  Controller,
  Delete,
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
import { ItemStore } from './item-store.js';
import { CreateItem, type Item } from './item.js';

@Controller('/items')
export class ItemsController {
  constructor(
    private readonly store: ItemStore,
    private readonly activity: ActivityLog,
  ) {}

  @Get('/')
  list(@Query('limit', { default: 20, type: 'integer' }) limit: number): Promise<Item[]> {
    return this.store.newest(Math.min(Math.max(limit, 1), 100));
  }

  @Post('/', { statusCode: 201 })
  async create(@Body() item: CreateItem, tasks: BackgroundTasks): Promise<Item> {
    const stored = await this.store.add(item);
    // Runs after the response was sent: the client does not wait for it.
    tasks.addTask(
      (line: string) => this.activity.write(line),
      `created item ${String(stored.id)}: ${stored.name}`,
    );
    return stored;
  }

  @Get('/:id')
  async read(@Param('id', { type: 'integer' }) id: number): Promise<Item> {
    const item = await this.store.find(id);
    if (item === undefined) throw new HTTPException(404, 'Item not found');
    return item;
  }

  @Delete('/:id', { statusCode: 204 })
  async remove(@Param('id', { type: 'integer' }) id: number, tasks: BackgroundTasks): Promise<void> {
    const item = await this.store.remove(id);
    if (item === undefined) throw new HTTPException(404, 'Item not found');
    tasks.addTask((line: string) => this.activity.write(line), `deleted item ${String(id)}: ${item.name}`);
  }

  @Get('/export.csv', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  async *export(): AsyncGenerator<string> {
    yield 'id,name,price\n';
    for await (const { id, name, price } of this.store.all()) {
      yield `${String(id)},"${name.replaceAll('"', '""')}",${String(price)}\n`;
    }
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    yield new ServerSentEvent({ comment: 'changes of items' });
    for await (const { kind, item } of this.store.changes(signal)) {
      yield new ServerSentEvent({ event: kind, data: item });
    }
  }
}
