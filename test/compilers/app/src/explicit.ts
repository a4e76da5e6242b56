// Controllers that say every type: a compiler that writes no types of parameters serves them like any other.
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
  constructor(@Inject(Greeter) private readonly greeter: Greeter) {}

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
    @Param('id', { type: Number }) id: number,
    @Query('exact', { type: Boolean }) exact: boolean,
    @Query('since', { type: Date }) since: Date,
    @Query('tag', { type: [String] }) tags: string[],
    @Query('colour', { type: Colour }) colour: Colour,
    @Query('limit', { default: 20 }) limit: number,
    @Header('x-trace', { type: String }) trace: string,
    @Cookie('visits', { type: 'integer', optional: true }) visits?: number,
  ) {
    return { id, exact, since: since.toISOString(), tags, colour, limit, trace, visits };
  }
}

@Controller('/items')
class ItemsController {
  constructor(@Inject(Journal) private readonly journal: Journal) {}

  @Post('/', { statusCode: 201 })
  create(@Body(CreateItem) item: CreateItem) {
    return { isModel: item instanceof CreateItem, item };
  }

  @Post('/noted')
  note(
    @Body(CreateItem) item: CreateItem,
    @Inject(BackgroundTasks) tasks: BackgroundTasks,
    @Inject(Response) response: Response,
  ) {
    tasks.addTask((name: string) => {
      this.journal.write(`noted ${name}`);
    }, item.name);
    response.statusCode = 202;
    response.headers.set('x-item', item.name);
    response.setCookie('item', item.name);
    return { noted: item.name };
  }

  @Get('/journal')
  async read(@Inject(Journal) journal: Journal) {
    return { entry: await journal.read(), isShared: journal === this.journal };
  }

  @Get('/signal')
  signal(@Inject(AbortSignal) signal: AbortSignal) {
    return { isSignal: signal instanceof AbortSignal, aborted: signal.aborted };
  }
}

@Controller('/streams')
class StreamsController {
  constructor(@Inject(Journal) private readonly journal: Journal) {}

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
  async *refused(@Query('user', { type: String, optional: true }) user?: string) {
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
  async *late(@Inject(Response) response: Response) {
    response.headers.set('x-rows', '1');
    yield 'id,name\n';
    await Promise.resolve();
    yield '1,Chair\n';
  }

  @Get('/events', { responseClass: EventSourceResponse })
  async *events(@Header('last-event-id', { type: String, optional: true }) last?: string) {
    yield new ServerSentEvent({ comment: `after ${last ?? 'nothing'}` });
    await Promise.resolve();
    yield new ServerSentEvent({ event: 'update', data: { row: 1 }, id: '1' });
    yield { data: 'a plain object is data' };
  }

  /** Ends with its client, and leaves word of it. */
  @Get('/endless')
  async *endless(@Inject(AbortSignal) signal: AbortSignal) {
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
  constructor(@Inject(Greeter) protected readonly greeter: Greeter) {}

  @Get('/')
  about() {
    return { greeting: this.greeter.greet('all') };
  }

  @Get('/:name')
  greet(@Param('name', { type: String }) name: string) {
    return { greeting: this.greeter.greet(name) };
  }

  @Get('/:name/letters')
  *letters(@Param('name', { type: String }) name: string) {
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
  twice(@Param('name', { type: String }) name: string) {
    return [this.greet(name), this.greet(name)];
  }
}

export const explicitControllers = [
  ValuesController,
  ItemsController,
  StreamsController,
  QuietController,
  LoudController,
];
