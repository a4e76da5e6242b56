// Pages that @fastify/view of the host renders.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import view, { type FastifyViewOptions } from '@fastify/view';
import {
  BackgroundTask,
  BackgroundTasks,
  Controller,
  dependency,
  Depends,
  Get,
  Response,
  TemplateResponse,
  type Constructor,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import ejs from 'ejs';
import type { FastifyInstance } from 'fastify';

import { createDocumented, documentOf } from './support/documents.js';
import { createServer, type LogLine } from './support/start.js';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-views-'));
const templates: Readonly<Record<string, string>> = {
  'page.ejs': '<p><%= name %></p>',
  'site.ejs': '<p><%= site %> <%= user %> <%= name %></p>',
  'layout.ejs': '<main><%- body %></main>',
  'broken.ejs': '<p><%= name.of.nothing %></p>',
  'syntax.ejs': '<p><%= </p>',
  'session.ejs': '<p><%= await session.read() %></p>',
};
for (const [name, text] of Object.entries(templates)) writeFileSync(path.join(folder, name), text);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const servers: FastifyInstance[] = [];
afterEach(() => Promise.all(servers.splice(0).map((app) => app.close())));

async function serve(
  controllers: readonly Constructor[],
  options: Partial<FastifyViewOptions> = {},
  prepare: (app: FastifyInstance) => unknown = () => undefined,
): Promise<{ app: FastifyInstance; log: LogLine[] }> {
  const { app, log } = createServer();
  servers.push(app);
  await app.register(view, { engine: { ejs }, root: folder, ...options });
  await prepare(app);
  await app.register(sluice, { controllers });
  return { app, log };
}

const ran: string[] = [];
beforeEach(() => ran.splice(0));

class CardResponse extends TemplateResponse {
  static override readonly mediaType = 'application/xhtml+xml';
  static override readonly renderer = 'cardAsync';
}

@Controller('/pages')
class PagesController {
  @Get('/returned')
  returned(tasks: BackgroundTasks) {
    tasks.addTask(() => ran.push('injected'));
    return new TemplateResponse(
      'page.ejs',
      { name: '<lock>' },
      {
        statusCode: 201,
        headers: { 'x-page': 'yes' },
        background: new BackgroundTask(() => ran.push('own')),
      },
    ).setCookie('seen', '1');
  }

  @Get('/rendered', { responseClass: TemplateResponse, template: 'page.ejs', statusCode: 202 })
  async rendered(response: Response) {
    response.headers.set('x-set', 'yes');
    response.setCookie('seen', '1');
    return { name: await Promise.resolve('lock') };
  }

  @Get('/in-layout')
  inLayout() {
    return new TemplateResponse('page.ejs', { name: 'lock' }, { layout: 'layout.ejs' });
  }

  @Get('/site') site() {
    return new TemplateResponse('site.ejs', { name: 'lock' });
  }

  @Get('/missing') missing(tasks: BackgroundTasks) {
    tasks.addTask(() => ran.push('never'));
    return new TemplateResponse(
      'none.ejs',
      {},
      { headers: { 'x-page': 'yes', 'cache-control': 'max-age=60' } },
    );
  }

  @Get('/broken') broken() {
    return new TemplateResponse('broken.ejs', { name: {} });
  }

  @Get('/syntax') syntax() {
    return new TemplateResponse('syntax.ejs');
  }

  @Get('/empty') empty() {
    return new TemplateResponse('none.ejs', {}, { statusCode: 204 });
  }

  @Get('/list', { responseClass: TemplateResponse, template: 'page.ejs' }) list() {
    return [1];
  }

  @Get('/nameless', { responseClass: TemplateResponse }) nameless() {
    return { name: 'lock' };
  }

  @Get('/given') given() {
    const response = new TemplateResponse('none.ejs');
    response.body = '<p>given</p>';
    return response;
  }
}

test('a returned page has its status, headers and cookies, escapes, and runs all tasks after it', async () => {
  const { app } = await serve([PagesController]);
  const response = await app.inject('/pages/returned');

  expect([response.statusCode, response.body]).toEqual([201, '<p>&lt;lock&gt;</p>']);
  expect(response.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-length': '19',
    'x-page': 'yes',
    'set-cookie': 'seen=1; Path=/; SameSite=Lax',
  });
  await app.close();
  expect(ran).toEqual(['injected', 'own']);
});

test('what a method returns is the context of its route’s template, with what an injected Response was given', async () => {
  const { app } = await serve([PagesController]);
  const response = await app.inject('/pages/rendered');

  expect([response.statusCode, response.body]).toEqual([202, '<p>lock</p>']);
  expect(response.headers).toMatchObject({
    'x-set': 'yes',
    'set-cookie': expect.stringMatching(/^seen=1/) as string,
  });
});

test('layouts, locals of the reply and the default context are the host’s', async () => {
  const { app } = await serve([PagesController], { defaultContext: { site: 'Sluice' } }, (host) =>
    host.addHook('preHandler', async (_request, reply) => {
      Object.assign((reply as unknown as { locals: object }).locals, { user: 'Ada' });
    }),
  );

  expect((await app.inject('/pages/in-layout')).body).toBe('<main><p>lock</p></main>');
  expect((await app.inject('/pages/site')).body).toBe('<p>Sluice Ada lock</p>');
});

test('hooks see the page, and HEAD has its length and no body', async () => {
  const { app } = await serve([PagesController], {}, (host) =>
    host.addHook('onSend', async (_request, reply, payload) => {
      void reply.header('x-sent', String(payload));
      return payload;
    }),
  );
  const head = await app.inject({ method: 'HEAD', url: '/pages/in-layout' });

  expect((await app.inject('/pages/in-layout')).headers['x-sent']).toBe('<main><p>lock</p></main>');
  expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '24', '']);
});

test.each([
  ['missing', 'none.ejs'],
  ['broken', 'nothing'],
  ['syntax', 'close tag'],
])(
  'a template that is %s is a 500 with none of the page’s headers, and its cause is in the log',
  async (route, cause) => {
    const { app, log } = await serve([PagesController]);
    const response = await app.inject(`/pages/${route}`);

    expect([response.statusCode, response.json()]).toEqual([500, { detail: 'Internal Server Error' }]);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.headers).not.toHaveProperty('x-page');
    expect(response.headers).not.toHaveProperty('cache-control');
    expect(log.some(({ err }) => err?.message.includes(cause))).toBe(true);
    await app.close();
    expect(ran).toEqual([]);
  },
);

test('a status without a body renders nothing, and a body that is set is sent', async () => {
  const { app } = await serve([PagesController]);
  const empty = await app.inject('/pages/empty');

  expect([empty.statusCode, empty.body]).toEqual([204, '']);
  expect((await app.inject('/pages/given')).body).toBe('<p>given</p>');
});

test.each([
  ['list', 'the context of page.ejs is an object of names and values, not a list or an iterable'],
  [
    'nameless',
    "TemplateResponse has no template to render: return new TemplateResponse('page.ejs', context)",
  ],
])('says in the log what is wrong with /%s', async (route, message) => {
  const { app, log } = await serve([PagesController]);

  expect((await app.inject(`/pages/${route}`)).statusCode).toBe(500);
  expect(log.map(({ err }) => err?.message ?? '').join()).toContain(`CONTENT_INVALID: ${message}`);
});

test('a class of one’s own has another media type, and another renderer of the host', async () => {
  @Controller('/cards')
  class CardsController {
    @Get('/', { responseClass: CardResponse, template: 'page.ejs' }) read() {
      return { name: 'lock' };
    }
  }
  const { app } = await serve([CardsController], { propertyName: 'card' });
  const response = await app.inject('/cards');

  expect([response.headers['content-type'], response.body]).toEqual(['application/xhtml+xml', '<p>lock</p>']);
});

test('is rendered while dependencies of the function are open, and ended where it fails', async () => {
  const events: string[] = [];
  async function* openSession() {
    let open = true;
    try {
      yield { read: async () => Promise.resolve(open ? 'open' : 'closed') };
      events.push('done');
    } catch (error) {
      events.push('failed');
      throw error;
    } finally {
      open = false;
    }
  }
  const session = dependency({}, openSession, { scope: 'function' });
  @Controller('/sessions')
  class SessionsController {
    @Get('/:name') read(@Depends(session) given: object) {
      return new TemplateResponse('session.ejs', { session: given });
    }

    @Get('/broken') broken(@Depends(session) given: object) {
      return new TemplateResponse('broken.ejs', { name: given });
    }
  }
  const { app } = await serve([SessionsController], { options: { async: true } });

  expect((await app.inject('/sessions/a')).body).toBe('<p>open</p>');
  expect((await app.inject('/sessions/broken')).statusCode).toBe(500);
  expect(events).toEqual(['done', 'failed']);
});

describe('without @fastify/view', () => {
  test('a declared template stops the start', async () => {
    @Controller('/declared', { responseClass: TemplateResponse })
    class DeclaredController {
      @Get('/') read() {
        return {};
      }
    }
    const { app } = createServer();
    servers.push(app);

    await expect(app.register(sluice, { controllers: [DeclaredController] })).rejects.toThrow(
      'VIEW_MISSING: DeclaredController.read → it renders templates, and the reply of the host has no `viewAsync` → register @fastify/view before Sluice',
    );
  });

  test('one that is returned is a 500, and the log says what to register', async () => {
    const { app, log } = createServer();
    servers.push(app);
    @Controller('/late')
    class LateController {
      @Get('/') read() {
        return new TemplateResponse('page.ejs', { name: 'lock' });
      }
    }
    await app.register(sluice, { controllers: [LateController] });

    expect((await app.inject('/late')).json()).toEqual({ detail: 'Internal Server Error' });
    expect(log.map(({ err }) => err?.message)).toContain(
      'TEMPLATE_WITHOUT_VIEW: LateController.read sends page.ejs, and the reply has no `viewAsync`: register @fastify/view on the host, before Sluice.',
    );
  });
});

test('is documented as text/html', async () => {
  @Controller('/pages')
  class DocumentedController {
    @Get('/', { responseClass: TemplateResponse, template: 'page.ejs' }) read() {
      return {};
    }
  }
  const app = await createDocumented([], {}, {});
  await app.register(view, { engine: { ejs }, root: folder });
  await app.register(sluice, { controllers: [DocumentedController] });
  const { paths } = await documentOf(app);

  expect(paths['/pages']?.get?.responses[200]?.content).toEqual({
    'text/html': { schema: { type: 'string' } },
  });
});
