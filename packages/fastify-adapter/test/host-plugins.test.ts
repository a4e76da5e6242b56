// Other people's plugins and the host's hooks go on working on Sluice's routes.
import fastifyAuth from '@fastify/auth';
import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import fastifyCors from '@fastify/cors';
import fastifyEtag from '@fastify/etag';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import {
  Controller,
  Cookie,
  FileResponse,
  Get,
  HTMLResponse,
  JSONResponse,
  Param,
  Post,
  Response,
  StreamingResponse,
} from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { createServer, start } from './support/start.js';

const LONG = 'a long text that is worth compressing '.repeat(100);

@Controller('/k')
class KindsController {
  @Get('/value') value(): unknown {
    return { long: LONG };
  }
  @Get('/response') response(): Response {
    return new JSONResponse({ long: LONG }, { headers: { vary: 'accept' } }).setCookie('own', '1');
  }
  @Get('/html', { responseClass: HTMLResponse }) html(): string {
    return LONG;
  }
  @Get('/stream', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  *stream(): Generator<string> {
    yield LONG;
  }
  @Get('/file') file(): FileResponse {
    return new FileResponse(__filename, { mediaType: 'text/plain' });
  }
  @Get('/late', { responseClass: StreamingResponse, mediaType: 'text/plain' }) *late(): Generator<string> {
    throw new Error('before the first chunk');
  }
  @Get('/cookie') cookie(@Cookie('a') a: string): string {
    return a;
  }
}
const PATHS = ['/k/value', '/k/response', '/k/html', '/k/stream', '/k/file'];

describe('@fastify/cookie, @fastify/cors and @fastify/helmet', () => {
  it.each(PATHS)('add to %s', async (path) => {
    const server = await start([KindsController], {}, async (app) => {
      await app.register(fastifyCookie);
      await app.register(fastifyCors, {
        origin: ['https://example.com', 'https://example.org'],
        credentials: true,
      });
      await app.register(fastifyHelmet);
      app.addHook('preHandler', (_request, reply, done) => {
        reply.setCookie('hook', 'set');
        done();
      });
    });
    const response = await fetch(server.url + path, {
      headers: { origin: 'https://example.com', cookie: 'a=1' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://example.com');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(
      response.headers
        .getSetCookie()
        .map((cookie) => cookie.split('=')[0])
        .sort(),
    ).toEqual(path === '/k/response' ? ['hook', 'own'] : ['hook']);
    expect(response.headers.get('vary')?.toLowerCase()).toBe(
      path === '/k/response' ? 'origin, accept' : 'origin',
    );
    await response.text();
    await server.app.close();
  });
});

describe('@fastify/compress', () => {
  it.each(PATHS)('compresses %s', async (path) => {
    const server = await start([KindsController], {}, (app) => app.register(fastifyCompress));
    const plain = await fetch(server.url + path, { headers: { 'accept-encoding': 'identity' } });
    const packed = await fetch(server.url + path, { headers: { 'accept-encoding': 'gzip' } });
    expect(plain.headers.has('content-encoding')).toBe(false);
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe(await plain.text());
    await server.app.close();
  });

  it('gives an error before the first chunk in the encoding that it names', async () => {
    const server = await start([KindsController], {}, (app) =>
      app.register(fastifyCompress, { threshold: 0 }),
    );
    const response = await fetch(`${server.url}/k/late`, { headers: { 'accept-encoding': 'gzip' } });
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      500,
      'application/json; charset=utf-8',
      { detail: 'Internal Server Error' },
    ]);
    await server.app.close();
  });
});

describe('@fastify/etag', () => {
  it.each(['/k/value', '/k/response', '/k/html', '/k/file'])('answers 304 for %s', async (path) => {
    const server = await start([KindsController], {}, (app) => app.register(fastifyEtag));
    const first = await fetch(server.url + path);
    await first.text();
    const etag = first.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const again = await fetch(server.url + path, {
      headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await server.app.close();
  });
});

describe('`fastify` options of controller and route', () => {
  const order: string[] = [];
  const hook = (name: string) => (_request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    order.push(name);
    done();
  };

  @Controller('/o', {
    fastify: { preHandler: hook('controller'), config: { rateLimit: { max: 2, timeWindow: 60_000 } } },
  })
  class OptionsController {
    @Get('/order', { fastify: { preHandler: [hook('route'), hook('route 2')] } })
    order(): string[] {
      return order;
    }
    @Post('/limit', { fastify: { bodyLimit: 10 } })
    limit(): string {
      return 'ok';
    }
    @Get('/version', { fastify: { constraints: { version: '1.0.0' } } })
    first(): string {
      return 'first';
    }
    @Get('/version', { fastify: { constraints: { version: '2.0.0' } } })
    second(): string {
      return 'second';
    }
  }

  it('run the hooks of the controller before those of the route', async () => {
    const server = await start([OptionsController]);
    expect(await (await fetch(`${server.url}/o/order`)).json()).toEqual(['controller', 'route', 'route 2']);
    await server.app.close();
  });

  it('limit bodies and choose by constraints', async () => {
    const server = await start([OptionsController]);
    const tooLong = await fetch(`${server.url}/o/limit`, {
      method: 'POST',
      body: JSON.stringify('x'.repeat(100)),
      headers: { 'content-type': 'application/json' },
    });
    expect(tooLong.status).toBe(413);
    const version = async (wanted: string): Promise<unknown> =>
      (await fetch(`${server.url}/o/version`, { headers: { 'accept-version': wanted } })).json();
    expect([await version('1.x'), await version('2.x')]).toEqual(['first', 'second']);
    await server.app.close();
  });

  it('configure @fastify/rate-limit', async () => {
    const server = await start([OptionsController], {}, (app) =>
      app.register(fastifyRateLimit, { global: false }),
    );
    const statuses: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      const response = await fetch(`${server.url}/o/order`);
      statuses.push(response.status);
      if (response.status === 429)
        expect(await response.json()).toEqual({ detail: expect.stringMatching(/rate limit/i) as string });
    }
    expect(statuses).toEqual([200, 200, 429]);
    await server.app.close();
  });

  it('let @fastify/auth guard a route', async () => {
    const { app } = createServer();
    await app.register(fastifyAuth);
    const isUser = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
      if (request.headers.authorization === 'Bearer secret') done();
      else done(Object.assign(new Error('Not authenticated'), { statusCode: 401 }));
    };

    @Controller('/guarded')
    class GuardedController {
      @Get('/:id', { fastify: { preHandler: app.auth([isUser]) } })
      read(@Param('id') id: string): string {
        return id;
      }
    }
    await app.register(sluice, { controllers: [GuardedController] });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const refused = await fetch(`${url}/guarded/1`);
    expect([refused.status, await refused.json()]).toEqual([401, { detail: 'Not authenticated' }]);
    const allowed = await fetch(`${url}/guarded/1`, { headers: { authorization: 'Bearer secret' } });
    expect([allowed.status, await allowed.json()]).toEqual([200, '1']);
    await app.close();
  });
});

describe("the host's hooks and inject()", () => {
  it('see every kind of response', async () => {
    const seen: string[] = [];
    const { app } = createServer();
    for (const name of [
      'onRequest',
      'preValidation',
      'preHandler',
      'preSerialization',
      'onSend',
      'onResponse',
    ] as const) {
      app.addHook(name, async (): Promise<void> => {
        await Promise.resolve();
        seen.push(name);
      });
    }
    await app.register(sluice, { controllers: [KindsController] });
    for (const path of PATHS) {
      seen.length = 0;
      const response = await app.inject(path);
      expect(response.statusCode).toBe(200);
      expect(response.body.length).toBeGreaterThan(1000);
      const always = ['onRequest', 'preValidation', 'preHandler', 'onSend', 'onResponse'];
      expect(seen.filter((name) => name !== 'preSerialization')).toEqual(always);
      // A plain value reaches Fastify's serializer as a value; a response class has made text of it.
      expect(seen.includes('preSerialization')).toBe(path === '/k/value');
    }
    expect((await app.inject({ url: '/k/cookie', headers: { cookie: 'a=%C3%BC' } })).json()).toBe('ü');
    await app.close();
  });

  it('may answer before a handler runs', async () => {
    const server = await start([KindsController], {}, (app) => {
      app.addHook('preHandler', (_request, reply) => reply.code(418).send('teapot'));
    });
    expect((await fetch(`${server.url}/k/stream`)).status).toBe(418);
    await server.app.close();
  });

  it('of Sluice do not reach the routes of the host', async () => {
    const server = await start([KindsController], { prefix: '/p' }, (app) => {
      app.get('/host', (_request, reply) => reply.send({ host: true }));
    });
    expect(await (await fetch(`${server.url}/host`)).json()).toEqual({ host: true });
    expect((await fetch(`${server.url}/k/value`)).status).toBe(404);
    expect((await fetch(`${server.url}/p/k/value`)).status).toBe(200);
    await server.app.close();
  });
});
