import { ServerSentEvent } from '../sse/server-sent-event.js';
import { GapNotice } from './gap-notice.js';

test('is an event by which a client fetches anew', () => {
  const notice = new GapNotice('expired', 'a.7');
  expect(notice.text).toBe('event: reset\ndata: {"reason":"expired"}\nid: a.7\n\n');
  expect(ServerSentEvent.is(notice)).toBe(true);
});

test('leaves the last id of a client as it was where it knows none', () => {
  expect(new GapNotice('broker', undefined).text).toBe('event: reset\ndata: {"reason":"broker"}\n\n');
});
