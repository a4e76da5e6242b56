// Requests of FastAPI's documentation, with the status, the JSON and the places of faults that it gives.
import { sluice } from '@sluice/fastify-adapter';
import Fastify, { type InjectOptions } from 'fastify';

import {
  BodyController,
  DependenciesController,
  ModelsController,
  PathController,
  QueryController,
} from './request-controllers.js';

const app = Fastify({ routerOptions: { maxParamLength: 200 } });

beforeAll(async () => {
  await app.register(sluice, {
    controllers: [PathController, QueryController, BodyController, ModelsController, DependenciesController],
  });
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}): InjectOptions => ({
  method: 'GET',
  url,
  headers,
});
const send =
  (method: 'POST' | 'PUT') =>
  (url: string, payload?: unknown): InjectOptions => ({
    method,
    url,
    headers: { 'content-type': 'application/json' },
    ...(payload === undefined
      ? {}
      : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
  });
const post = send('POST');
const put = send('PUT');

/** A request, with the JSON of its success, or its faults as `type loc`. */
type Case =
  | [request: InjectOptions, answer: unknown]
  | [request: InjectOptions, refused: 'refused', ...faults: string[]];

const item = { name: 'Foo', price: 50.5 };
const image = { url: 'http://example.com/baz.jpg', name: 'The Foo live' };
const id = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

const CASES: readonly Case[] = [
  // Path Parameters
  [get('/path/items/3'), { item_id: 3 }],
  [get('/path/items/foo'), 'refused', 'int_parsing path.item_id'],
  [get('/path/items/4.2'), 'refused', 'int_parsing path.item_id'],
  [get('/path/items/+5'), { item_id: 5 }],
  [get('/path/items/12abc'), 'refused', 'int_parsing path.item_id'],
  [get('/path/models/alexnet'), { model_name: 'alexnet', message: 'Deep Learning FTW!' }],
  [get('/path/models/foo'), 'refused', 'enum path.model_name'],
  [get('/path/files/home/johndoe/myfile.txt'), { file_path: 'home/johndoe/myfile.txt' }],
  [get('/path/ranged/42?q=a&size=1.5'), { item_id: 42, q: 'a', size: 1.5 }],
  [get('/path/ranged/0?q=a'), 'refused', 'greater_than path.item_id'],
  [get('/path/ranged/1001?q=a'), 'refused', 'less_than_equal path.item_id'],
  [get('/path/ranged/1?q=a&size=10.5'), 'refused', 'less_than query.size'],
  [get('/path/ranged/1?q=a&size=0'), 'refused', 'greater_than query.size'],
  [
    get('/path/ranged/x?size=NaN'),
    'refused',
    'int_parsing path.item_id',
    'missing query.q',
    'float_parsing query.size',
  ],
  [get(`/path/uuid/${id}`), { item_id: id }],
  [get('/path/uuid/1'), 'refused', 'string_pattern_mismatch path.item_id'],

  // Query Parameters
  [get('/query/paged'), { skip: 0, limit: 10 }],
  [get('/query/paged?skip=20'), { skip: 20, limit: 10 }],
  [get('/query/paged?skip=1&skip=2'), { skip: 2, limit: 10 }],
  ...['1', 'True', 'true', 'on', 'yes', 'T', 'Y'].map((word): Case => [
    get(`/query/short/foo?short=${word}`),
    { item_id: 'foo', short: true },
  ]),
  ...['0', 'False', 'off', 'no', 'f', 'n'].map((word): Case => [
    get(`/query/short/foo?short=${word}`),
    { item_id: 'foo', short: false },
  ]),
  [get('/query/short/foo?short=maybe'), 'refused', 'bool_parsing query.short'],
  [get('/query/needy/foo'), 'refused', 'missing query.needy'],
  [get('/query/needy/foo?needy=very'), { item_id: 'foo', needy: 'very', skip: 0, limit: null }],
  [
    get('/query/needy/foo?skip=a&limit=b'),
    'refused',
    'missing query.needy',
    'int_parsing query.skip',
    'int_parsing query.limit',
  ],

  // Query Parameters and String Validations
  [get('/query/text'), { q: null }],
  [get('/query/text?item-query=fixedquery'), { q: 'fixedquery' }],
  [get('/query/text?item-query=nonregexquery'), 'refused', 'string_pattern_mismatch query.item-query'],
  [get('/query/lengths?q=ab'), 'refused', 'string_too_short query.q'],
  [get(`/query/lengths?q=${'x'.repeat(51)}`), 'refused', 'string_too_long query.q'],
  [get(`/query/lengths?q=${encodeURIComponent('😀'.repeat(50))}`), { q: '😀'.repeat(50) }],
  [get('/query/lengths'), 'refused', 'missing query.q'],
  [get('/query/list'), { q: ['foo', 'bar'] }],
  [get('/query/list?q=baz&q=foobar'), { q: ['baz', 'foobar'] }],
  [get('/query/list?q=baz'), { q: ['baz'] }],
  [get('/query/numbers?n=1&n=x'), 'refused', 'int_parsing query.n.1'],
  [get('/query/numbers?n=1&n=2&n=3'), 'refused', 'too_long query.n'],
  [get('/query/when?at=2024-02-29T12:00:00Z'), { at: '2024-02-29T12:00:00.000Z' }],
  [get('/query/when?at=yesterday'), 'refused', 'datetime_parsing query.at'],

  // Request Body
  [post('/body/items', item), item],
  [post('/body/items', { ...item, price: '50.5' }), item],
  [
    post('/body/items', { ...item, description: 'Some', tax: 0.3 }),
    { ...item, description: 'Some', tax: 0.3 },
  ],
  [post('/body/items', { ...item, tax: null, more: 1 }), { ...item, tax: null }],
  [post('/body/items', { name: 'Foo' }), 'refused', 'missing body.price'],
  [post('/body/items', {}), 'refused', 'missing body.name', 'missing body.price'],
  [post('/body/items'), 'refused', 'missing body'],
  [post('/body/items', 'null'), 'refused', 'missing body'],
  [post('/body/items', { name: 'Foo', price: 'twenty' }), 'refused', 'float_parsing body.price'],
  [
    post('/body/items', { name: 5, price: true }),
    'refused',
    'string_type body.name',
    'float_type body.price',
  ],
  [post('/body/items', '[]'), 'refused', 'model_attributes_type body'],
  [post('/body/items', '"text"'), 'refused', 'model_attributes_type body'],
  [post('/body/any', { a: [1] }), { a: [1] }],
  [post('/body/any', '[]'), 'refused', 'dict_type body'],
  [put('/body/items/5', item), { item_id: 5, item }],
  [put('/body/items/5?q=bar'), { item_id: 5, q: 'bar' }],
  [
    put('/body/items/foo', { name: 1 }),
    'refused',
    'int_parsing path.item_id',
    'string_type body.name',
    'missing body.price',
  ],
  [put('/body/items/-1', item), 'refused', 'greater_than_equal path.item_id'],

  // Body: Multiple Parameters
  [
    put('/body/multiple/5', { item, user: { username: 'Dave' }, importance: 2 }),
    { item_id: 5, item, user: { username: 'Dave' }, importance: 2 },
  ],
  [put('/body/multiple/5'), 'refused', 'missing body.item', 'missing body.user', 'missing body.importance'],
  [
    put('/body/multiple/5', '[]'),
    'refused',
    'missing body.item',
    'missing body.user',
    'missing body.importance',
  ],
  [
    put('/body/multiple/foo', { item: { price: 1 }, user: {}, importance: 0 }),
    'refused',
    'int_parsing path.item_id',
    'greater_than body.importance',
    'missing body.item.name',
    'missing body.user.username',
  ],
  [put('/body/embedded', { item: { name: 'Foo', price: 3 } }), { item: { name: 'Foo', price: 3 } }],

  // Body: Fields
  [put('/body/embedded', { item: { name: 'Foo', price: -3 } }), 'refused', 'greater_than body.item.price'],
  [
    put('/body/embedded', { item: { name: 'Foo', price: 3, description: 'x'.repeat(301) } }),
    'refused',
    'string_too_long body.item.description',
  ],
  [put('/body/embedded', { name: 'Foo', price: 3 }), 'refused', 'missing body.item'],

  // Body: Nested Models
  [put('/body/nested', { ...item, tags: ['rock'], image }), { ...item, tags: ['rock'], image }],
  [put('/body/nested', item), { ...item, tags: [] }],
  [put('/body/nested', { ...item, tags: 'rock' }), 'refused', 'list_type body.tags'],
  [put('/body/nested', { ...item, tags: ['a', 1] }), 'refused', 'string_type body.tags.1'],
  [put('/body/nested', { ...item, image: { url: 'x', name: 'y' } }), 'refused', 'url_parsing body.image.url'],
  [put('/body/nested', { ...item, image: 'x' }), 'refused', 'model_attributes_type body.image'],
  [
    put('/body/nested', { ...item, images: [image, {}] }),
    'refused',
    'missing body.images.1.url',
    'missing body.images.1.name',
  ],
  [
    post('/body/offers', { name: 'a', price: 1, items: [{ ...item, images: [{ url: image.url }] }] }),
    'refused',
    'missing body.items.0.images.0.name',
  ],
  [post('/body/images', [image]), [image]],
  [post('/body/images', [image, { name: 1 }]), 'refused', 'missing body.1.url', 'string_type body.1.name'],
  [post('/body/images', image), 'refused', 'list_type body'],
  [post('/body/images', ['x']), 'refused', 'model_attributes_type body.0'],

  // Extra Data Types, Extra Models, Handling Errors, and pydantic's discriminated unions
  [
    put('/body/span', { start_datetime: '2024-01-01T00:00:00Z' }),
    { start_datetime: '2024-01-01T00:00:00.000Z' },
  ],
  [put('/body/span', { start_datetime: 'soon' }), 'refused', 'datetime_parsing body.start_datetime'],
  [post('/body/sized', { title: 'towel', size: 'XL' }), 'refused', 'int_parsing body.size'],
  [post('/body/sized', { title: 'towel', size: 1.5 }), 'refused', 'int_from_float body.size'],
  [post('/body/sized', { title: 'towel', size: '3' }), { title: 'towel', size: 3 }],
  [
    post('/body/accounts', { username: 'a', password: 'b', email: 'no' }),
    'refused',
    'value_error body.email',
  ],
  [post('/body/accounts', { username: 'a', password: 'b', email: 'a@b.example' }), { username: 'a' }],
  [
    post('/body/owner', { pet: { pet_type: 'cat', lives: 9 }, n: 1 }),
    { pet: { pet_type: 'cat', lives: 9 }, n: 1 },
  ],
  [post('/body/owner', { pet: { pet_type: 'dog' }, n: 1 }), 'refused', 'missing body.pet.dog.barks'],
  [post('/body/owner', { pet: { pet_type: 'fish' }, n: 1 }), 'refused', 'union_tag_invalid body.pet'],
  [post('/body/owner', { pet: {}, n: 1 }), 'refused', 'union_tag_not_found body.pet'],
  [post('/body/owner', { n: 1 }), 'refused', 'missing body.pet'],
  [post('/body/strict', { ...item, more: 1 }), 'refused', 'extra_forbidden body.more'],

  // Union types of a body: by a discriminator, and by pydantic's smart mode
  [
    post('/body/vehicles', { type: 'plane', description: 'Aerodrome', size: '5' }),
    { class: 'PlaneItem', item: { description: 'Aerodrome', type: 'plane', size: 5 } },
  ],
  [
    post('/body/vehicles', { type: 'car', description: 'Low', size: 5 }),
    { class: 'CarItem', item: { description: 'Low', type: 'car' } },
  ],
  [
    post('/body/vehicles', { type: 'plane' }),
    'refused',
    'missing body.plane.description',
    'missing body.plane.size',
  ],
  [post('/body/vehicles', { type: 'boat' }), 'refused', 'union_tag_invalid body'],
  [post('/body/vehicles', { description: 'x' }), 'refused', 'union_tag_not_found body'],
  [post('/body/vehicles', '[]'), 'refused', 'model_attributes_type body'],
  [post('/body/vehicles'), 'refused', 'missing body'],
  [post('/body/vehicles', 'null'), 'refused', 'missing body'],
  [post('/body/trucks', { description: 'a' }), { class: 'Vehicle', item: { description: 'a' } }],
  [
    post('/body/trucks', { description: 'a', load: 2 }),
    { class: 'Truck', item: { description: 'a', load: 2 } },
  ],
  [post('/body/trucks', { description: 'a', load: 'x' }), { class: 'Vehicle', item: { description: 'a' } }],
  [
    post('/body/trucks', { load: 'x' }),
    'refused',
    'missing body.Vehicle.description',
    'missing body.Truck.description',
    'int_parsing body.Truck.load',
  ],
  [post('/body/fleet', [{ type: 'car', description: 'a' }]), [{ type: 'car', description: 'a' }]],
  [
    post('/body/fleet', [{ type: 'car', description: 'a' }, { type: 'car' }, 5]),
    'refused',
    'missing body.1.car.description',
    'model_attributes_type body.2',
  ],
  [post('/body/index-weights', { '1': 2.5, b: '3' }), { '1': 2.5, b: 3 }],
  [post('/body/index-weights', { a: 'foo' }), 'refused', 'float_parsing body.a'],
  [post('/body/index-weights', '[]'), 'refused', 'dict_type body'],
  [post('/body/word', { value: '5' }), { value: '5' }],
  [post('/body/word', { value: 5 }), { value: 5 }],
  [post('/body/word', { value: [] }), 'refused', 'int_type body.value.int', 'string_type body.value.str'],
  [post('/body/null', item), { item }],
  [post('/body/null', 'null'), { item: null }],
  [post('/body/null'), 'refused', 'missing body'],

  // Query, Cookie and Header Parameter Models
  [get('/models/query'), { limit: 100, offset: 0, order_by: 'created_at', tags: [] }],
  [
    get('/models/query?limit=10&offset=5&order_by=updated_at&tags=tag1&tags=tag2'),
    { limit: 10, offset: 5, order_by: 'updated_at', tags: ['tag1', 'tag2'] },
  ],
  [
    get('/models/query?limit=150&offset=-1&order_by=invalid'),
    'refused',
    'less_than_equal query.limit',
    'greater_than_equal query.offset',
    'literal_error query.order_by',
  ],
  [get('/models/query?tool=plumbus'), { limit: 100, offset: 0, order_by: 'created_at', tags: [] }],
  [get('/models/strict?tool=plumbus'), 'refused', 'extra_forbidden query.tool'],
  [
    get('/models/cookies', { cookie: 'session_id=123; googall_tracker=x; other=1' }),
    { session_id: '123', googall_tracker: 'x' },
  ],
  [get('/models/cookies'), 'refused', 'missing cookie.session_id'],
  [
    get('/models/strict-cookies', { cookie: 'session_id=123; extra=track' }),
    'refused',
    'extra_forbidden cookie.extra',
  ],
  [
    get('/models/headers', {
      'save-data': 'true',
      'if-modified-since': 'yesterday',
      'x-tag': 'one, two',
      traceparent: '123',
    }),
    { saveData: true, ifModifiedSince: 'yesterday', xTag: ['one', 'two'], trace: '123' },
  ],
  [get('/models/headers'), 'refused', 'missing header.saveData'],
  [get('/models/one-cookie'), { ads_id: null }],
  [get('/models/one-cookie', { cookie: 'ads_id=ads_track' }), { ads_id: 'ads_track' }],
  [get('/models/one-header', { 'x-token': 'foo, bar' }), { 'X-Token values': ['foo', 'bar'] }],

  // Dependencies
  [get('/dependencies/items'), 'refused', 'missing header.x-token', 'missing header.x-key'],
  [get('/dependencies/commons?q=foo&skip=100'), { q: 'foo', skip: 100, limit: 100 }],
  [
    get('/dependencies/commons?skip=x&limit=y'),
    'refused',
    'int_parsing query.skip',
    'int_parsing query.limit',
  ],
  [
    post('/dependencies/loose?skip=x', '[]'),
    'refused',
    'int_parsing query.skip',
    'model_attributes_type body',
  ],
];

test.each(
  CASES.map(
    ([request, ...answer]) =>
      [`${String(request.method)} ${JSON.stringify(request.url)}`, request, answer] as const,
  ),
)('%s', async (_name, request, [answer, ...faults]) => {
  const response = await app.inject(request);
  const json = response.json<{ detail: { type: string; loc: string[] }[] }>();
  if (answer !== 'refused') {
    expect([response.statusCode, json]).toEqual([200, answer]);
    return;
  }
  expect([
    response.statusCode,
    json.detail.map(({ type, loc }) => `${type} ${loc.join('.')}`).sort(),
  ]).toEqual([422, [...faults].sort()]);
});
