// Channels of `stream-program.ts`. `tsx` runs it, which writes no types: they are said.
import { setImmediate as turn } from 'node:timers/promises';

import {
  Channel,
  Controller,
  EventSourceResponse,
  Get,
  Header,
  Param,
  type ChannelCounts,
} from '@sluice/core';

/** Events that may wait for one subscriber. */
const QUEUE_LIMIT = 50;
const LARGE = 'x'.repeat(16_384);
/** More than the buffers of any client take. */
const MOST_LARGE = 2000;

const options = { queueLimit: QUEUE_LIMIT, history: 10 };
const channels = {
  'drop-oldest': new Channel<string>({ ...options, whenFull: 'drop-oldest' }),
  disconnect: new Channel<string>({ ...options, whenFull: 'disconnect' }),
};
export type Policy = keyof typeof channels;

/** How many subscriptions there were, and how many of them the collector has taken. */
export const subscriptions = { begun: 0, collected: 0 };
const collected = new FinalizationRegistry(() => (subscriptions.collected += 1));

@Controller('/channels')
export class ChannelsController {
  @Get('/:policy')
  watch(
    @Param('policy', { type: String }) policy: Policy,
    @Header('last-event-id', { type: String, optional: true }) lastEventId?: string,
  ): EventSourceResponse {
    const subscription = channels[policy].subscribe({ lastEventId });
    subscriptions.begun += 1;
    collected.register(subscription, undefined);
    return new EventSourceResponse(subscription);
  }
}

/** Publishes large events until each of so many subscribers is too slow for them; gives how many events that took. */
export async function overfill(policy: Policy, subscribers: number): Promise<number> {
  const channel = channels[policy];
  let published = 0;
  for (; published < MOST_LARGE; published += 1) {
    const { disconnected, dropped, delivered } = channel.counts;
    // Whoever takes nothing more is behind by a queue at least.
    const full = policy === 'disconnect' ? disconnected : dropped / QUEUE_LIMIT;
    if (full >= subscribers && delivered === channel.counts.delivered) break;
    await channel.publish(LARGE);
    await turn();
  }
  return published;
}

/** Publishes small events, ten in each turn. */
export async function publishSmall(policy: Policy, count: number): Promise<number> {
  for (let at = 1; at <= count; at += 1) {
    await channels[policy].publish(`small ${at}`, { event: at === count ? 'last' : 'small' });
    if (at % 10 === 0) await turn();
  }
  return count;
}

export function countsOf(policy: Policy): ChannelCounts {
  return channels[policy].counts;
}
