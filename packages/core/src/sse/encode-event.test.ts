import fc from 'fast-check';

import { encodeComment, encodeData } from './encode-event.js';
import type { ServerSentEventFields } from './event-fields.js';
import { ServerSentEvent } from './server-sent-event.js';

interface Received {
  type: string;
  data: string;
  lastEventId: string;
}

/** A client's side, written from WHATWG HTML section 9.2.6 alone: what it dispatches, and how long it waits at last. */
function parseStream(bytes: Uint8Array): { events: Received[]; retry: number | undefined } {
  const events: Received[] = [];
  let [data, type, lastEventId] = ['', '', ''];
  let retry: number | undefined;
  const lines = new TextDecoder('utf-8').decode(bytes).split(/\r\n|\n|\r/);
  // What follows the last line end is an unfinished line.
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      if (data !== '')
        events.push({ type: type === '' ? 'message' : type, data: data.slice(0, -1), lastEventId });
      [data, type] = ['', ''];
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') type = value;
    else if (field === 'data') data += `${value}\n`;
    else if (field === 'id' && !value.includes('\0')) lastEventId = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) retry = Number(value);
  }
  return { events, retry };
}

/** What a client has to receive of events, said without their encoding. */
function toReceived(sent: readonly ServerSentEventFields[]): {
  events: Received[];
  retry: number | undefined;
} {
  const events: Received[] = [];
  let lastEventId = '';
  let retry: number | undefined;
  const text = (value: string): string => Buffer.from(value).toString();
  for (const { data, rawData, event, id, retry: wait } of sent) {
    lastEventId = id ?? lastEventId;
    retry = wait ?? retry;
    const received =
      data === undefined ? rawData?.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : JSON.stringify(data);
    if (received === undefined) continue;
    events.push({
      type: text(event ?? '') || 'message',
      data: text(received),
      lastEventId: text(lastEventId),
    });
  }
  return { events, retry };
}

// Text that looks like the syntax itself, among any other.
const tricky = fc
  .array(
    fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      '\n\n',
      ':',
      ' ',
      '\0',
      'data: x',
      'event:forged',
      'id',
      '\ufeff',
      '\u2028',
      '\ud800',
      'ä😀',
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const text = fc.oneof(tricky, fc.string({ unit: anyUnit }));
const oneLine = text.map((value) => value.replace(/[\r\n]/g, '').replaceAll('\0', ''));
const content = fc.oneof(
  fc.record({ data: fc.oneof(fc.jsonValue(), text) }),
  fc.record({ rawData: text }),
  fc.record({ comment: text }),
);
const others = fc.record(
  { event: oneLine, id: oneLine, retry: fc.maxSafeNat(), comment: text },
  { requiredKeys: [] },
);
const fields = fc.tuple(content, others).map(([one, more]): ServerSentEventFields => ({ ...more, ...one }));

test('a client reads from the bytes exactly what was said, whatever the text is', () => {
  fc.assert(
    fc.property(fc.array(fields, { minLength: 1, maxLength: 4 }), (sent) => {
      const stream = Buffer.concat(sent.map((each) => new ServerSentEvent(each).bytes));
      expect(parseStream(stream)).toEqual(toReceived(sent));
    }),
    { numRuns: 2000 },
  );
});

test('plain data is an event without a name, in one line', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), text), (data) => {
      const encoded = encodeData(data);
      expect(encoded).toMatch(/^data: [^\r\n]*\n\n$/);
      const { events } = parseStream(Buffer.from(encoded));
      expect(events.map((event) => JSON.parse(event.data) as unknown)).toEqual([
        JSON.parse(JSON.stringify(data)),
      ]);
    }),
  );
});

test('a comment is nothing to a client, however many lines it has', () => {
  fc.assert(
    fc.property(text, (comment) => {
      const stream = `${encodeComment(comment)}data: after\n\n`;
      expect(parseStream(Buffer.from(stream))).toEqual({
        events: [{ type: 'message', data: 'after', lastEventId: '' }],
        retry: undefined,
      });
    }),
  );
});

test.each<[ServerSentEventFields, string]>([
  [{ data: { a: 1 } }, 'data: {"a":1}\n\n'],
  [{ data: 'text' }, 'data: "text"\n\n'],
  [{ data: null }, 'data: null\n\n'],
  [{ data: false }, 'data: false\n\n'],
  [{ rawData: '' }, 'data: \n\n'],
  [{ rawData: 'a\r\nb\rc\nd' }, 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
  [{ rawData: 'a\n' }, 'data: a\ndata: \n\n'],
  [{ id: '0' }, 'id: 0\n\n'],
  [{ id: '' }, 'id: \n\n'],
  [{ retry: 0 }, 'retry: 0\n\n'],
  [{ comment: '' }, ': \n\n'],
  [
    { data: 1, event: 'e', id: 'i', retry: 5, comment: 'c\nd' },
    ': c\n: d\nevent: e\ndata: 1\nid: i\nretry: 5\n\n',
  ],
])('writes %j', (event, expected) => {
  expect(new ServerSentEvent(event).text).toBe(expected);
});

test.each([() => 1, Symbol('s'), undefined])('refuses %p as plain data', (data) => {
  expect(() => encodeData(data)).toThrow(
    expect.objectContaining({
      code: 'EVENT_INVALID',
      message: `EVENT_INVALID: data is a JSON value, not ${typeof data}.`,
    }) as Error,
  );
});
