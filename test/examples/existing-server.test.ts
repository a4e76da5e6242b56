// A Fastify server that was written in JavaScript without Sluice takes in controllers: what it had works on their routes,
// and its own routes are what they were.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { buildPackages } from '../compilers/build-packages.js';
import { runNode } from '../compilers/run-node.js';
import { findPort } from '../support/docs/servers.js';

/** How long the compiler and the start may take on a busy machine, in milliseconds. */
const TIMEOUT = 240_000;

const folder = path.join(__dirname, '..', '..', 'examples', 'existing-server');
const ADA = { 'x-api-key': 'key-of-ada' };
const BOB = { 'x-api-key': 'key-of-bob' };

let server: ChildProcess;
let url: string;

beforeAll(async () => {
  await buildPackages();
  await runNode([require.resolve('typescript/bin/tsc'), '-p', folder], folder);
  const port = await findPort();
  url = `http://127.0.0.1:${port}`;
  server = spawn(process.execPath, ['server.js'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (
    !(await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (server.exitCode !== null) throw new Error('the server has ended');
    await wait(50);
  }
}, TIMEOUT);

afterAll(async () => {
  server.kill();
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
}, TIMEOUT);

async function ask(address: string, init: RequestInit = {}) {
  const response = await fetch(url + address, init);
  const { status, headers } = response;
  return {
    status,
    id: headers.get('x-request-id'),
    type: headers.get('content-type'),
    body: await response.text(),
  };
}

const post = (body: object, key = ADA): RequestInit => ({
  method: 'POST',
  headers: { ...key, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

it.each([
  ['a route of the server', '/orders/7', 200, '{"id":7,"item":"lock","price":9.5}'],
  [
    'an error of a route of the server',
    '/orders/8',
    404,
    '{"error":{"status":404,"message":"No such order"}}',
  ],
  ['a value', '/reports', 200, '[]'],
  ['a stream', '/reports/orders.csv', 200, 'id,item,price\n7,lock,9.5\n'],
  [
    'a fault of a controller, without its words',
    '/reports/broken',
    500,
    '{"error":{"status":500,"message":"Something went wrong"}}',
  ],
  ['a controller without TypeScript', '/health', 200, '{"up":true}'],
  ['a route of the server that came after', '/slow', 200, 'a route that came after'],
])('answers %s, after the hook of the server', async (_, address, status, body) => {
  expect(await ask(address, { headers: ADA })).toEqual({
    status,
    body,
    id: expect.stringMatching(/^req-/) as string,
    type: expect.any(String) as string,
  });
});

it.each(['/orders/7', '/reports', '/reports/orders.csv'])(
  'asks at %s who it is, by the hook of the server',
  async (address) => {
    expect(await ask(address)).toMatchObject({
      status: 401,
      body: '{"error":{"status":401,"message":"Who are you?"}}',
    });
  },
);

it('asks nobody at a controller that is outside of that scope', async () => {
  expect(await ask('/health?verbose=yes')).toMatchObject({
    status: 200,
    body: expect.stringMatching(/"uptime":/) as string,
  });
});

it('gives a controller the user that the hook has found', async () => {
  expect(await ask('/reports', post({ title: 'Sales', year: 2025 }))).toMatchObject({
    status: 202,
    body: '{"orderedBy":"Ada"}',
  });
  expect(await ask('/reports', post({ title: 'Sales', year: 2025 }, BOB))).toMatchObject({
    status: 403,
    body: '{"error":{"status":403,"message":"For accountants"}}',
  });
});

it("writes the faults of a request in the words of the server's own error handler", async () => {
  const { status, body } = await ask('/reports', post({ year: 1999 }));
  expect([status, JSON.parse(body)]).toEqual([
    422,
    {
      error: {
        status: 422,
        message: expect.any(String) as string,
        fields: [
          expect.objectContaining({ loc: ['body', 'title'], type: 'missing' }),
          expect.objectContaining({ loc: ['body', 'year'], type: 'greater_than_equal' }),
        ],
      },
    },
  ]);
});

it('has all routes in the document of the server', async () => {
  const { body } = await ask('/openapi.json');
  const { paths, info } = JSON.parse(body) as { paths: Record<string, object>; info: object };
  expect(info).toEqual({ title: 'Orders', version: '4.1.0' });
  expect(Object.keys(paths).sort()).toEqual([
    '/health',
    '/orders/{id}',
    '/reports',
    '/reports/broken',
    '/reports/orders.csv',
    '/slow',
  ]);
});
