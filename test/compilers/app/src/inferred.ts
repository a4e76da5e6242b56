// The same controllers, with what a compiler can tell left to it: types of scalars and of bodies, what belongs to the
// request by its type alone, constructors without a decorator.
import { once } from 'node:events';

import {
  BackgroundTasks,
  Body,
  Controller,
  Cookie,
  EventSourceResponse,
  Get,
  Header,
  HTTPException,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Response,
  ServerSentEvent,
  StreamingResponse,
} from '@sluice/core';

import { Colour, CreateItem } from './item.js';
import { Greeter, Journal } from './services.js';

@Controller('/values')
class ValuesController {
  constructor(private readonly greeter: Greeter) {}

  @Get('/plain')
  plain() {
    return { greeting: this.greeter.greet('world') };
  }

  @Get('/text')
  text() {
    return 'plain text is JSON too';
  }

  @Get('/later')
  async later(@Query('name', { default: 'later' }) name: string) {
    await Promise.resolve();
    return { greeting: this.greeter.greet(name) };
  }

  @Get('/failing')
  async failing() {
    await Promise.resolve();
    throw new HTTPException(409, 'Not now');
  }

  @Get('/one')
  @Get('/other')
  @Put('/one')
  several() {
    return { greeting: this.greeter.greet('either') };
  }

  @Get('/scalars/:id')
  scalars(
    @Param('id') id: number,
    @Query('exact') exact: boolean,
    @Query('since') since: Date,
    @Query('tag', { type: [String] }) tags: string[],
    @Query('colour', { type: Colour }) colour: Colour,
    @Query('limit', { default: 20 }) limit: number,
    @Header('x-trace') trace: string,
    @Cookie('visits', { type: 'integer', optional: true }) visits?: number,
  ) {
    return { id, exact, since: since.toISOString(), tags, colour, limit, trace, visits };
  }
}

@Controller('/items')
class ItemsController {
  constructor(private readonly journal: Journal) {}

  @Post('/', { statusCode: 201 })
  create(@Body() item: CreateItem) {
    return { isModel: item instanceof CreateItem, item };
  }

  @Post('/noted')
  note(@Body() item: CreateItem, tasks: BackgroundTasks, response: Response) {
    tasks.addTask((name: string) => {
      this.journal.write(`noted ${name}`);
    }, item.name);
    response.statusCode = 202;
    response.headers.set('x-item', item.name);
    response.setCookie('item', item.name);
    return { noted: item.name };
  }

  @Get('/journal')
  async read(@Inject() journal: Journal) {
    return { entry: await journal.read(), isShared: journal === this.journal };
  }

  @Get('/signal')
  signal(signal: AbortSignal) {
    return { isSignal: signal instanceof AbortSignal, aborted: signal.aborted };
  }
}

@Controller('/streams')
class StreamsController {
  constructor(private readonly journal: Journal) {}

  @Get('/lines')
  *lines() {
    yield { row: 1 };
    yield { row: 2 };
  }

  @Get('/late-lines')
  async *lateLines(@Query('count', { default: 2 }) count: number) {
    for (let row = 1; row <= count; row += 1) {
      await Promise.resolve();
      yield { row };
    }
  }

  @Get('/refused')
  async *refused(@Query('user', { optional: true }) user?: string) {
    await Promise.resolve();
    if (user === undefined) throw new HTTPException(403, 'Who are you?');
    yield { user };
  }

  @Get('/export.csv', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  *export() {
    yield 'id,name\n';
    yield '1,Chair\n';
  }

  @Get('/late.csv', { responseClass: StreamingResponse, mediaType: 'text/csv' })
  async *late(response: Response) {
    response.headers.set('x-rows', '1');
    yield 'id,name\n';
    await Promise.resolve();
    yield '1,Chair\n';
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(@Header('last-event-id', { optional: true }) last?: string) {
    yield new ServerSentEvent({ comment: `after ${last ?? 'nothing'}` });
    await Promise.resolve();
    yield new ServerSentEvent({ event: 'update', data: { row: 1 }, id: '1' });
    yield { data: 'a plain object is data' };
  }

  /** Ends with its client, and leaves word of it. */
  @Get('/endless')
  async *endless(signal: AbortSignal) {
    try {
      yield { open: true };
      await once(signal, 'abort');
    } finally {
      this.journal.write(signal.aborted ? 'the client has gone' : 'ended by itself');
    }
  }
}

@Controller('/quiet')
class QuietController {
  constructor(protected readonly greeter: Greeter) {}

  @Get('/')
  about() {
    return { greeting: this.greeter.greet('all') };
  }

  @Get('/:name')
  greet(@Param('name') name: string) {
    return { greeting: this.greeter.greet(name) };
  }

  @Get('/:name/letters')
  *letters(@Param('name') name: string) {
    yield* name;
  }
}

@Controller('/loud')
class LoudController extends QuietController {
  // The route and the source of its parameter are those of the base.
  override greet(name: string) {
    return { greeting: `${super.greet(name).greeting}!` };
  }

  @Get('/:name/twice')
  twice(@Param('name') name: string) {
    return [this.greet(name), this.greet(name)];
  }
}

export const inferredControllers = [
  ValuesController,
  ItemsController,
  StreamsController,
  QuietController,
  LoudController,
];
