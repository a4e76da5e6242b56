import { createParser } from 'eventsource-parser';

/** One event of an event stream, as a browser's `EventSource` gives it. */
export interface StreamedEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
  /** The last id that the stream gave, with this event or before it; '' before the first. */
  readonly id: string;
}

/** A response whose body is there as a whole, as `inject` gives it, or one that still comes, as `fetch` gives it. */
export type EventsResponse = { readonly body: string } | { readonly body: AsyncIterable<Uint8Array> | null };

/**
 * Reads the events of a response, each when it has come:
 * `for await (const { event, data } of readEvents(await server.fetch('/ticks')))`.
 *
 * To leave the loop leaves the stream, as a client does that goes. Comments and `retry` are passed over, and so is an event
 * that its stream breaks off, as in WHATWG HTML section 9.2.6.
 */
export async function* readEvents(response: EventsResponse): AsyncGenerator<StreamedEvent, void, undefined> {
  const given: unknown = response;
  if (typeof given !== 'object' || given === null || !('body' in given)) {
    const what = given instanceof Promise ? 'a promise of one' : typeof given;
    throw new TypeError(
      `readEvents takes a response, not ${what}: readEvents(await server.fetch('/ticks')).`,
    );
  }
  const events: StreamedEvent[] = [];
  let lastId = '';
  const parser = createParser({
    onEvent: ({ event = 'message', data, id }) => {
      lastId = id ?? lastId;
      events.push({ event, data, id: lastId });
    },
  });
  const { body } = response;
  if (body === null) return;
  if (typeof body === 'string') {
    parser.feed(body);
    yield* events;
    return;
  }
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* events.splice(0);
  }
}
