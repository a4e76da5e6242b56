// Server-sent events on the wire, read back by an independent parser.
import fastifyCompress from '@fastify/compress';
import {
  Controller,
  Delete,
  EventSourceResponse,
  Get,
  Header,
  HTTPException,
  Patch,
  Post,
  Put,
  Query,
  Response,
  ServerSentEvent,
  type ServerSentEventFields,
} from '@sluice/core';
import { IsInt } from 'class-validator';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';

const log: string[] = [];
let release: () => void = () => undefined;
const never = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

class Item {
  @IsInt() id!: number;
}

/** Every field, and what could be mistaken for one. */
const EVENTS: ServerSentEventFields[] = [
  { data: { a: 1 } },
  { data: 'text\nof lines' },
  { data: null },
  { data: 0 },
  { data: '' },
  { rawData: '' },
  { rawData: 'one\ntwo\r\nthree\rfour' },
  { rawData: '\n' },
  { rawData: ' leading space' },
  { rawData: 'event: forged\n\nid: forged' },
  { event: 'named', data: 1 },
  { event: '', data: 1 },
  { id: '0', data: 1 },
  { id: '', data: 1 },
  { id: 'with: colon', data: 1 },
  { retry: 0, data: 1 },
  { comment: 'for the reader\nof the wire\r\nand more', data: 1 },
  { event: 'all', id: '7', retry: 5, comment: 'c', data: ['x'] },
  { event: 'raw', id: '8', rawData: '{"not": json' },
];

const REFUSED: Record<string, ServerSentEventFields> = {
  'LF in event': { event: 'a\nb', data: 1 },
  'CR in event': { event: 'a\rdata: forged', data: 1 },
  'NUL in event': { event: 'a\0b', data: 1 },
  'LF in id': { id: '1\nevent: forged', data: 1 },
  'NUL in id': { id: '1\0', data: 1 },
  'negative retry': { retry: -1, data: 1 },
  'fraction in retry': { retry: 1.5, data: 1 },
  'both data and rawData': { data: 1, rawData: '1' },
  'a bigint': { data: 1n },
  'no field': {},
};

@Controller('/e')
class EventsController {
  @Get('/all', { responseClass: EventSourceResponse })
  *all(): Generator {
    for (const fields of EVENTS) yield new ServerSentEvent(fields);
  }

  @Get('/values', { responseClass: EventSourceResponse })
  async *values(): AsyncGenerator {
    yield { event: 'data', data: 'of a yielded object' };
    yield 'text';
    yield 0;
    yield null;
    yield undefined;
    yield [1];
  }

  @Get('/modelled', { responseClass: EventSourceResponse, responseModel: Item })
  *modelled(): Generator {
    yield { id: 1, hidden: true };
    yield new ServerSentEvent({ data: { id: 2, shown: true } });
  }

  @Get('/shaped')
  shaped(): EventSourceResponse {
    return new EventSourceResponse([
      { event: 'start', data: 'a\nb', id: '1' },
      { other: 1 },
      { data: { x: 1 } },
      { rawData: 'raw' },
      { event: 'no data' },
      { comment: 'only' },
    ]);
  }

  @Get('/head', { responseClass: EventSourceResponse, statusCode: 202, headers: { 'x-route': '1' } })
  *head(response: Response): Generator {
    response.headers.set('cache-control', 'no-store').set('x-own', '1');
    yield 1;
  }

  @Get('/own-head')
  ownHead(): EventSourceResponse {
    return new EventSourceResponse([1], {
      headers: { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'yes' },
    });
  }

  @Get('/any', { responseClass: EventSourceResponse })
  @Post('/any', { responseClass: EventSourceResponse })
  @Put('/any', { responseClass: EventSourceResponse })
  @Patch('/any', { responseClass: EventSourceResponse })
  @Delete('/any', { responseClass: EventSourceResponse })
  async *any(): AsyncGenerator {
    yield 'any';
  }

  @Get('/resumed', { responseClass: EventSourceResponse })
  *resumed(@Header('last-event-id', { optional: true }) last?: string): Generator {
    const from = last === undefined ? 0 : Number(last) + 1;
    for (let id = from; id < from + 2; id += 1) yield new ServerSentEvent({ data: id, id: String(id) });
  }

  @Get('/refused', { responseClass: EventSourceResponse })
  async *refused(
    @Query('name') name: string,
    @Query('after', { type: Boolean }) after: boolean,
  ): AsyncGenerator {
    try {
      if (after) yield 'first';
      yield REFUSED[name]!;
      yield new ServerSentEvent(REFUSED[name]!);
    } finally {
      log.push('finally');
    }
  }

  @Get('/refused-shaped')
  refusedShaped(@Query('name') name: string): EventSourceResponse {
    return new EventSourceResponse([REFUSED[name]!]);
  }

  @Get('/denied', { responseClass: EventSourceResponse })
  async *denied(): AsyncGenerator<never> {
    throw new HTTPException(403, 'not yours');
  }

  @Get('/quiet', { responseClass: EventSourceResponse })
  async *quiet(signal: AbortSignal): AsyncGenerator {
    const released = new Promise<void>((resolve) => (release = resolve));
    await Promise.race([never(signal), released]);
    yield 'released';
    await never(signal);
  }

  @Get('/late-failure', { responseClass: EventSourceResponse })
  async *lateFailure(signal: AbortSignal): AsyncGenerator {
    const released = new Promise<void>((resolve) => (release = resolve));
    await Promise.race([never(signal), released]);
    throw new HTTPException(403, 'not yours');
  }

  @Get('/wait-not')
  waitNot(signal: AbortSignal): EventSourceResponse {
    return new EventSourceResponse(this.quiet(signal), { firstItemTimeout: 0 });
  }

  @Get('/steps', { responseClass: EventSourceResponse })
  async *steps(signal: AbortSignal): AsyncGenerator {
    for (let step = 0; step < 3; step += 1) {
      const released = new Promise<void>((resolve) => (release = resolve));
      yield { step };
      await Promise.race([never(signal), released]);
    }
  }
}

/** What an independent parser makes of the text. */
function parse(text: string): {
  events: EventSourceMessage[];
  comments: string[];
  retries: number[];
  errors: string[];
} {
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const retries: number[] = [];
  const errors: string[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (comment) => comments.push(comment),
    onRetry: (retry) => retries.push(retry),
    onError: (error) => errors.push(error.message),
  });
  parser.feed(text);
  return { events, comments, retries, errors };
}

describe.each(VERSIONS)('an event stream on %s', (version) => {
  let server: StreamServer;
  beforeEach(async () => {
    log.length = 0;
    server = await startStreams(version, [EventsController], { drainTimeout: 200 });
  });
  afterEach(() => server.stop());

  it('gives every field as it was given, and nothing that was not', async () => {
    const [, text] = await server.ask('/e/all').outcome();
    const { events, comments, retries, errors } = parse(text);
    const lines = (raw: string): string => raw.replaceAll(/\r\n?/g, '\n');
    expect(events).toEqual(
      EVENTS.map(({ data, rawData, event, id }) => ({
        data: rawData === undefined ? JSON.stringify(data) : lines(rawData),
        event: event === '' ? undefined : event,
        id,
      })),
    );
    expect(comments).toEqual(['for the reader', 'of the wire', 'and more', 'c']);
    expect([retries, errors]).toEqual([[0, 5], []]);
  });

  it('has the headers that keep caches, proxies and buffers away from it', async () => {
    const { headers } = await server.ask('/e/values').ended();
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    expect(headers).not.toHaveProperty('content-length');
  });

  it('takes other headers from response and route', async () => {
    const head = await server.ask('/e/head').ended();
    expect(head.status).toBe(202);
    expect(head.headers).toMatchObject({ 'x-route': '1', 'x-own': '1', 'cache-control': 'no-store' });
    expect((await server.ask('/e/own-head').ended()).headers).toMatchObject({
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'yes',
    });
  });

  it('takes plain values for data, a plain object that is yielded always', async () => {
    const [, text] = await server.ask('/e/values').outcome();
    expect(text).toBe(
      [
        'data: {"event":"data","data":"of a yielded object"}',
        'data: "text"',
        'data: 0',
        'data: null',
        'data: null',
        'data: [1]',
        '',
      ].join('\n\n'),
    );
  });

  it('takes objects that have the shape of an event for one, where it is given them', async () => {
    const [, text] = await server.ask('/e/shaped').outcome();
    expect(text).toBe(
      [
        'event: start\ndata: a\ndata: b\nid: 1',
        'data: {"other":1}',
        'data: {"x":1}',
        'data: raw',
        'data: {"event":"no data"}',
        ': only',
        '',
      ].join('\n\n'),
    );
  });

  it('puts plain values through the response model', async () => {
    const [, text] = await server.ask('/e/modelled').outcome();
    expect(text.split('\n\n')[0]).toBe('data: {"id":1}');
    expect(parse(text).events).toHaveLength(2);
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('answers %s', async (method) => {
    const body = method === 'GET' ? undefined : { a: 1 };
    expect(await server.ask('/e/any', { method, body }).outcome()).toEqual([
      200,
      'data: "any"\n\n',
      'complete',
    ]);
  });

  it('reads Last-Event-ID as a header, though it is 0', async () => {
    const ids = async (last?: string): Promise<(string | undefined)[]> => {
      const headers = last === undefined ? {} : { 'last-event-id': last };
      const [, text] = await server.ask('/e/resumed', { headers }).outcome();
      return parse(text).events.map(({ id }) => id);
    };
    expect(await ids()).toEqual(['0', '1']);
    expect(await ids('0')).toEqual(['1', '2']);
    expect(await ids('41')).toEqual(['42', '43']);
  });

  it.each(Object.keys(REFUSED).filter((name) => name !== 'a bigint' && name !== 'no field'))(
    'refuses %s: an error response before the head, a break after it, and never a forged field',
    async (name) => {
      const query = `name=${encodeURIComponent(name)}`;
      const shaped = server.ask(`/e/refused-shaped?${query}`);
      expect((await shaped.outcome())[0]).toBe(500);
      const [status, text, ending] = await server.ask(`/e/refused?${query}&after=true`).outcome();
      expect([status, ending]).toEqual([200, 'broken']);
      // The plain object is data; the event is refused.
      expect(parse(text).events.map(({ data }) => data)).toEqual(['"first"', JSON.stringify(REFUSED[name])]);
      await until(() => log.length > 0, 'the clean-up');
      expect(server.complaints().some((line) => line.includes('EVENT_INVALID'))).toBe(true);
    },
  );

  it('refuses data that is no JSON', async () => {
    expect((await server.ask('/e/refused?name=a bigint&after=false'.replace(' ', '%20')).outcome())[0]).toBe(
      500,
    );
    await until(() => log.length > 0, 'the clean-up');
  });

  it('is an error response when it fails at once, without its headers', async () => {
    const response = server.ask('/e/denied');
    expect(await response.outcome()).toEqual([403, '{"detail":"not yours"}', 'complete']);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    for (const name of ['cache-control', 'x-accel-buffering'])
      expect(response.headers).not.toHaveProperty(name);
  });

  it.each(['/e/quiet', '/e/wait-not'])(
    'opens with its head and a comment when its first event is late: %s',
    async (path) => {
      const response = await server.ask(path).head();
      await until(() => response.text !== '', 'the comment');
      expect([response.status, response.text, response.ending]).toEqual([200, ': \n\n', undefined]);
      release();
      await response.received('released');
      expect(response.text).toBe(': \n\ndata: "released"\n\n');
    },
  );

  it('is broken off when it fails after it was opened', async () => {
    const response = await server.ask('/e/late-failure').received(':');
    release();
    expect(await response.outcome()).toEqual([200, ': \n\n', 'broken']);
  });

  it('is not held back by @fastify/compress', async () => {
    const compressed = await startStreams(version, [EventsController], {}, (app) =>
      app.register(fastifyCompress, { threshold: 0 }),
    );
    const response = compressed.ask('/e/steps', { headers: { 'accept-encoding': 'gzip, br' } });
    for (let step = 0; step < 3; step += 1) {
      // Would wait for ever if an event waited for the next one.
      await response.received(`{"step":${String(step)}}`);
      release();
    }
    expect((await response.outcome())[2]).toBe('complete');
    expect(response.headers).not.toHaveProperty('content-encoding');
    await compressed.stop();
  });
});
