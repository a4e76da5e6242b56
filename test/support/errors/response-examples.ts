import {
  BackgroundTask,
  BackgroundTasks,
  Channel,
  Controller,
  EventSourceResponse,
  FileResponse,
  Get,
  JSONResponse,
  RedirectResponse,
  Response,
  ServerSentEvent,
  StreamingResponse,
  TemplateResponse,
  type ResponseCode,
  type RouteOptions,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';

import { CreateItem } from '../../../apps/demo/src/items/item.js';
import { createServer } from '../../../packages/fastify-adapter/test/support/start.js';

/** Calls that throw the error of a response, each by its code; some by a promise. */
export const responseExamples: Readonly<Record<ResponseCode, () => unknown>> = {
  HEADER_NAME_INVALID: () => new Response('', { headers: { 'cache control': 'no-store' } }),
  HEADER_VALUE_INVALID: () => new Response().headers.set('x-name', 'Zoë…'),
  COOKIE_INVALID: () => new Response().setCookie('my cookie', '1'),
  REDIRECT_ADDRESS_INVALID: () => new RedirectResponse('/a\r\nset-cookie: b=1'),
  FILENAME_INVALID: () => new FileResponse('report.pdf', { filename: 'report\n.pdf' }),
  STATUS_CODE_INVALID: () => new Response('', { statusCode: 99 }),
  CONTENT_INVALID: () => new Response({ name: 'lock' }).body,
  CONTENT_NOT_JSON: () => new JSONResponse(new Map()).body,
  RESPONSE_MODEL_UNFIT: () => answer(() => ({ name: 'lock', price: 9.5 })),
  TEMPLATE_WITHOUT_VIEW: () => answer(() => new TemplateResponse('item.ejs', { name: 'lock' })),
  CHUNK_INVALID: () => answer(() => new StreamingResponse([{ id: 1 } as never])),
  BODY_CONSUMED: () =>
    answer(async () => {
      const answer = new globalThis.Response('text');
      await answer.text();
      return answer;
    }),
  EVENT_INVALID: () => new ServerSentEvent({ data: 1, event: 'a\nb' }),
  EVENT_STREAM_INVALID: () => new EventSourceResponse([], { keepAlive: 0 }),
  CHANNEL_CLOSED: async () => {
    const channel = new Channel({ name: 'prices' });
    await channel.close();
    await channel.publish({ price: 9.5 });
  },
  SUBSCRIPTION_INVALID: () => new Channel().subscribe({ lastEventId: 7 as never }),
  HEAD_SENT: () => {
    const response = new Response();
    response.seal();
    response.headers.set('x-count', 1);
  },
  DEPENDENCY_YIELD: () => {
    function* session() {
      if (Date.now() < 0) yield 'session';
    }
    return answer(() => undefined, [session]);
  },
  TASK_INVALID: () => new BackgroundTask(Promise.resolve() as never),
  TASK_TOO_LATE: () => {
    const tasks = new BackgroundTasks();
    tasks.end('the tasks of its request had run');
    tasks.addTask(function notify() {});
  },
};

/** Throws the error that ends a request when its handler gives this, where a list of items is declared. */
async function answer(
  handler: () => unknown,
  dependencies: RouteOptions['dependencies'] = [],
): Promise<void> {
  @Controller('/items')
  class ItemsController {
    @Get('/', { responseModel: [CreateItem], dependencies })
    list() {
      return handler();
    }
  }
  let error: Error | undefined;
  const { app } = createServer();
  app.setErrorHandler<Error>((thrown) => {
    error = thrown;
    return null;
  });
  await app.register(sluice, { controllers: [ItemsController] });
  await app.inject('/items');
  await app.close();
  if (error !== undefined) throw error;
}
