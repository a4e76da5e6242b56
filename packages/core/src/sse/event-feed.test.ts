import { isEventFeed, markEventFeed, type EventBatch } from './event-feed.js';

class Feed {
  readonly done = true;
  take(): EventBatch | undefined {
    return undefined;
  }
  whenReady(): void {}
}

test('a feed is told by its mark, not by its methods', () => {
  expect(isEventFeed(new Feed())).toBe(false);
  markEventFeed(Feed.prototype);
  expect(isEventFeed(new Feed())).toBe(true);
  for (const other of [null, undefined, 'feed', () => 1, {}, []]) expect(isEventFeed(other)).toBe(false);
});
