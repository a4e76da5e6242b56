import type { ServerSentEventFields } from './event-fields.js';
import { isEventShaped, ServerSentEvent } from './server-sent-event.js';

const refusal = (problem: string) =>
  expect.objectContaining({
    name: 'ResponseError',
    code: 'EVENT_INVALID',
    message: expect.stringContaining(problem) as string,
  }) as Error;

test.each(['\r', '\n', '\0', '\r\ndata: forged'])('refuses %j in an event name and in an id', (text) => {
  const shown = JSON.stringify(`a${text}b`);
  expect(() => new ServerSentEvent({ data: 1, event: `a${text}b` })).toThrow(
    refusal(`event is text without CR, LF and NUL, not ${shown}`),
  );
  expect(() => new ServerSentEvent({ data: 1, id: `a${text}b` })).toThrow(
    refusal(`id is text without CR, LF and NUL, not ${shown}`),
  );
});

test.each<[string, object]>([
  ['event is text', { data: 1, event: 7 }],
  ['id is text without CR, LF and NUL, not 0', { data: 1, id: 0 }],
  ['id is text without CR, LF and NUL, not null', { data: 1, id: null }],
  ['rawData is text, not object', { rawData: Buffer.from('a') }],
  ['comment is text, not 1', { comment: 1 }],
  ['retry is a number of milliseconds', { retry: -1 }],
  ['retry is a number of milliseconds', { retry: 1.5 }],
  ['an integer from 0, not NaN', { retry: NaN }],
  ['an integer from 0, not Infinity', { retry: Infinity }],
  ['retry is a number of milliseconds', { retry: 2 ** 53 }],
  ['retry is a number of milliseconds, an integer from 0, not "5"', { retry: '5' }],
  ['data and rawData exclude each other', { data: 1, rawData: 'a' }],
  ['it has none of the fields', {}],
  ['it has none of the fields', { data: undefined, event: undefined }],
  ['"dta" is no field of an event: there are data, rawData, event, id, retry, comment', { dta: 1 }],
  ['"Event" is no field', { data: 1, Event: 'tick' }],
  ['"raw_data" is no field', { comment: 'c', raw_data: undefined }],
  ['"a\\r\\nb" is no field', { data: 1, 'a\r\nb': 1 }],
  ['"__proto__" is no field', JSON.parse('{"data":1,"__proto__":1}') as object],
  ['"0" is no field', ['data']],
  ['not function', { data: () => 1 }],
  ['not symbol', { data: Symbol('s') }],
  ['BigInt', { data: 1n }],
  ['BigInt', { data: { deep: [1n] } }],
])('refuses an event: %s, of %p', (problem, fields) => {
  expect(() => new ServerSentEvent(fields)).toThrow(refusal(problem));
});

test.each([
  ['null', null],
  ['undefined', undefined],
  ['"text"', 'text'],
  ['7', 7],
])('refuses %s in the place of the fields', (shown, fields) => {
  expect(() => new ServerSentEvent(fields as never)).toThrow(
    refusal(`an event is made of an object with its fields, not of ${shown}`),
  );
});

test('takes the fields of another event', () => {
  const event = new ServerSentEvent({ data: 1, event: 'e', id: '1' });
  expect(new ServerSentEvent(event).text).toBe(event.text);
  expect(new ServerSentEvent(Object.assign({}, event, { id: '2' })).text).toBe(
    'event: e\ndata: 1\nid: 2\n\n',
  );
});

test('refuses data that holds itself where it is written', () => {
  const data: Record<string, unknown> = {};
  data.self = data;
  expect(() => new ServerSentEvent({ data })).toThrow(
    expect.objectContaining({ code: 'EVENT_INVALID', cause: expect.any(TypeError) as Error }) as Error,
  );
});

test('accepts null as data beside rawData that is not there', () => {
  const fields = { data: null, rawData: undefined } as unknown as ServerSentEventFields;
  expect(new ServerSentEvent(fields).text).toBe('data: null\n\n');
});

test('is frozen, and sends its data as they were when it was made', () => {
  const data = { n: 1 };
  const event = new ServerSentEvent({ data, event: 'e' });
  data.n = 2;
  expect(event.text).toBe('event: e\ndata: {"n":1}\n\n');
  expect(Object.isFrozen(event)).toBe(true);
  expect(() => {
    (event as { event: string | undefined }).event = 'other';
  }).toThrow(TypeError);
});

test('is encoded into bytes once, in UTF-8', () => {
  const event = new ServerSentEvent({ rawData: 'ä😀' });
  expect(Buffer.from(event.bytes).toString()).toBe(event.text);
  expect(event.bytes).toBe(event.bytes);
});

test('has the fields that it was given', () => {
  const fields = { data: [1], event: 'e', id: '1', retry: 3, comment: 'c' };
  expect(new ServerSentEvent(fields)).toMatchObject({ ...fields, rawData: undefined });
});

test('is told from other values by its brand', () => {
  expect(ServerSentEvent.is(new ServerSentEvent({ data: 1 }))).toBe(true);
  for (const other of [{ data: 1 }, null, undefined, 'data', () => 1]) {
    expect(ServerSentEvent.is(other)).toBe(false);
  }
});

test.each([
  [{ data: 1 }, true],
  [{ rawData: 'a', id: '1' }, true],
  [{ comment: 'c', retry: 1 }, true],
  [{ event: 'e', id: '1' }, false],
  [{ retry: 1 }, false],
  [{ data: 1, name: 'x' }, false],
  [JSON.parse('{"data":1,"__proto__":1}'), false],
  [{}, false],
  [[], false],
  [['data'], false],
  [null, false],
  ['data', false],
])('whether %j has the shape of an event: %p', (value, expected) => {
  expect(isEventShaped(value)).toBe(expected);
});

test('is given an id later without being encoded again', () => {
  const data = { n: 1 };
  const event = new ServerSentEvent({ data, event: 'e', retry: 1, comment: 'c' });
  data.n = 2;
  const later = event.withId('7');
  expect(later.text).toBe('id: 7\n: c\nevent: e\ndata: {"n":1}\nretry: 1\n\n');
  expect(later).toMatchObject({ id: '7', data, event: 'e', retry: 1, comment: 'c' });
  expect(Object.isFrozen(later)).toBe(true);
  expect(event.id).toBeUndefined();
});

test.each(['', '0', 'a'])('keeps the id %j that it has', (id) => {
  const event = new ServerSentEvent({ data: 1, id });
  expect(event.withId('7')).toBe(event);
});

test.each(['a\nb', '\r', '\0'])('refuses %j as a later id', (id) => {
  expect(() => new ServerSentEvent({ data: 1 }).withId(id)).toThrow(refusal('id is text'));
});
