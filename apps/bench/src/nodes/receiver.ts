import type { Channel } from '@sluice/core';

import { now, type Sample } from './sample.js';

/** What a subscriber got of one round. */
export interface Received {
  readonly round: number;
  /** When the last event came, in microseconds. */
  readonly until: number;
  /** From the call of `publish` to the arrival, of each event, in microseconds. */
  readonly delays: readonly number[];
}

/** Reads a channel, and tells of each round when as many of its events have come as are to come. */
export async function receive(
  channel: Channel<Sample>,
  eventsPerRound: number,
  tell: (received: Received) => void,
): Promise<void> {
  let round = 0;
  let delays: number[] = [];
  for await (const event of channel.subscribe()) {
    // A notice of a gap has no sample: what was lost is then missed, and the round does not end.
    if (event.event === 'reset') throw new Error('the subscriber fell behind');
    const sample = event.data as Sample;
    const until = now();
    if (sample.round !== round) {
      round = sample.round;
      delays = [];
    }
    delays.push(until - sample.at);
    if (delays.length === (round === 0 ? 1 : eventsPerRound)) tell({ round, until, delays });
  }
}
