import { type Broker, dependency, MemoryBroker } from '@sluice/core';

/** What carries the events of channels: within this process, as long as nothing else is put in its place. */
export const channelBroker = dependency({}, (): Broker => new MemoryBroker(), { scope: 'app' });
