import { makeFolder, readFaults, removeFolder, startDemo, type Demo } from '../support/start-demo.js';

let folder: string;
let demo: Demo;

beforeAll(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterAll(async () => {
  await demo.close();
  await removeFolder(folder);
});

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${demo.url}/api/basics${path}`, init);
}

describe('GET /api/basics/json', () => {
  it('sends a plain value as JSON', async () => {
    const response = await get('/json');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { message, time } = (await response.json()) as { message: string; time: string };
    expect(message).toBe('a plain value is JSON');
    expect(new Date(time).toISOString()).toBe(time);
  });
});

describe('GET /api/basics/html', () => {
  it('sends a string as HTML', async () => {
    const response = await get('/html');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<h1>A string, rendered as HTML</h1>');
  });
});

describe('GET /api/basics/text', () => {
  it('greets the name of the query', async () => {
    const response = await get('/text?name=Zo%C3%AB%20%26%20Ada');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('Hello, Zoë & Ada!\n');
  });

  it('greets the world when there is no name', async () => {
    expect(await (await get('/text')).text()).toBe('Hello, world!\n');
  });
});

describe('GET /api/basics/redirect', () => {
  it('answers 307 with the address and no body', async () => {
    const response = await get('/redirect', { redirect: 'manual' });
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe('/api/basics/text?name=redirected');
    expect(await response.text()).toBe('');
  });

  it('leads a client that follows it to the text', async () => {
    const response = await get('/redirect');
    expect(response.redirected).toBe(true);
    expect(await response.text()).toBe('Hello, redirected!\n');
  });
});

describe('GET /api/basics/visits', () => {
  it('counts in a cookie that scripts do not see', async () => {
    const first = await get('/visits');
    expect(await first.json()).toEqual({ visits: 1 });
    const [cookie = ''] = first.headers.getSetCookie();
    expect(cookie).toMatch(/^visits=1; /);
    expect(cookie.split('; ')).toEqual(
      expect.arrayContaining(['Max-Age=86400', 'Path=/', 'HttpOnly', 'SameSite=Lax']),
    );

    const second = await get('/visits', { headers: { cookie: 'visits=1' } });
    expect(await second.json()).toEqual({ visits: 2 });
    expect(second.headers.getSetCookie()).toEqual([expect.stringMatching(/^visits=2; /)]);
  });

  it('answers 422 to a cookie that is no integer', async () => {
    const response = await get('/visits', { headers: { cookie: 'visits=many' } });
    expect(response.status).toBe(422);
    expect(await readFaults(response)).toEqual([
      expect.objectContaining({ type: 'int_parsing', loc: ['cookie', 'visits'] }),
    ]);
  });
});

describe('a path that no route has', () => {
  it('is a 404', async () => {
    expect((await get('/nothing')).status).toBe(404);
  });
});
