import type { Item } from '../../src/items/item.js';
import { makeFolder, readFaults, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { createItem, postItem } from './create-item.js';

let folder: string;
let demo: Demo;

beforeEach(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterEach(async () => {
  await demo.close();
  await removeFolder(folder);
});

function call(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${demo.url}/api/items${path}`, init);
}

describe('POST /api/items', () => {
  it('answers 201 with the item, its id and its time', async () => {
    const response = await postItem(demo.url, { name: 'Tea', price: 3.5 });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const item = (await response.json()) as Item;
    expect(item).toEqual({ id: 1, name: 'Tea', price: 3.5, createdAt: expect.any(String) as string });
    expect(new Date(item.createdAt).toISOString()).toBe(item.createdAt);
  });

  it('takes nothing from the body but name and price', async () => {
    const body = { id: 99, name: 'Tea', price: 0, createdAt: 'never', admin: true };
    const item = (await (await postItem(demo.url, body)).json()) as Item;
    expect(Object.keys(item)).toEqual(['id', 'name', 'price', 'createdAt']);
    expect(item.id).toBe(1);
  });

  it('answers 422 with the faults of all fields', async () => {
    const response = await postItem(demo.url, { name: '', price: -1 });
    expect(response.status).toBe(422);
    const faults = await readFaults(response);
    expect(faults.map(({ loc, msg }) => [loc, msg])).toEqual([
      [['body', 'name'], 'name must be longer than or equal to 1 characters'],
      [['body', 'price'], 'price must not be less than 0'],
    ]);
  });

  it.each([
    ['a name that is missing', { price: 1 }, ['body', 'name'], 'missing'],
    ['a name that is no text', { name: 7, price: 1 }, ['body', 'name'], 'string_type'],
    ['a price that is missing', { name: 'Tea' }, ['body', 'price'], 'missing'],
    ['a price that is a word', { name: 'Tea', price: 'one' }, ['body', 'price'], 'float_parsing'],
    ['a price of three decimals', { name: 'Tea', price: 0.125 }, ['body', 'price'], 'float_type'],
    ['a price that is too high', { name: 'Tea', price: 1_000_001 }, ['body', 'price'], 'less_than_equal'],
  ])('answers 422 to %s', async (_what, body, loc, type) => {
    const response = await postItem(demo.url, body);
    expect(response.status).toBe(422);
    expect(await readFaults(response)).toContainEqual(expect.objectContaining({ loc, type }));
  });

  it('answers 422 to a name of more than 80 characters', async () => {
    expect((await postItem(demo.url, { name: 'x'.repeat(80), price: 1 })).status).toBe(201);
    const response = await postItem(demo.url, { name: 'x'.repeat(81), price: 1 });
    expect(response.status).toBe(422);
    expect(await readFaults(response)).toEqual([expect.objectContaining({ loc: ['body', 'name'] })]);
  });

  it('answers 422 to a body that is no JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await call('', { method: 'POST', headers, body: '{"name":' });
    expect(response.status).toBe(422);
    expect(await readFaults(response)).toEqual([
      expect.objectContaining({ type: 'json_invalid', loc: ['body', 8] }),
    ]);
  });

  it('stores nothing of what it refuses', async () => {
    await postItem(demo.url, { name: '', price: 1 });
    expect(await (await call('')).json()).toEqual([]);
  });

  it('gives each of many items that come at once an id of its own', async () => {
    const items = await Promise.all(
      Array.from({ length: 20 }, (_, index) => createItem(demo.url, `Tea ${index}`)),
    );
    expect(items.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  });
});

describe('GET /api/items', () => {
  const namesOf = async (query: string): Promise<string[]> =>
    ((await (await call(query)).json()) as Item[]).map(({ name }) => name);

  it('lists the newest first, as many as asked for', async () => {
    for (const name of ['one', 'two', 'three']) await createItem(demo.url, name);
    expect(await namesOf('')).toEqual(['three', 'two', 'one']);
    expect(await namesOf('?limit=2')).toEqual(['three', 'two']);
  });

  it('orders ids as numbers', async () => {
    for (let number = 1; number <= 11; number += 1) await createItem(demo.url, `item ${number}`);
    expect(await namesOf('?limit=3')).toEqual(['item 11', 'item 10', 'item 9']);
  });

  it.each([
    ['some', 'int_parsing'],
    ['0', 'greater_than_equal'],
    ['101', 'less_than_equal'],
  ])('answers 422 to a limit of %s', async (limit, type) => {
    const response = await call(`?limit=${limit}`);
    expect(response.status).toBe(422);
    expect(await readFaults(response)).toEqual([expect.objectContaining({ type, loc: ['query', 'limit'] })]);
  });
});

describe('GET /api/items/:id', () => {
  it('answers with the item', async () => {
    const item = await createItem(demo.url, 'Tea');
    const response = await call(`/${item.id}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(item);
  });

  it.each(['7', '-1', '9007199254740991'])('answers 404 to the id %s, which nobody has', async (id) => {
    const response = await call(`/${id}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: 'Item not found' });
  });

  it.each(['first', '1.5', '9007199254740993'])('answers 422 to the id %s', async (id) => {
    const response = await call(`/${id}`);
    expect(response.status).toBe(422);
    expect(await readFaults(response)).toEqual([expect.objectContaining({ loc: ['path', 'id'] })]);
  });
});

describe('DELETE /api/items/:id', () => {
  it('answers 204 without a body, and the item is gone', async () => {
    const { id } = await createItem(demo.url, 'Tea');
    const response = await call(`/${id}`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect((await call(`/${id}`)).status).toBe(404);
  });

  it('answers 404 the second time', async () => {
    const { id } = await createItem(demo.url, 'Tea');
    await call(`/${id}`, { method: 'DELETE' });
    expect((await call(`/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('answers 422 to an id that is no integer', async () => {
    expect((await call('/first', { method: 'DELETE' })).status).toBe(422);
  });
});

describe('after a restart', () => {
  it('has the items, and goes on with the ids', async () => {
    const kept = await createItem(demo.url, 'Tea', 3.5);
    await createItem(demo.url, 'Coffee');
    await call('/2', { method: 'DELETE' });
    await createItem(demo.url, 'Cocoa');
    await demo.close();

    demo = await startDemo(folder);
    const items = (await (await call('')).json()) as Item[];
    expect(items.map(({ id, name }) => [id, name])).toEqual([
      [3, 'Cocoa'],
      [1, 'Tea'],
    ]);
    expect(items[1]).toEqual(kept);
    expect((await createItem(demo.url, 'Milk')).id).toBe(4);
  });

  it('does not start on a folder that another one has open, and says so', async () => {
    await expect(startDemo(folder)).rejects.toThrow(
      /^DATA_FOLDER: .* another process has them open\. Give each process a folder of its own\.$/,
    );
  });
});
