import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { makeFolder, removeFolder, startDemo, type Demo } from '../support/start-demo.js';

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

describe('GET /', () => {
  it('is the page, which loads nothing from elsewhere', async () => {
    const response = await fetch(demo.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toMatch(/^<!doctype html>\n/);
  });

  it('names only files that are there', async () => {
    const page = await (await fetch(demo.url)).text();
    const paths = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, asset]) => asset!);
    expect(paths).not.toHaveLength(0);
    for (const asset of paths) expect((await fetch(demo.url + asset)).status).toBe(200);
  });
});

describe('GET /assets/:name', () => {
  it.each([
    ['page.css', /^text\/css\b/],
    ['page.js', /^(?:text|application)\/javascript\b/],
    ['icon.svg', /^image\/svg\+xml\b/],
  ])('sends %s', async (name, type) => {
    const response = await fetch(`${demo.url}/assets/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(type);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['nothing.css', '..%2findex.html', '..%2f..%2fpackage.json', '%2fetc%2fpasswd'])(
    'answers 404 to %s',
    async (name) => {
      expect((await fetch(`${demo.url}/assets/${name}`)).status).toBe(404);
    },
  );
});

describe('GET /source/*', () => {
  it('is the source as it lies on the disk, as text', async () => {
    const response = await fetch(`${demo.url}/source/basics/basics-controller.ts`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe(
      await readFile(path.join(__dirname, '../../src/basics/basics-controller.ts'), 'utf8'),
    );
  });

  it.each(['nothing.ts', '..%2fpackage.json', '%2fetc%2fpasswd', 'basics'])(
    'answers 404 to %s',
    async (name) => {
      expect((await fetch(`${demo.url}/source/${name}`)).status).toBe(404);
    },
  );
});
