// What was given to events is what an independent parser reads from their bytes: no field and no event more.
import { isDeepStrictEqual } from 'node:util';

import { createParser } from 'eventsource-parser';
import fc from 'fast-check';

import type { ServerSentEventFields } from './event-fields.js';
import { ServerSentEvent } from './server-sent-event.js';

const EVENTS = 100_000;
const EVENTS_OF_A_STREAM = 50;

/** What a parser says, in its order. */
type Said =
  | { readonly event: string | undefined; readonly id: string | undefined; readonly data: string }
  | { readonly retry: number }
  | { readonly comment: string }
  | { readonly fault: string };

/** Reads a stream that comes in pieces of these sizes, over and over. */
function parse(stream: Uint8Array, sizes: readonly number[]): Said[] {
  const said: Said[] = [];
  const parser = createParser({
    onEvent: ({ event, id, data }) => said.push({ event, id, data }),
    onRetry: (retry) => said.push({ retry }),
    onComment: (comment) => said.push({ comment }),
    onError: (error) => said.push({ fault: error.message }),
  });
  const decoder = new TextDecoder('utf-8');
  for (let from = 0, piece = 0; from < stream.length; piece += 1) {
    const size = sizes[piece % sizes.length]!;
    parser.feed(decoder.decode(stream.subarray(from, from + size), { stream: true }));
    from += size;
  }
  return said;
}

/** UTF-8 has no halves of surrogate pairs. */
const asSent = (text: string): string => Buffer.from(text).toString();
const toLines = (text: string): string[] => asSent(text).split(/\r\n|[\r\n]/);

/** What a parser has to say of one event, by the rules of WHATWG HTML section 9.2.6. */
function toSaid({ data, rawData, event, id, retry, comment }: ServerSentEventFields): Said[] {
  const said: Said[] = comment === undefined ? [] : toLines(comment).map((line) => ({ comment: line }));
  if (retry !== undefined) said.push({ retry });
  const lines = data === undefined ? rawData : JSON.stringify(data);
  if (lines === undefined) return said;
  said.push({
    // An empty name is that of no name.
    event: event === undefined || event === '' ? undefined : asSent(event),
    id: id === undefined ? undefined : asSent(id),
    data: toLines(lines).join('\n'),
  });
  return said;
}

// Parts that look like the syntax, or that encoders and parsers get wrong; among them any unit of UTF-16.
const PARTS = [
  ...['\r', '\n', '\r\n', '\n\n', '\r\r', '\0', ':', ': ', ' ', '  ', '\ufeff', '\u2028', '\x85'],
  ...['data: x', '\ndata: forged', '\n\ndata: forged\n\n', 'event:', '\nid: 7', '\nretry: 1', '\n:'],
  ...['a', 'data', '😀', 'ä', '\ud800', '\udc00', '\v', '\f', '\t', '\\n', '"'],
];
// One number for each part: choosing among generators took most of the time.
const part = fc
  .nat(2 * 0xffff)
  .map((code) => (code > 0xffff ? PARTS[code % PARTS.length]! : String.fromCharCode(code)));
const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
const json = fc.oneof(
  text,
  fc.constantFrom(null, true, false, 0, -1.5, 1e21, '', [], {}),
  fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 2 })), { maxKeys: 2 }),
);
const allowed = (field: string): string => field.replaceAll(/[\r\n\0]/g, '');
// Mostly what is accepted.
const oneLine = fc.tuple(fc.nat(9), text).map(([die, any]) => (die === 0 ? any : allowed(any)));
const given = fc.record(
  {
    content: fc.oneof(fc.record({ data: json }), fc.record({ rawData: text }), fc.constant({})),
    event: oneLine,
    id: oneLine,
    retry: fc.oneof(fc.constant(0), fc.maxSafeNat()),
    comment: text,
  },
  { requiredKeys: ['content'] },
);
const isRefused = (field: string | undefined): boolean => field !== undefined && /[\r\n\0]/.test(field);

test('100,000 events are read back as they were given, in one stream and in any pieces', () => {
  let events = 0;
  let refused = 0;
  const stream = fc.tuple(
    fc.array(given, { minLength: EVENTS_OF_A_STREAM, maxLength: EVENTS_OF_A_STREAM }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
  );
  fc.assert(
    fc.property(stream, ([inputs, sizes]) => {
      const bytes: Uint8Array[] = [];
      const expected: Said[] = [];
      for (const { content, ...others } of inputs) {
        const fields: ServerSentEventFields = { ...others, ...content };
        if (Object.keys(fields).length === 0 || isRefused(fields.event) || isRefused(fields.id)) {
          refused += 1;
          expect(() => new ServerSentEvent(fields)).toThrow(/^EVENT_INVALID: /);
          fields.comment ??= '';
          if (fields.event !== undefined) fields.event = allowed(fields.event);
          if (fields.id !== undefined) fields.id = allowed(fields.id);
        }
        events += 1;
        bytes.push(new ServerSentEvent(fields).bytes);
        expected.push(...toSaid(fields));
      }
      const said = order(parse(Buffer.concat(bytes), sizes));
      // The comparison of `expect`, which tells where two differ, takes ten times as long.
      if (!isDeepStrictEqual(said, order(expected))) expect(said).toEqual(order(expected));
    }),
    { numRuns: EVENTS / EVENTS_OF_A_STREAM },
  );
  expect(events).toBeGreaterThanOrEqual(EVENTS);
  expect(refused).toBeGreaterThan(EVENTS / 100);
}, 60_000);

/** The order of an event's own fields is the encoder's to choose: the order of each kind says all. */
function order(said: readonly Said[]): Record<string, readonly Said[]> {
  return {
    faults: said.filter((each) => 'fault' in each),
    comments: said.filter((each) => 'comment' in each),
    retries: said.filter((each) => 'retry' in each),
    events: said.filter((each) => 'data' in each),
  };
}

test('an id that is given later is read back as one that was given at once', () => {
  fc.assert(
    fc.property(given, text.map(allowed), ({ content, event, ...others }, id) => {
      const fields = {
        ...others,
        comment: others.comment ?? '',
        ...content,
        ...(event === undefined ? {} : { event: allowed(event) }),
      };
      delete fields.id;
      const later = new ServerSentEvent(fields).withId(id);
      expect(order(parse(later.bytes, [7]))).toEqual(order(toSaid({ ...fields, id })));
    }),
    { numRuns: 2000 },
  );
});
