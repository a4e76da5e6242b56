import { BackgroundTask } from '../background/background-task.js';
import { HTMLResponse } from './html-response.js';
import { JSONResponse } from './json-response.js';
import { PlainTextResponse } from './plain-text-response.js';
import { Response, type ResponseClass, type ResponseInit } from './response.js';

const failing = (code: string) => expect.objectContaining({ name: 'ResponseError', code }) as Error;
const contentType = (response: Response) => response.headers.get('content-type');

class CSVResponse extends Response<string> {
  static override readonly mediaType = 'text/csv';
}
class LoudResponse extends Response<string> {
  protected override render(content: string | undefined) {
    return content?.toUpperCase();
  }
}
class CreatedResponse extends JSONResponse {
  static override readonly defaultStatusCode = 201;
}

describe('content', () => {
  test.each<[unknown, object]>([
    [undefined, { kind: 'none' }],
    [null, { kind: 'none' }],
    ['', { kind: 'text', text: '' }],
    ['a', { kind: 'text', text: 'a' }],
    [Buffer.from('a'), { kind: 'bytes', bytes: Buffer.from('a') }],
    [new Uint8Array(), { kind: 'bytes', bytes: new Uint8Array() }],
  ])('%p is sent as it is, without a content type', (content, body) => {
    const response = new Response(content);
    expect(response.toParts()).toEqual({ statusCode: 200, headers: response.headers, body });
    expect([...response.headers]).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['number', 7],
    ['boolean', false],
    ['Object', {}],
    ['object', Object.create(null)],
    ['Array', ['a']],
    ['Map', new Map()],
    ['Uint16Array', new Uint16Array(1)],
    ['function', () => 'a'],
  ])('a value that is neither text nor bytes is refused by its kind: %s', (kind, content) => {
    expect(() => new PlainTextResponse(content as string).toParts()).toThrow(
      expect.objectContaining({
        code: 'CONTENT_INVALID',
        message: `CONTENT_INVALID: PlainTextResponse sends text or bytes, not ${kind}; JSONResponse sends JSON, StreamingResponse an iterable.`,
      }) as Error,
    );
  });

  test('is rendered when it is first read, and once', () => {
    const render = jest.fn((content?: string) => `<${String(content)}>`);
    class Counting extends Response<string> {
      protected override render(content: string | undefined) {
        return render(content);
      }
    }
    const response = new Counting('a');
    expect(render).not.toHaveBeenCalled();
    expect([response.body, response.toParts().body, response.body]).toEqual([
      '<a>',
      { kind: 'text', text: '<a>' },
      '<a>',
    ]);
    expect(render).toHaveBeenCalledTimes(1);
  });

  test('is not rendered where a body was set in its place', () => {
    const response = new Response(7);
    response.body = Buffer.from('b');
    expect(response.toParts().body).toEqual({ kind: 'bytes', bytes: Buffer.from('b') });
    response.body = undefined;
    expect(response.toParts().body).toEqual({ kind: 'none' });
    expect(response.content).toBe(7);
  });

  test.each([204, 205, 304])('is not sent with %i', (statusCode) => {
    expect(new JSONResponse({ a: 1 }, { statusCode }).toParts().body).toEqual({ kind: 'none' });
  });
});

describe('a class of one’s own', () => {
  test('that has only a media type sends text with it', () => {
    const { headers, body } = new CSVResponse('a,b').toParts();
    expect([...headers]).toEqual([['content-type', 'text/csv; charset=utf-8']]);
    expect(body).toEqual({ kind: 'text', text: 'a,b' });
  });

  test('that has only a rendering sends what it gives', () => {
    const { headers, body } = new LoudResponse('a').toParts();
    expect([...headers]).toEqual([]);
    expect(body).toEqual({ kind: 'text', text: 'A' });
  });

  test('may have a status of its own, which an option wins over', () => {
    expect(new CreatedResponse({}).statusCode).toBe(201);
    expect(new CreatedResponse({}, { statusCode: undefined }).statusCode).toBe(201);
    expect(new CreatedResponse({}, { statusCode: 202 }).statusCode).toBe(202);
    expect(contentType(new CreatedResponse({}))).toBe('application/json');
  });

  test('renders the result of a handler by `from`', () => {
    const classes: ResponseClass[] = [CSVResponse, LoudResponse];
    const made = classes.map((each) => each.from('a', { statusCode: 202 }));
    expect(made.map(({ body, statusCode }) => [body, statusCode])).toEqual([
      ['a', 202],
      ['A', 202],
    ]);
    expect(made[0]).toBeInstanceOf(CSVResponse);
  });
});

describe('media type', () => {
  test.each<[ResponseInit, string]>([
    [{}, 'text/html; charset=utf-8'],
    [{ mediaType: 'text/x' }, 'text/x; charset=utf-8'],
    [{ mediaType: 'text/html; charset=latin1' }, 'text/html; charset=latin1'],
    [{ headers: { 'Content-Type': 'application/xhtml+xml' } }, 'application/xhtml+xml'],
    [{ mediaType: 'text/x', headers: { 'Content-Type': 'a/b' } }, 'a/b'],
  ])('of %j is %s', (init, expected) => {
    expect(contentType(new HTMLResponse('', init))).toBe(expected);
  });

  test('sets the content type, unless the caller has set another one', () => {
    const response = new PlainTextResponse('');
    response.mediaType = 'text/markdown';
    expect([response.mediaType, contentType(response)]).toEqual([
      'text/markdown',
      'text/markdown; charset=utf-8',
    ]);
    response.headers.set('content-type', 'a/b');
    response.mediaType = 'text/x';
    expect([response.mediaType, contentType(response)]).toEqual(['text/x', 'a/b']);
  });

  test('takes the content type away with it', () => {
    const response = new PlainTextResponse('');
    response.mediaType = undefined;
    expect(contentType(response)).toBeUndefined();
    response.mediaType = 'image/png';
    expect(contentType(response)).toBe('image/png');
  });

  test.each(['\r', '\n', '\0', '€'])('is refused with %j, and then stays', (text) => {
    const response = new HTMLResponse('');
    const set = () => {
      response.mediaType = `a/b${text}`;
    };
    expect(set).toThrow(failing('HEADER_VALUE_INVALID'));
    expect(response.mediaType).toBe('text/html');
    expect(() => new Response('', { mediaType: `a/b${text}` })).toThrow(failing('HEADER_VALUE_INVALID'));
  });
});

describe('status', () => {
  test.each([199, 600, NaN, 200.5, '200'])('%p is refused, when it is made and when it is set', (status) => {
    const response = new Response();
    expect(() => new Response('', { statusCode: status as number })).toThrow(failing('STATUS_CODE_INVALID'));
    expect(() => (response.statusCode = status as number)).toThrow(failing('STATUS_CODE_INVALID'));
    expect(response.statusCode).toBe(200);
  });
});

describe('file name', () => {
  test.each<[ResponseInit, string | undefined]>([
    [{ filename: 'a b.csv' }, 'attachment; filename="a b.csv"'],
    [
      { filename: '表.csv', contentDisposition: 'inline' },
      `inline; filename="?.csv"; filename*=UTF-8''%E8%A1%A8.csv`,
    ],
    [{ filename: 'a', headers: { 'content-disposition': 'inline' } }, 'inline'],
    [{ contentDisposition: 'inline' }, undefined],
  ])('%j makes the content disposition %j', (init, expected) => {
    expect(new Response('', init).headers.get('content-disposition')).toBe(expected);
  });

  test.each(['', 'a\r', 'a\n', 'a\0'])('%j is refused', (filename) => {
    expect(() => new Response('', { filename })).toThrow(failing('FILENAME_INVALID'));
  });
});

describe('cookies', () => {
  test('are headers of their own, in the order they were set', () => {
    const response = new Response()
      .setCookie('a', '1')
      .setCookie('a', '2', { httpOnly: true, sameSite: null });
    expect(response.headers.getAll('set-cookie')).toEqual([
      'a=1; Path=/; SameSite=Lax',
      'a=2; Path=/; HttpOnly',
    ]);
  });

  test('are deleted with the attributes they were set with', () => {
    const response = new Response().deleteCookie('a', { path: '/x', domain: 'a.b', secure: true });
    expect(response.headers.get('set-cookie')).toBe(
      'a=; Max-Age=0; Domain=a.b; Path=/x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=Lax',
    );
  });

  test('with a line break are refused, and leave no header', () => {
    const response = new Response();
    expect(() => response.setCookie('a', 'b\r\nc')).toThrow(failing('COOKIE_INVALID'));
    expect(() => response.deleteCookie('a\n')).toThrow(failing('COOKIE_INVALID'));
    expect(response.headers.has('set-cookie')).toBe(false);
  });
});

test('refuses every change of its head once it is sealed', () => {
  const response = new HTMLResponse('');
  response.seal();
  const changes = [
    () => (response.statusCode = 201),
    () => (response.mediaType = 'a/b'),
    () => (response.mediaType = undefined),
    () => response.setCookie('a', 'b'),
    () => response.deleteCookie('a'),
    () => response.headers.set('etag', 'x'),
  ];
  for (const change of changes) expect(change).toThrow(failing('HEAD_SENT'));
  expect([response.statusCode, ...response.headers]).toEqual([
    200,
    ['content-type', 'text/html; charset=utf-8'],
  ]);
});

test('takes background work when it is made and later', () => {
  const task = new BackgroundTask(() => {});
  const response = new Response('', { background: task });
  expect(response.background).toBe(task);
  response.background = [task, task];
  expect(response.background).toEqual([task, task]);
});

test('is told from other values by its brand, and is no fetch Response to Fastify', () => {
  expect(Response.is(new CSVResponse(''))).toBe(true);
  for (const other of [new globalThis.Response(), { statusCode: 200 }, null, undefined, 'a']) {
    expect(Response.is(other)).toBe(false);
  }
  expect(Object.prototype.toString.call(new Response())).toBe('[object Object]');
});

test('tells its own class from those that extend it', () => {
  expect(Response.isType(Response)).toBe(true);
  for (const type of [
    CSVResponse,
    globalThis.Response,
    new Response(),
    () => 1,
    undefined,
    null,
    'Response',
  ]) {
    expect(Response.isType(type)).toBe(false);
  }
});
