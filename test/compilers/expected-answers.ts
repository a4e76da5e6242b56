/** A request, and the answer to it of every compiled application. */
export interface ExpectedAnswer {
  /** What it shows; unlike all others. */
  readonly title: string;
  /** Method and address. */
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly status: number;
  /** Headers that the answer has among others; null for one that it has not. */
  readonly answerHeaders: Readonly<Record<string, string | null>>;
  /** The text of the body; of a body in JSON, its value. */
  readonly answer: unknown;
}

const json = { 'content-type': 'application/json; charset=utf-8' };
const lines = { 'content-type': 'application/jsonl', 'content-length': null };
const csv = { 'content-type': 'text/csv; charset=utf-8', 'content-length': null };
const events = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

const missing = (...loc: string[]) => ({ type: 'missing', loc, msg: 'Field required', input: null });

/** None of them depends on another one. */
export const expectedAnswers: readonly ExpectedAnswer[] = [
  {
    title: 'a plain value',
    request: 'GET /values/plain',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, world' },
  },
  {
    title: 'text as JSON',
    request: 'GET /values/text',
    status: 200,
    answerHeaders: json,
    answer: 'plain text is JSON too',
  },
  {
    title: 'an async method',
    request: 'GET /values/later?name=Ann',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, Ann' },
  },
  {
    title: 'an async method that throws',
    request: 'GET /values/failing',
    status: 409,
    answerHeaders: json,
    answer: { detail: 'Not now' },
  },
  {
    title: 'the first of several route decorators',
    request: 'GET /values/one',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, either' },
  },
  {
    title: 'the second of several route decorators',
    request: 'GET /values/other',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, either' },
  },
  {
    title: 'another method by one of several route decorators',
    request: 'PUT /values/one',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, either' },
  },
  {
    title: 'scalars of path, query, header and cookie',
    request: 'GET /values/scalars/7.5?exact=yes&since=2026-01-02&tag=a&tag=b&colour=red&limit=3',
    headers: { 'x-trace': 'abc', cookie: 'visits=4' },
    status: 200,
    answerHeaders: json,
    answer: {
      id: 7.5,
      exact: true,
      since: '2026-01-02T00:00:00.000Z',
      tags: ['a', 'b'],
      colour: 'red',
      limit: 3,
      trace: 'abc',
      visits: 4,
    },
  },
  {
    title: 'scalars that are left out',
    request: 'GET /values/scalars/7?exact=0&since=2026-01-02T03:04:05Z&tag=a&colour=green',
    headers: { 'x-trace': '1' },
    status: 200,
    answerHeaders: json,
    answer: {
      id: 7,
      exact: false,
      since: '2026-01-02T03:04:05.000Z',
      tags: ['a'],
      colour: 'green',
      limit: 20,
      trace: '1',
    },
  },
  {
    title: 'scalars of other types',
    request: 'GET /values/scalars/x?exact=maybe&since=soon&colour=blue',
    headers: { cookie: 'visits=1.5' },
    status: 422,
    answerHeaders: json,
    answer: {
      detail: [
        {
          type: 'float_parsing',
          loc: ['path', 'id'],
          msg: 'Input should be a number, written in decimal digits',
          input: 'x',
        },
        {
          type: 'bool_parsing',
          loc: ['query', 'exact'],
          msg: 'Input should be true or false',
          input: 'maybe',
        },
        {
          type: 'datetime_parsing',
          loc: ['query', 'since'],
          msg: 'Input should be a date in ISO 8601 format',
          input: 'soon',
        },
        missing('query', 'tag'),
        {
          type: 'enum',
          loc: ['query', 'colour'],
          msg: "Input should be 'red' or 'green'",
          input: 'blue',
          ctx: { expected: "'red' or 'green'" },
        },
        missing('header', 'x-trace'),
        {
          type: 'int_parsing',
          loc: ['cookie', 'visits'],
          msg: 'Input should be an integer, written in decimal digits',
          input: '1.5',
        },
      ],
    },
  },
  {
    title: 'a body as a model',
    request: 'POST /items',
    body: { name: 'Chair', colour: 'green', size: { width: 40 }, price: 'not of the model' },
    status: 201,
    answerHeaders: json,
    answer: { isModel: true, item: { name: 'Chair', colour: 'green', size: { width: 40 } } },
  },
  {
    title: 'a body with fields of other types',
    request: 'POST /items',
    body: { name: '', colour: 'blue', size: { width: 0 }, note: 3 },
    status: 422,
    answerHeaders: json,
    answer: {
      detail: [
        { type: 'value_error', loc: ['body', 'name'], msg: 'name should not be empty', input: '' },
        {
          type: 'enum',
          loc: ['body', 'colour'],
          msg: "Input should be 'red' or 'green'",
          ctx: { expected: "'red' or 'green'" },
          input: 'blue',
        },
        {
          type: 'greater_than_equal',
          loc: ['body', 'size', 'width'],
          msg: 'width must not be less than 1',
          input: 0,
        },
        { type: 'string_type', loc: ['body', 'note'], msg: 'Input should be a valid string', input: 3 },
      ],
    },
  },
  {
    title: 'a body without some of its fields',
    request: 'POST /items',
    body: { size: { width: 40 } },
    status: 422,
    answerHeaders: json,
    answer: { detail: [missing('body', 'name'), missing('body', 'colour')] },
  },
  {
    title: 'no body',
    request: 'POST /items',
    status: 422,
    answerHeaders: json,
    answer: { detail: [missing('body')] },
  },
  {
    title: 'the signal of a request',
    request: 'GET /items/signal',
    status: 200,
    answerHeaders: json,
    answer: { isSignal: true, aborted: false },
  },
  {
    title: 'a generator',
    request: 'GET /streams/lines',
    status: 200,
    answerHeaders: lines,
    answer: '{"row":1}\n{"row":2}\n',
  },
  {
    title: 'the head of a generator',
    request: 'HEAD /streams/lines',
    status: 200,
    answerHeaders: lines,
    answer: '',
  },
  {
    title: 'an async generator',
    request: 'GET /streams/late-lines',
    status: 200,
    answerHeaders: lines,
    answer: '{"row":1}\n{"row":2}\n',
  },
  {
    title: 'an async generator with a parameter',
    request: 'GET /streams/late-lines?count=1',
    status: 200,
    answerHeaders: lines,
    answer: '{"row":1}\n',
  },
  {
    title: 'an async generator whose parameter is of another type',
    request: 'GET /streams/late-lines?count=some',
    status: 422,
    answerHeaders: json,
    answer: {
      detail: [
        {
          type: 'float_parsing',
          loc: ['query', 'count'],
          msg: 'Input should be a number, written in decimal digits',
          input: 'some',
        },
      ],
    },
  },
  {
    title: 'the head of an async generator',
    request: 'HEAD /streams/late-lines',
    status: 200,
    answerHeaders: lines,
    answer: '',
  },
  {
    title: 'an async generator that throws before its first item',
    request: 'GET /streams/refused',
    status: 403,
    answerHeaders: json,
    answer: { detail: 'Who are you?' },
  },
  {
    title: 'an async generator that is let to its first item',
    request: 'GET /streams/refused?user=ann',
    status: 200,
    answerHeaders: lines,
    answer: '{"user":"ann"}\n',
  },
  {
    title: 'an async generator that its head does not start',
    request: 'HEAD /streams/refused',
    status: 200,
    answerHeaders: lines,
    answer: '',
  },
  {
    title: 'a StreamingResponse of a generator',
    request: 'GET /streams/export.csv',
    status: 200,
    answerHeaders: csv,
    answer: 'id,name\n1,Chair\n',
  },
  {
    title: 'a StreamingResponse of an async generator that sets a header',
    request: 'GET /streams/late.csv',
    status: 200,
    answerHeaders: { ...csv, 'x-rows': '1' },
    answer: 'id,name\n1,Chair\n',
  },
  {
    title: 'an EventSourceResponse',
    request: 'GET /streams/events',
    status: 200,
    answerHeaders: events,
    answer:
      ': after nothing\n\nevent: update\ndata: {"row":1}\nid: 1\n\ndata: {"data":"a plain object is data"}\n\n',
  },
  {
    title: 'an EventSourceResponse with a parameter',
    request: 'GET /streams/events',
    headers: { 'last-event-id': '7' },
    status: 200,
    answerHeaders: events,
    answer:
      ': after 7\n\nevent: update\ndata: {"row":1}\nid: 1\n\ndata: {"data":"a plain object is data"}\n\n',
  },
  {
    title: 'the head of an EventSourceResponse',
    request: 'HEAD /streams/events',
    status: 200,
    answerHeaders: events,
    answer: '',
  },
  {
    title: 'a controller that has a subclass',
    request: 'GET /quiet/ann',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, ann' },
  },
  {
    title: 'an inherited method',
    request: 'GET /loud',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, all' },
  },
  {
    title: 'an inherited generator',
    request: 'GET /loud/ann/letters',
    status: 200,
    answerHeaders: lines,
    answer: '"a"\n"n"\n"n"\n',
  },
  {
    title: 'a method that overrides another',
    request: 'GET /loud/ann',
    status: 200,
    answerHeaders: json,
    answer: { greeting: 'Hello, ann!' },
  },
  {
    title: 'a method of the subclass',
    request: 'GET /loud/ann/twice',
    status: 200,
    answerHeaders: json,
    answer: [{ greeting: 'Hello, ann!' }, { greeting: 'Hello, ann!' }],
  },
  {
    title: 'a method of the subclass on its base',
    request: 'GET /quiet/ann/twice',
    status: 404,
    answerHeaders: json,
    answer: { message: 'Route GET:/quiet/ann/twice not found', error: 'Not Found', statusCode: 404 },
  },
];

/** What each application answers to all of them, by their titles. */
export const allExpected: Readonly<Record<string, unknown>> = Object.fromEntries(
  expectedAnswers.map(({ title, status, answerHeaders, answer }) => [
    title,
    { status, answerHeaders, answer },
  ]),
);
