import {
  Body,
  Controller,
  Get,
  Head,
  HTMLResponse,
  HTTPException,
  JSONLinesResponse,
  JSONResponse,
  Options,
  PlainTextResponse,
  Post,
  Query,
  RedirectResponse,
  Response,
  StreamingResponse,
} from '@sluice/core';

import { start, type TestServer } from './support/start.js';

class XMLResponse extends Response {
  static override readonly mediaType = 'application/xml';
  protected override render(content: unknown): string {
    return `<value>${String(content)}</value>`;
  }
}

class PNGStreamingResponse extends StreamingResponse {
  static override readonly mediaType = 'image/png';
}

const SHARED = new PlainTextResponse('shared', { headers: { 'x-shared': 'yes' } });

/** Values of every JSON type, by name. */
const VALUES: Record<string, unknown> = {
  object: { a: 1, nested: { b: [true, null] } },
  array: [1, 'two', { three: 3 }],
  string: 'a "quoted" ü',
  empty: '',
  number: 42.5,
  zero: 0,
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  date: new Date('2026-01-02T03:04:05Z'),
};

@Controller('/values')
class ValuesController {
  @Get('/sync')
  sync(@Query('name') name: string): unknown {
    return VALUES[name];
  }

  @Get('/async')
  async async(@Query('name') name: string): Promise<unknown> {
    await Promise.resolve();
    return VALUES[name];
  }

  @Get('/injected')
  injected(response: Response, @Query('name') name: string): unknown {
    response.statusCode = 202;
    response.headers.set('x-injected', 'yes');
    return VALUES[name];
  }
}

@Controller('/classes')
class ClassesController {
  @Get('/html', { responseClass: HTMLResponse })
  html(): string {
    return '<p>hi</p>';
  }

  @Get('/text', {
    responseClass: PlainTextResponse,
    statusCode: 203,
    headers: { 'x-route': 'a', 'x-both': 'route' },
  })
  text(response: Response): string {
    response.headers.set('x-both', 'handler');
    return 'hi';
  }

  @Get('/redirect', { responseClass: RedirectResponse })
  redirect(): string {
    return '/käse?q=ü%20x';
  }

  @Get('/redirect-self')
  redirectSelf(): RedirectResponse {
    return new RedirectResponse('/classes/redirect-self');
  }

  @Get('/redirect-moved', { responseClass: RedirectResponse, statusCode: 301 })
  moved(): string {
    return 'elsewhere';
  }

  @Get('/xml', { responseClass: XMLResponse })
  xml(): number {
    return 5;
  }

  @Get('/png', { responseClass: PNGStreamingResponse })
  *png(): Generator<Uint8Array> {
    yield Buffer.from([0x89, 0x50]);
  }

  @Get('/media', { mediaType: 'application/vnd.api+json' })
  media(): object {
    return { a: 1 };
  }

  @Get('/untyped')
  untyped(): Response {
    return new Response('plain');
  }

  @Get('/untyped-bytes')
  untypedBytes(): Response {
    return new Response(Buffer.from([1, 2, 3]));
  }

  @Get('/nothing')
  nothing(): Response {
    return new Response();
  }

  @Get('/shared')
  shared(): Response {
    return SHARED;
  }

  @Get('/fetch')
  fetch(): globalThis.Response {
    const headers = new Headers({ 'content-type': 'text/x', 'x-a': '1' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    return new globalThis.Response('from fetch', { status: 218, headers });
  }

  @Get('/fetch-used')
  async fetchUsed(): Promise<globalThis.Response> {
    const response = new globalThis.Response('x');
    await response.text();
    return response;
  }

  @Get('/own', { headers: { 'x-default': 'route', 'x-own': 'route' } })
  own(response: Response): Response {
    response.headers.set('x-injected', 'lost');
    response.setCookie('lost', '1');
    return new JSONResponse(
      { a: 1 },
      { statusCode: 299, headers: { 'x-own': 'mine' }, filename: 'naïve plan.json' },
    );
  }

  @Get('/cookies')
  cookies(response: Response): string {
    response
      .setCookie('a', 'x y;ü', {
        maxAge: 60,
        httpOnly: true,
        secure: true,
        sameSite: 'none',
        partitioned: true,
      })
      .setCookie('b', '', { sameSite: null, path: '/p', domain: 'example.com', priority: 'high' })
      .deleteCookie('c');
    return 'ok';
  }

  @Post('/created', { statusCode: 201 })
  created(@Body(Object) body: object): object {
    return body;
  }

  @Get('/no-content', { statusCode: 204 })
  noContent(): unknown {
    return { dropped: true };
  }

  @Get('/not-modified')
  notModified(response: Response): unknown {
    response.statusCode = 304;
    response.headers.set('etag', '"1"');
    return { dropped: true };
  }

  @Get('/lines')
  *lines(): Generator {
    yield { a: 1 };
    yield 'text';
    yield null;
  }

  @Get('/lines-hidden')
  hiddenLines(): JSONLinesResponse | IterableIterator<number> {
    return [1, 2][Symbol.iterator]();
  }

  @Get('/lines-later')
  async linesLater(): Promise<AsyncGenerator<number>> {
    await Promise.resolve();
    return (async function* () {
      yield 1;
    })();
  }

  @Head('/probe')
  probe(response: Response): void {
    response.headers.set('x-probe', 'own');
  }

  @Get('/probe')
  probed(): string {
    return 'probed';
  }

  @Options('/probe')
  options(response: Response): void {
    response.headers.set('allow', 'GET, HEAD, OPTIONS');
  }
}

let server: TestServer;
beforeAll(async () => {
  server = await start([ValuesController, ClassesController]);
});
afterAll(() => server.app.close());

const get = (path: string, init?: RequestInit): Promise<globalThis.Response> =>
  fetch(server.url + path, { redirect: 'manual', ...init });

describe('a plain value', () => {
  it.each(Object.keys(VALUES).flatMap((name) => ['sync', 'async', 'injected'].map((route) => [name, route])))(
    '%s is JSON from a %s handler',
    async (name = '', route = '') => {
      const response = await get(`/values/${route}?name=${name}`);
      expect(await response.text()).toBe(JSON.stringify(VALUES[name] ?? null));
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(response.status).toBe(route === 'injected' ? 202 : 200);
      expect(response.headers.get('x-injected')).toBe(route === 'injected' ? 'yes' : null);
    },
  );
});

describe('a response class', () => {
  it('renders what is returned, with the status, headers and media type of the route', async () => {
    const html = await get('/classes/html');
    expect([html.headers.get('content-type'), await html.text()]).toEqual([
      'text/html; charset=utf-8',
      '<p>hi</p>',
    ]);
    const xml = await get('/classes/xml');
    expect([xml.headers.get('content-type'), await xml.text()]).toEqual([
      'application/xml',
      '<value>5</value>',
    ]);
    const png = await get('/classes/png');
    expect([png.headers.get('content-type'), (await png.arrayBuffer()).byteLength]).toEqual(['image/png', 2]);
    const media = await get('/classes/media');
    expect([media.headers.get('content-type'), await media.text()]).toEqual([
      'application/vnd.api+json; charset=utf-8',
      '{"a":1}',
    ]);
    const created = await get('/classes/created', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    });
    expect([created.status, await created.json()]).toEqual([201, { a: 1 }]);
  });

  it('lets what the handler sets on the injected response win over the headers of the route', async () => {
    const text = await get('/classes/text');
    expect(text.status).toBe(203);
    expect([text.headers.get('x-route'), text.headers.get('x-both')]).toEqual(['a', 'handler']);
    expect(await text.text()).toBe('hi');
  });

  it('redirects with 307, percent-encodes the address, and takes another status from the route', async () => {
    const redirect = await get('/classes/redirect');
    expect([redirect.status, redirect.headers.get('location')]).toEqual([307, '/k%C3%A4se?q=%C3%BC%20x']);
    expect(await redirect.text()).toBe('');
    expect((await get('/classes/redirect-moved')).status).toBe(301);
  });

  it('logs a redirect to the own address of the request', async () => {
    await get('/classes/redirect-self');
    expect(server.log.map(({ msg }) => msg)).toContain(
      'ClassesController.redirectSelf: it redirects to its own address, /classes/redirect-self',
    );
    expect(server.log.filter(({ msg }) => msg.includes('its own address'))).toHaveLength(1);
  });
});

describe('a returned Response', () => {
  it('sends no content type when it has no media type', async () => {
    for (const [path, body] of [
      ['/untyped', 'plain'],
      ['/untyped-bytes', '\x01\x02\x03'],
      ['/nothing', ''],
    ]) {
      const response = await get(`/classes${path ?? ''}`);
      expect(response.headers.has('content-type')).toBe(false);
      expect(response.headers.get('content-length')).toBe(String(body?.length));
      expect(await response.text()).toBe(body);
    }
  });

  it('is itself: nothing of the injected response is merged, and headers of the route only where it has none', async () => {
    const response = await get('/classes/own');
    expect(response.status).toBe(299);
    expect(response.headers.get('x-own')).toBe('mine');
    expect(response.headers.get('x-default')).toBe('route');
    expect(response.headers.has('x-injected')).toBe(false);
    expect(response.headers.has('set-cookie')).toBe(false);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="na?ve plan.json"; filename*=UTF-8''na%C3%AFve%20plan.json`,
    );
  });

  it('may be sent again and again', async () => {
    for (let time = 0; time < 3; time += 1)
      expect(await (await get('/classes/shared')).text()).toBe('shared');
  });

  it('may be a Response of fetch, with its status, headers, cookies and body', async () => {
    const response = await get('/classes/fetch');
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-a')]).toEqual([
      218,
      'text/x',
      '1',
    ]);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('from fetch');
    expect((await get('/classes/fetch-used')).status).toBe(500);
  });
});

describe('a response over an iterator', () => {
  const lines = new StreamingResponse(['a', 'b']);
  const once = new StreamingResponse(['a'][Symbol.iterator]());

  @Controller()
  class AgainController {
    @Get('/list') list(): Response {
      return lines;
    }
    @Get('/once') once(): Response {
      return once;
    }
  }

  it('cannot be sent twice, one over a list can', async () => {
    const again = await start([AgainController]);
    const status = async (path: string): Promise<number> => (await fetch(again.url + path)).status;
    expect([await status('/list'), await status('/list')]).toEqual([200, 200]);
    expect([await status('/once'), await status('/once')]).toEqual([200, 500]);
    await again.app.close();
  });
});

describe('cookies', () => {
  it('carry every attribute', async () => {
    const cookies = (await get('/classes/cookies')).headers.getSetCookie();
    expect(cookies[0]).toMatch(
      /^a=x%20y%3B%C3%BC; Max-Age=60; Path=\/; HttpOnly; Secure; Partitioned; SameSite=None$/,
    );
    expect(cookies[1]).toMatch(/^b=; Domain=example.com; Path=\/p; Priority=High$/);
    expect(cookies[2]).toMatch(
      /^c=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax$/,
    );
  });
});

describe('a status without a body', () => {
  it.each([
    ['/classes/no-content', 204],
    ['/classes/not-modified', 304],
  ])('%s has none', async (path, status) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
    expect(response.headers.has('content-type')).toBe(false);
  });
});

describe('an iterator', () => {
  it('is JSON lines where no response class is named, whether or not the method is seen to yield', async () => {
    const lines = await get('/classes/lines');
    expect(lines.headers.get('content-type')).toBe('application/jsonl');
    expect(await lines.text()).toBe('{"a":1}\n"text"\nnull\n');
    expect(await (await get('/classes/lines-hidden')).text()).toBe('1\n2\n');
    expect(await (await get('/classes/lines-later')).text()).toBe('1\n');
  });
});

describe('HEAD and OPTIONS', () => {
  it('have routes of their own', async () => {
    expect((await get('/classes/probe', { method: 'HEAD' })).headers.get('x-probe')).toBe('own');
    expect((await get('/classes/probe', { method: 'OPTIONS' })).headers.get('allow')).toBe(
      'GET, HEAD, OPTIONS',
    );
    expect(await (await get('/classes/probe')).json()).toBe('probed');
  });

  it('HEAD of a GET route has the headers of GET and no body', async () => {
    for (const path of [
      '/values/sync?name=object',
      '/classes/html',
      '/classes/untyped',
      '/classes/nothing',
    ]) {
      const head = await get(path, { method: 'HEAD' });
      const full = await get(path);
      for (const name of ['content-type', 'content-length'])
        expect(head.headers.get(name)).toBe(full.headers.get(name));
      expect(await head.text()).toBe('');
    }
  });
});

@Controller('/wrong')
class WrongController {
  @Get('/bytes') bytes(): unknown {
    return Buffer.from('x');
  }
  @Get('/map') map(): unknown {
    return new Map([[1, 2]]);
  }
  @Get('/iterable', { responseClass: JSONResponse }) *iterable(): Generator<number> {
    yield 1;
  }
  @Get('/html', { responseClass: HTMLResponse }) html(): unknown {
    return { not: 'text' };
  }
  @Get('/function') fn(): unknown {
    return () => 1;
  }
  @Get('/error') error(): unknown {
    return new HTTPException(418, 'returned, not thrown');
  }
  @Get('/stream') stream(): unknown {
    return new Blob(['x']).stream();
  }
}

describe('a result that is no response', () => {
  it.each([
    ['/bytes', 'new Response(bytes'],
    ['/map', 'Object.fromEntries'],
    ['/iterable', 'JSONLinesResponse'],
    ['/html', 'JSONResponse sends JSON'],
    ['/function', 'meant to be called'],
    ['/stream', 'new StreamingResponse'],
  ])('%s is a 500 whose log names what to use', async (path, words) => {
    const wrong = await start([WrongController]);
    const response = await fetch(`${wrong.url}/wrong${path}`);
    expect([response.status, await response.json()]).toEqual([500, { detail: 'Internal Server Error' }]);
    expect(wrong.log.find(({ level }) => level === 50)?.err?.message).toContain(words);
    await wrong.app.close();
  });

  it('an error that is returned is an error', async () => {
    const wrong = await start([WrongController]);
    const response = await fetch(`${wrong.url}/wrong/error`);
    expect([response.status, await response.json()]).toEqual([418, { detail: 'returned, not thrown' }]);
    await wrong.app.close();
  });
});

describe('the nearest response class', () => {
  @Controller('/a', { responseClass: PlainTextResponse })
  class A {
    @Get('/controller') controller(): string {
      return 'x';
    }
    @Get('/route', { responseClass: HTMLResponse }) route(): string {
      return 'x';
    }
  }
  @Controller('/b')
  class B {
    @Get('/plugin') plugin(): string {
      return 'x';
    }
  }

  it('wins: route, then controller, then plugin', async () => {
    const nearest = await start([A, B], { responseClass: XMLResponse });
    const typeOf = async (path: string): Promise<string | null> =>
      (await fetch(nearest.url + path)).headers.get('content-type');
    expect(await typeOf('/a/controller')).toBe('text/plain; charset=utf-8');
    expect(await typeOf('/a/route')).toBe('text/html; charset=utf-8');
    expect(await typeOf('/b/plugin')).toBe('application/xml');
    await nearest.app.close();
  });
});
