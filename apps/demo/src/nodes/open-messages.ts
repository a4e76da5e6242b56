import { Channel, dependency } from '@sluice/core';

import { channelBroker } from './channel-broker.js';
import type { Message } from './message.js';

/** The channel of messages; one for all nodes whose brokers know each other. */
export const openMessages = dependency(
  { broker: channelBroker },
  async function* ({ broker }): AsyncGenerator<Channel<Message>> {
    const channel = new Channel<Message>({ name: 'messages', history: 20, broker });
    try {
      yield channel;
    } finally {
      await channel.close();
    }
  },
  { scope: 'app' },
);
