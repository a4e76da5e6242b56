import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import type { LifeEvent } from '../../src/life/life.js';
import { makeFolder, readFaults, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { until } from '../support/until.js';

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

/** What was told of the newest request of that name, when its session has closed. */
async function readLife(name: string): Promise<string[]> {
  const events = await until<LifeEvent[]>(async () => {
    const response = await fetch(`${demo.url}/api/life/${name}`);
    const told = ((await response.json()) as { events: LifeEvent[] }).events;
    return told.filter(({ edge }) => edge === 'begin').length * 2 === told.length ? told : undefined;
  }, 'the end of all that began');
  expect(events.map(({ ms }) => ms)).toEqual(events.map(({ ms }) => ms).sort((a, b) => a - b));
  return events.map(({ text }) => text);
}

describe('GET /api/life', () => {
  it('tells each step of a request whose task holds the session', async () => {
    const response = await fetch(`${demo.url}/api/life?name=all`);
    expect(await response.text()).toBe('line 1 of 4\nline 2 of 4\nline 3 of 4\nline 4 of 4\n');
    expect(await readLife('all')).toEqual([
      'session opened',
      'transaction begun',
      'handler called',
      'head and first byte',
      'handler left',
      'transaction committed',
      'last byte of 48',
      'task begins',
      'task ends',
      'session closed',
    ]);
  });

  it('rolls back where the client leaves, and runs the task before the session closes', async () => {
    const request = get(`${demo.url}/api/life?name=left`, { agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await once(response, 'data');
    response.destroy();
    expect(await readLife('left')).toEqual([
      'session opened',
      'transaction begun',
      'handler called',
      'head and first byte',
      'response ended: client-closed',
      'handler left',
      'transaction rolled back',
      'task begins',
      'task ends',
      'session closed',
    ]);
  });

  it('breaks off where the handler throws in mid-stream, and drops the task', async () => {
    const response = await fetch(`${demo.url}/api/life?name=broken&ending=breaks`);
    await expect(response.text()).rejects.toThrow();
    expect(await readLife('broken')).toEqual([
      'session opened',
      'transaction begun',
      'handler called',
      'head and first byte',
      'handler left',
      'transaction rolled back',
      'response ended: error',
      'session closed',
    ]);
  });

  it('closes everything before the answer, where the handler throws first', async () => {
    const response = await fetch(`${demo.url}/api/life?name=refused&ending=refuses`);
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({ detail: 'The handler refused' });
    expect((await readLife('refused')).slice(3, 7)).toEqual([
      'handler left',
      'transaction rolled back',
      'session closed',
      'head and first byte',
    ]);
  });

  it.each([
    ['', 'name'],
    [`?name=${'a'.repeat(41)}`, 'name'],
    ['?name=a&ending=never', 'ending'],
  ])('answers 422 to %s', async (query, field) => {
    const response = await fetch(`${demo.url}/api/life${query}`);
    expect(response.status).toBe(422);
    expect((await readFaults(response)).map(({ loc }) => loc)).toEqual([['query', field]]);
  });
});

describe('GET /api/life/:name', () => {
  it('answers 404 for a name that no request had', async () => {
    expect((await fetch(`${demo.url}/api/life/nobody`)).status).toBe(404);
  });
});
