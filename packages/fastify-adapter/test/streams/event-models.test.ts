// Events that a route declares by name: what is sent of their data is what their model names, and the document says the same.
import {
  Channel,
  Controller,
  EventSourceResponse,
  Get,
  ServerSentEvent,
  type RouteOptions,
} from '@sluice/core';
import { IsInt, IsString } from 'class-validator';

import { until } from '../support/http-client.js';
import { VERSIONS } from '../support/stream-call.js';
import { startStreams, type StreamServer } from '../support/stream-server.js';
import { validateDocument } from '../support/validate-document.js';

class Tick {
  @IsInt() at!: number;
}

class Done {
  @IsString() why!: string;
}

class Whole {
  @IsString() whole!: string;
}

const NAMED: RouteOptions = {
  responseClass: EventSourceResponse,
  events: { tick: Tick, done: Done, all: [Tick] },
};
const secret = 'not for clients';
const ticks = new Channel<object>();

@Controller('/events', { responseModel: Whole })
class EventsController {
  @Get('/named', NAMED)
  *named(): Generator {
    yield new ServerSentEvent({ event: 'tick', data: { at: 1, secret }, id: '1', retry: 5, comment: 'c' });
    yield new ServerSentEvent({ event: 'done', data: Object.assign(new Done(), { why: 'enough', secret }) });
    yield new ServerSentEvent({ event: 'all', data: [{ at: 1, secret }] });
    yield new ServerSentEvent({ event: 'tick', rawData: 'as it is' });
    yield new ServerSentEvent({ event: 'other', data: { at: 1, open: true } });
    yield new ServerSentEvent({ event: 'toString', data: { at: 1, open: true } });
    yield new ServerSentEvent({ comment: 'nothing else' });
    yield { no: 'model of that name' };
  }

  @Get('/message', { responseClass: EventSourceResponse, events: { message: Tick } })
  async *message(): AsyncGenerator {
    yield { at: 1, secret };
    yield new ServerSentEvent({ data: { at: 2, secret } });
    yield new ServerSentEvent({ event: '', data: { at: 3, secret } });
    yield new ServerSentEvent({ event: 'tick', data: { at: 4 } });
  }

  @Get('/unfit', NAMED)
  *unfit(): Generator {
    yield new ServerSentEvent({ event: 'tick', data: { at: 'noon', secret } });
  }

  @Get('/unfit-later', {
    ...NAMED,
    onStreamError: () => new ServerSentEvent({ event: 'done', data: { said: 1 } }),
  })
  *unfitLater(): Generator {
    yield new ServerSentEvent({ event: 'tick', data: { at: 1 } });
    yield new ServerSentEvent({ event: 'done', data: { at: 1, secret } });
  }

  @Get('/channel', NAMED)
  async *channel(signal: AbortSignal): AsyncGenerator {
    yield* ticks.subscribe({ signal });
  }

  @Get('/returned', NAMED)
  returned(): EventSourceResponse {
    return new EventSourceResponse([{ event: 'tick', data: { at: 1, own: true } }]);
  }
}

describe.each(VERSIONS)('events that are declared by name, on %s', (version) => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await startStreams(version, [EventsController]);
  });
  afterAll(() => server.stop());

  it('are sent by their own models, and others as they are', async () => {
    const [status, text, ending] = await server.ask('/events/named').outcome();
    expect([status, ending]).toEqual([200, 'complete']);
    expect(text.split('\n\n').slice(0, -1)).toEqual([
      ': c\nevent: tick\ndata: {"at":1}\nid: 1\nretry: 5',
      'event: done\ndata: {"why":"enough"}',
      'event: all\ndata: [{"at":1}]',
      'event: tick\ndata: as it is',
      'event: other\ndata: {"at":1,"open":true}',
      'event: toString\ndata: {"at":1,"open":true}',
      ': nothing else',
      'data: {"no":"model of that name"}',
    ]);
    expect(text).not.toContain(secret);
  });

  it('have the name message where they have none', async () => {
    const [, text] = await server.ask('/events/message').outcome();
    expect(text.split('\n\n').slice(0, -1)).toEqual([
      'data: {"at":1}',
      'data: {"at":2}',
      'event: \ndata: {"at":3}',
      'event: tick\ndata: {"at":4}',
    ]);
  });

  it('are an error response where they do not fit, or are broken off', async () => {
    expect(await server.ask('/events/unfit').outcome()).toEqual([
      500,
      '{"detail":"Internal Server Error"}',
      'complete',
    ]);
    const [status, text] = await server.ask('/events/unfit-later').outcome();
    // What is said of an error is no item.
    expect([status, text]).toEqual([200, 'event: tick\ndata: {"at":1}\n\nevent: done\ndata: {"said":1}\n\n']);
    expect(server.complaints()).toEqual([
      expect.stringContaining('RESPONSE_MODEL_UNFIT'),
      expect.stringContaining('RESPONSE_MODEL_UNFIT'),
    ]);
  });

  it('are projected once for all clients of a channel', async () => {
    const clients = Array.from({ length: 5 }, () => server.ask('/events/channel'));
    await until(() => ticks.counts.subscribers === 5, 'the subscribers');
    let read = 0;
    const data = {
      secret,
      get at() {
        read += 1;
        return 7;
      },
    };
    await ticks.publish(data, { event: 'tick', id: 'a' });
    // Once when it is published.
    const before = read;
    await Promise.all(clients.map((client) => client.received('event: tick\ndata: {"at":7}\nid: a\n\n')));
    expect(read - before).toBeLessThan(clients.length);
    for (const client of clients) client.leave();
    await until(() => ticks.counts.subscribers === 0, 'the end');
  });

  it('are left alone in a response that the method returns itself', async () => {
    const [, text] = await server.ask('/events/returned').outcome();
    expect(text).toBe('event: tick\ndata: {"at":1,"own":true}\n\n');
  });
});

describe.each(['3.1.0', '3.2.0'] as const)('a document of OpenAPI %s', (openapi) => {
  it('has one schema for each name, of what is sent', async () => {
    const docs = { title: 'Events', version: '1', openapi, docsUrl: null };
    const server = await startStreams('HTTP/1.1', [EventsController], { docs });
    const [, text] = await server.ask('/openapi.json').outcome();
    const document: unknown = JSON.parse(text);
    expect(validateDocument(document)).toBe(openapi.slice(0, 3));
    const names = ['tick', 'done', 'all'];
    const event = (name: string, contentSchema: object): object => ({
      properties: { event: { enum: [name] }, data: { contentMediaType: 'application/json', contentSchema } },
    });
    const tick = { $ref: '#/components/schemas/Tick' };
    const schemas = [tick, { $ref: '#/components/schemas/Done' }, { type: 'array', items: tick }];
    expect(document).toMatchObject({
      paths: {
        '/events/named': {
          get: {
            responses: {
              200: {
                content: {
                  'text/event-stream': {
                    [openapi === '3.2.0' ? 'itemSchema' : 'x-item-schema']: {
                      oneOf: names.map((name, at) => event(name, schemas[at]!)),
                    },
                  },
                },
              },
            },
          },
        },
      },
    });
    await server.stop();
  });
});
